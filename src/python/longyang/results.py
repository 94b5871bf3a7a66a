"""One results file as xarray datasets, group by group and lazily."""

from __future__ import annotations

import contextlib
import difflib
import math
import os
from collections.abc import Iterator

import h5py
import numpy as np
import pandas as pd
import xarray as xr

KIND = "longyang results"
FORMAT_VERSION = 1
#: Of every year: 29 February is left out.
HOURS_OF_YEAR = 8760
#: What every file says of itself that tools go by.
ATTRIBUTES = {"status": str, "status_words": str, "case_name": str, "case_title": str, "case_folder": str, "case_year": int, "program_version": str,
              "git_hash": str, "ranks": int, "span_start": str, "span_begin_hour": int, "span_hours": int}


class InWords(ValueError):
    """An error whose words are for the user."""


class ResultsError(InWords):
    """A file is no results file, is damaged, or has another format version."""


class MissingError(ResultsError, KeyError, AttributeError):
    """A results file has no group or table of this name."""

    __str__ = Exception.__str__  # KeyError's puts the words in quotes


def open_results(path: str | os.PathLike) -> Results:
    """Opens a results file; nothing hourly is read before it is asked for.

    Raises FileNotFoundError where there is no such file, ResultsError in words where it is not one of ours.
    """
    return Results(path)


def open_schedule(path: str | os.PathLike) -> Results:
    """As open_results, for what asks how plants run: ResultsError also where the run ended before it had a schedule."""
    results = open_results(path)
    try:
        results.require_schedule()
    except ResultsError:
        results.close()
        raise
    return results


def require_same(one: Results, other: Results, keys: tuple[str, ...] = ("span_begin_hour", "span_hours")) -> None:
    """Raises ResultsError where the two are of other hours, or differ in others of the header's keys, so that sums have nothing to do with each other."""
    for key in keys:
        if one.header[key] != other.header[key]:
            raise ResultsError(f"'{other.path}' has {key} {other.header[key]}, '{one.path}' {one.header[key]}")


@contextlib.contextmanager
def told(*files: Results | None) -> Iterator[None]:
    """Around what a tool works out from results files: what fails for what they hold is a ResultsError, which names the part that cannot be read.

    Errors in words, and those of other files, go through as they are.
    """
    try:
        yield
    except InWords:
        raise
    except Exception as error:
        if isinstance(error, OSError) and isinstance(error.errno, int):
            raise
        for file in filter(None, files):
            if part := _unreadable(file.path):
                raise ResultsError(f"'{file.path}' is damaged: {part}") from error
        paths = " and ".join(f"'{file.path}'" for file in files if file)
        raise ResultsError(f"{paths}: what it holds does not fit together, or this tool has a defect ({type(error).__name__}: {error})") from error


def _unreadable(path: str) -> str | None:
    """The first part of a file that cannot be read, and why."""
    name = "the file"
    try:
        with h5py.File(path, "r") as file:
            names = ["/"]
            file.visit(names.append)
            for name in names:
                item = file[name]
                dict(item.attrs)
                if isinstance(item, h5py.Dataset):
                    (item.asstr() if h5py.check_string_dtype(item.dtype) else item)[()]
    except Exception as error:
        return f"{name} cannot be read: {error}"
    return None


