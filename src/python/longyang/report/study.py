"""A results file with what several sections need, read once."""

from __future__ import annotations

import functools
import pathlib

import numpy as np
import pandas as pd
import xarray as xr

from ..results import Results, ResultsError
from ..technologies import ordered
from ..written import read_toml, require_keys
from .words import Words


def plain(name) -> str:
    """A name of the case's as it stands in a text: ruoqiang_330 as Ruoqiang 330, jilintai_i as Jilintai I."""
    words = str(name).replace("_", " ").title().split()
    return " ".join(w.upper() if set(w.lower()) <= set("iv") else w for w in words)


class Study:
    """One run: its file, its words, and `certificate`, what `longyang certify --json` found (None: not asked)."""

    def __init__(self, results: Results, certificate: dict | None = None, label: str = ""):
        self.results = results
        self.header = results.header
        self.certificate = certificate
        self.label = label
        self.words = Words()
        for table, kind in (("regions", "region"), ("buses", "bus"), ("hvdc", "hvdc"), ("dc_links", "dc_link"), ("reservoirs", "reservoir"),
                            ("sections", "section"), ("hydro", "hydro")):
            self._learn(table, kind)
        for name, row in self.table("branches").iterrows():
            ends = [self.words.pair(f"bus:{bus}") for bus in (row.from_bus, row.to_bus)]
            circuit = str(name).rpartition("_")[2]
            tail = f" {circuit}" if circuit.isdigit() else ""
            self.words.add(f"branch:{name}", *(f"{a} – {b}{tail}" for a, b in zip(*ends, strict=True)))

    @property
    def title(self) -> str:
        """HTML of the case's title, in both languages where the page's words know it."""
        title = self.header["case_title"] or self.header["case_name"]
        return self.words.known("title", title)

    def _learn(self, table: str, kind: str) -> None:
        for name, chinese in self.table(table).get("name_zh", pd.Series(dtype=str)).items():
            self.words.add(f"{kind}:{name}", plain(name), str(chinese))

    @functools.cache  # noqa: B019: a study lives as long as its page is made
    def table(self, name: str) -> pd.DataFrame:
        """A table of the case; empty where the file has none of this name."""
        return self.results.table(name) if name in self.results.tables else pd.DataFrame()

    @functools.cache  # noqa: B019
    def group(self, name: str) -> xr.Dataset | None:
        """A group of the file, or None where it is not there."""
        return self.results[name] if name in self.results.groups else None

    def has(self, group: str, dimension: str = "name") -> bool:
        """Whether a group is there and has items."""
        data = self.group(group)
        return data is not None and data.sizes.get(dimension, 0) > 0

    @functools.cached_property
    def balances(self) -> xr.Dataset:
        """With what flexible loads draw as part of the load."""
        balances = self.results["balances"].load()
        total = balances.load_mw + balances.flexible_mw
        return balances.assign(load_mw=total.assign_attrs(balances.load_mw.attrs))

    @functools.cached_property
    def hours(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.balances["hour"].values)

    @property
    def days(self) -> float:
        return len(self.hours) / 24

    @functools.cached_property
    def months(self) -> np.ndarray:
        """Month of every hour, as 2030-01."""
        return self.hours.strftime("%Y-%m").to_numpy()

    @functools.cached_property
    def month_names(self) -> list[str]:
        return list(dict.fromkeys(self.months))

    @functools.cached_property
    def month_labels(self) -> list[str]:
        """The months as axes name them: 1 to 12 where all are of one year."""
        one_year = len({name[:4] for name in self.month_names}) == 1
        return [str(int(name[5:])) if one_year else name for name in self.month_names]

    @functools.cached_property
    def regions(self) -> list[str]:
        return [str(name) for name in self.balances["region"].values]

    @functools.cached_property
    def priced_regions(self) -> list[str]:
        """Regions with prices: not those without a bus."""
        return [name for name in self.regions if np.isfinite(self.balances.price_cny_per_mwh.sel(region=name)).any()]

    @functools.cached_property
    def technologies(self) -> list[str]:
        """Technologies of plants that make power, and of storages, in the order of stacks."""
        names = [*self.balances["technology"].values, *self.balances["storage_technology"].values]
        return ordered(dict.fromkeys(str(name) for name in names))

    @functools.cached_property
    def clean(self) -> set[str]:
        """Technologies of plants that emit nothing, or what grows again."""
        return self.results.clean_technologies()

    @functools.cached_property
    def given_gwh(self) -> pd.DataFrame:
        """Energy given to the network, GWh: technologies by regions. CSP, which the file keeps among the storages, is one of them."""
        made = self.balances.generation_mw.sum("hour").to_pandas()
        discharged = self.balances.discharge_mw.sum("hour").to_pandas()
        both = pd.concat([made, discharged], axis=1).T.groupby(level=0).sum() / 1e3
        return both.reindex(self.technologies)

    @functools.cached_property
    def charged_gwh(self) -> pd.DataFrame:
        return self.balances.charge_mw.sum("hour").to_pandas().T / 1e3

    @functools.cached_property
    def pure_storages(self) -> list[str]:
        """Storages that only give back what they took: all but CSP, whose energy comes from the sun."""
        return [name for name in map(str, self.balances["storage_technology"].values) if name not in self.clean]

    @functools.cached_property
    def production_gwh(self) -> pd.DataFrame:
        """Energy made, without what storages gave back: technologies by regions."""
        return self.given_gwh.drop(index=self.pure_storages, errors="ignore")

    @functools.cached_property
    def hvdc_rating_mw(self) -> pd.Series:
        return self.results.hvdc_rating_mw()

    def by_month(self, values: xr.DataArray) -> pd.DataFrame:
        """Sums by month of hourly values with one other dimension: items by months."""
        frame = values.to_pandas()
        frame = frame.to_frame().T if isinstance(frame, pd.Series) else frame
        return frame.T.groupby(self.months, sort=False).sum().T

    def mean_day(self, values) -> np.ndarray:
        """Mean by hour of day and month of one hourly series: 24 rows, a column a month; NaN where there is no such hour."""
        frame = pd.DataFrame({"value": np.asarray(values), "month": self.months, "hour": self.hours.hour})
        wide = frame.pivot_table(index="hour", columns="month", values="value", aggfunc="mean")
        return wide.reindex(index=range(24), columns=self.month_names).to_numpy()

    @functools.cached_property
    def net_cost_cny(self) -> float:
        return float(self.group("certificate").cost_cny)

    @functools.cached_property
    def cost_parts_cny(self) -> pd.Series:
        return self.group("certificate").cost_part_cny.to_pandas()

    @functools.cached_property
    def proof(self) -> dict:
        """cost_cny, bound_cny and gap, as certified apart where that was done, else as the run says; broken_cny: limits of security that the
        schedule breaks, at their price; off_cny: cost and these less the bound, of which the gap is the share; `apart`: whether they are confirmed; `refuted`: why they are not, in words."""
        if self.certificate:
            found = {key: float(self.certificate[key]) for key in ("cost_cny", "bound_cny", "gap")}
            found["broken_cny"] = float(self.certificate.get("broken_limits_cny", 0))
            found["off_cny"] = found["cost_cny"] + found["broken_cny"] - found["bound_cny"]
            confirmed = bool(self.certificate["confirmed"])
            return {**found, "apart": confirmed, "refuted": [] if confirmed else self.certificate["faults"]}
        stored = self.group("certificate")
        found = {key: float(stored[key]) for key in ("cost_cny", "bound_cny", "gap")}
        broken = float(stored["broken_limits_cny"]) if "broken_limits_cny" in stored else 0.0  # not in older files
        return {**found, "broken_cny": broken, "off_cny": found["cost_cny"] + broken - found["bound_cny"], "apart": False, "refuted": []}

    @functools.cached_property
    def fractional(self) -> bool:
        return self.results.fractional

    @functools.cached_property
    def bound_above_cost(self) -> bool:
        """Whether the bound lies above what the schedule costs, by more than rounding of what is spent and earned: one of the two is wrong."""
        return self.proof["off_cny"] < -1e-6 * (1.0 + float(self.cost_parts_cny.abs().sum()))

    @functools.cached_property
    def keeps_all(self) -> bool:
        """Whether there is a schedule of whole units in which the checker found no breach, and no bound above its cost."""
        return self.results.scheduled and not (self.fractional or self.results.faulty or self.bound_above_cost)

    @property
    def certifiable(self) -> bool:
        """Whether `longyang certify` works out cost and bound again: of runs by prices alone."""
        return self.header["options"].get("engine") == "prices"

    @functools.cached_property
    def bound_of_rows(self) -> bool:
        """Whether the bound is one with limits of security as they stood for the schedule's machines (SE-14), not for any others."""
        return "SE-14" in str(self.group("certificate").bound_source.item())

    @functools.cached_property
    def _profile_files(self) -> list[pathlib.Path]:
        """Profile files of the case, then those of the case that it varies."""
        folder, files = pathlib.Path(self.header["case_folder"]), []
        for _ in range(8):
            try:
                case = read_toml(folder / "case.toml", ResultsError)
                named = {key: case[key] for key in ("profiles", "base") if key in case}
                require_keys(named, {"profiles?": "a list of texts", "base?": "a text"}, "case.toml", ResultsError)
            except (OSError, ResultsError):
                break
            files += [folder / name for name in case.get("profiles", [])]
            if not case.get("base"):
                break
            folder = folder / case["base"]
        return files

    @functools.cache  # noqa: B019
    def profile(self, name: str, later: int = 0) -> np.ndarray | None:
        """A profile over the span, or so many hours later, from the case's folder; None where folder or profile are not there."""
        for path in self._profile_files:
            try:
                with open(path, encoding="utf-8") as file:
                    columns = file.readline().strip().split(",")
                if name in columns:
                    values = pd.read_csv(path, usecols=[name])[name].to_numpy()
                    begin = int(self.header["span_begin_hour"]) + later
                    return values.take(range(begin, begin + len(self.hours)), mode="wrap")
            except (OSError, UnicodeDecodeError):
                continue
        return None