class Results:
    """A results file. Groups are attributes: `d.thermal`, `d.hvdc`, `d.buses`, `d.balances`, `d.certificate`, ...

    Each is an xarray.Dataset whose hourly variables have the dimensions (name, hour), `hour` decoded to local time, and
    the attributes `units` and `long_name`. Datasets are opened at first use, read where needed, and kept until close().
    """

    def __init__(self, path: str | os.PathLike):
        self._datasets: dict[str, xr.Dataset] = {}
        self.path = os.fspath(path)
        if not os.path.exists(self.path):
            raise FileNotFoundError(f"results file '{self.path}' is not there")
        if not os.path.isfile(self.path):
            raise ResultsError(f"'{self.path}' is no file, but a folder or a device")
        try:
            with open(self.path, "rb") as bytes_of_file:
                if not bytes_of_file.read(1):
                    raise ResultsError(f"'{self.path}' is no results file: it is empty")
        except OSError as error:
            raise ResultsError(f"'{self.path}' cannot be read: {error.strerror}") from error
        try:
            with h5py.File(self.path, "r") as file:
                attributes = {name: _plain(value) for name, value in file.attrs.items()}
                self._groups = [name for name in file if name != "system"]
                self._tables = list(file.get("system", ()))
        except (OSError, RuntimeError, LookupError, ValueError) as error:
            raise ResultsError(f"'{self.path}' is no HDF5 file, or it is damaged: {error}") from error
        if attributes.get("kind") != KIND:
            raise ResultsError(f"'{self.path}' is an HDF5 file, but not one of Longyang's results")
        if attributes.get("format_version") != FORMAT_VERSION:
            raise ResultsError(
                f"'{self.path}' has format version {attributes.get('format_version')}, this package reads version "
                f"{FORMAT_VERSION}: use the package that belongs to Longyang {attributes.get('program_version')}"
            )
        for name, kind in ATTRIBUTES.items():
            if not isinstance(attributes.get(name), kind):
                found = repr(attributes[name]) if name in attributes else "none"
                raise ResultsError(f"'{self.path}' is damaged: of the attribute {name} found {found}, expected {'a text' if kind is str else 'a whole number'}")
        self._header = _header(attributes)

    @property
    def header(self) -> dict:
        """Who made the file, from what and how it ended. `options` and `libraries` are dictionaries of their own."""
        return self._header

    @property
    def scheduled(self) -> bool:
        """Whether there is a schedule: a run may have been stopped before it had one, and then tells its prices alone."""
        return math.isfinite(self.certified("cost_cny"))

    def require_schedule(self) -> None:
        """Raises ResultsError where there is no schedule."""
        if not self.scheduled:
            raise ResultsError(f"'{self.path}' holds no schedule: the run did not get there ({self.ended_early})")

    @property
    def ended_early(self) -> str:
        """Why a run that ended early did, and how to go on."""
        words = self.header["status_words"]
        return words if "--restart" in words else f"{words or 'nothing says why'}; run it again with more time or passes"

    @property
    def fractional(self) -> bool:
        """Whether numbers of units may be fractions: of a run with --relax, or of one that was stopped before they were whole."""
        return self.certified("integrality") > 1e-6

    @property
    def faulty(self) -> bool:
        """Whether the schedule is none to rely on: the checker found breaches, or the run says so of itself."""
        return self.header["status"] == "faulty" or self.certified("breaches") > 0

    def certified(self, name: str) -> float:
        """A number of the group `certificate`. ResultsError where there is none, and not MissingError, an AttributeError: a property that raises one is looked for
        among the groups."""
        if "certificate" not in self._groups or name not in self["certificate"]:
            raise ResultsError(f"'{self.path}' is damaged: there is no certificate/{name}")
        return float(self["certificate"][name])

    @property
    def groups(self) -> list[str]:
        """Names of the groups, each of them an attribute."""
        return list(self._groups)

    @property
    def tables(self) -> list[str]:
        """Names of the case's tables, for table()."""
        return list(self._tables)

    def __getitem__(self, group: str) -> xr.Dataset:
        """A group as a Dataset; hours as local times."""
        if group not in self._groups:
            raise _unknown(self.path, "group", group, self._groups)
        if group not in self._datasets:
            self._datasets[group] = self._open(group)
        return self._datasets[group]

    def __getattr__(self, name: str) -> xr.Dataset:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def _open(self, group: str) -> xr.Dataset:
        with told(self):
            return xr.open_dataset(self.path, group=group, engine="h5netcdf")

    def __dir__(self):
        return [*super().__dir__(), *self._groups]

    def heat_stores(self) -> set[str]:
        """Names of storages whose heat power blocks take (their figures are heat, and they feed no bus)."""
        return set(self.table("power_blocks").store) if "power_blocks" in self._tables else set()

    def in_service(self, table: str) -> np.ndarray:
        """Whether an item of a table that dates of service may name is there, items x hours (SV-1)."""
        there = np.ones((self[table].sizes["name"], int(self.header["span_hours"])), dtype=bool)
        if "service" not in self._tables:
            return there
        # Hours behind the year's end are those of its start.
        hour = (int(self.header["span_begin_hour"]) + np.arange(there.shape[1])) % HOURS_OF_YEAR
        place = {name: k for k, name in enumerate(self[table]["name"].values)}
        for row in self.table("service").itertuples():
            if row.table == table:
                there[place[row.plant]] &= (hour >= row.from_hour) & (hour < row.to_hour)
        return there

    def hvdc_rating_mw(self) -> pd.Series:
        """Of each line the largest export, of one that only imports the largest import."""
        lines = self.table("hvdc")
        return lines.p_max_mw.where(lines.p_max_mw > 0, -lines.p_min_mw)

    def renewable_technologies(self) -> set[str]:
        """Technologies of plants that count as renewable in targets (docs/theory/targets.md), but for reversible units on reservoirs."""
        frames = {name: self.table(name) if name in self._tables else pd.DataFrame() for name in ("renewables", "storages", "thermal")}
        found = {"hydro", *frames["renewables"].get("technology", ())}
        stores = frames["storages"].drop(index=list(self.heat_stores()), errors="ignore")
        if "inflow_mw" in stores:
            found |= set(stores.technology[(stores.inflow_mw > 0) & (stores.charge_max_mw == 0)])
        return found | ({"biomass", "geothermal", "csp"} & set(frames["thermal"].get("technology", ())))

    def clean_technologies(self) -> set[str]:
        """These, and technologies of thermal plants none of which has a fuel with CO2."""
        clean = self.renewable_technologies()
        if "thermal" in self._tables:
            plants = self.table("thermal")
            emits = self.table("fuels").co2_t_per_gj.reindex(plants.fuel).to_numpy() != 0
            clean |= set(plants.technology) - set(plants.technology[emits])
        return clean

    def table(self, name: str) -> pd.DataFrame:
        """A table of the case as it was when the run began: rows by name, references as names, units as in the case.

        Columns come in the order of their names. The unit of a column stands in its name, or in `.attrs["units"]`.
        """
        if name not in self._tables:
            raise _unknown(self.path, "table", name, self._tables)
        with told(self), self._open(f"system/{name}") as data:
            frame = data.load().to_dataframe()
            frame.attrs["units"] = {column: data[column].attrs["units"] for column in data.data_vars}
        return frame

    def close(self) -> None:
        """Closes the datasets that were opened; what was read into memory stays."""
        for dataset in self._datasets.values():
            dataset.close()
        self._datasets.clear()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def __repr__(self) -> str:
        h = self._header
        return (
            f"<longyang.Results '{self.path}': {h['case_name']}, {h['span_hours']} hours from {h['span_start']}, "
            f"{h['status']}; groups {', '.join(self._groups)}>"
        )


def _plain(value):
    """An HDF5 attribute as a str, int or float of Python's own."""
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if hasattr(value, "item") else value


def _header(attributes: dict) -> dict:
    header: dict = {"options": {}, "libraries": {}}
    for name, value in attributes.items():
        if name.startswith("option_"):
            header["options"][name.removeprefix("option_")] = value
        elif name.startswith("library_"):
            header["libraries"][name.removeprefix("library_")] = value
        else:
            header[name] = value
    return header


def _unknown(path: str, what: str, name: str, known: list[str]) -> MissingError:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    return MissingError(f"'{path}': there is no {what} '{name}'{hint} There are: {', '.join(known)}")
