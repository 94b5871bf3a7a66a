"""Reading of sources, names, calendar, and the writing of a case's tables and profiles."""

import functools
import pathlib
import re

import numpy as np
import pandas as pd

SOURCES = pathlib.Path(__file__).resolve().parent.parent / "sources"
HOURS = 8760
DAYS_OF_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
MONTH_OF_HOUR = np.repeat(np.arange(1, 13), DAYS_OF_MONTH * 24)
M3_PER_S_TO_HM3_PER_H = 0.0036

PROVINCES = ["Qinghai", "Gansu", "Ningxia", "Shaanxi", "Xinjiang"]
REGIONS = [p.lower() for p in PROVINCES]
REGIONS_ZH = {"qinghai": "青海", "gansu": "甘肃", "ningxia": "宁夏", "shaanxi": "陕西", "xinjiang": "新疆"}

YEARS = (2020, 2025, 2030)

PLAN = "Qinghai action plan 2021-2030 (plan_targets.csv)"


@functools.cache
def _stored(name: str) -> pd.DataFrame:
    return pd.read_csv(SOURCES / f"{name}.csv")


def read(name: str) -> pd.DataFrame:
    """One table of sources."""
    return _stored(name).copy()


def in_service(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Rows of a table that stand in a year: from_year has come, to_year (where there is one) has not passed; empty: always."""
    stands = table.from_year.fillna(0) <= year
    if "to_year" in table:
        stands &= table.to_year.fillna(9999) >= year
    return table[stands]


def slug(text: str) -> str:
    """ASCII key of an English name: what stands in brackets or behind a slash is dropped."""
    text = re.sub(r"\(.*?\)", " ", text).split("/")[0]
    text = re.sub(r"['’`]", "", text).lower()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")


@functools.cache
def plan_target(item: str, year: int) -> float:
    """A figure of the plan's table 1 for 2020 (actual), 2025 or 2030."""
    table = read("plan_targets").set_index("item_en")
    return float(table.loc[item, f"y{year}"])


@functools.cache
def scenario_mw(province: str, technology: str, year: int) -> float:
    """Provincial capacity at a year's end by capacity_by_province.csv (2020 actual, 2025 plan, 2030 scenario); 0 where there
    is none."""
    table = read("capacity_by_province")
    row = table[(table.province == province) & (table.technology == technology) & (table.year == year)
                & table.basis.isin(["actual", "plan", "scenario"])]
    return float(row.capacity_mw.iloc[0]) if len(row) else 0.0


@functools.cache
def cost(item: str, parameter: str) -> float:
    table = _stored("costs")
    row = table[(table.item == item) & (table.parameter == parameter)]
    if len(row) != 1:
        raise KeyError(f"costs.csv has {len(row)} rows for {item}, {parameter}")
    return float(row.value.iloc[0])


def great_circle_km(lat1, lon1, lat2, lon2):
    lat1, lon1, lat2, lon2 = (np.radians(np.asarray(v, dtype=float)) for v in (lat1, lon1, lat2, lon2))
    a = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * np.arcsin(np.sqrt(a))


def weather_hours_of_case(frame: pd.DataFrame) -> pd.DataFrame:
    """Hourly table of the leap year 2020 without 29 February: 8760 rows.

    heat_shape_hourly.csv ends with 30 December; its last day is repeated then.
    """
    kept = frame[~frame.hour_beijing.str.startswith("2020-02-29")].reset_index(drop=True)
    if len(kept) == HOURS - 24:
        kept = pd.concat([kept, kept.tail(24)], ignore_index=True)
    if len(kept) != HOURS:
        raise ValueError(f"expected {HOURS} hours without 29 February, got {len(kept)}")
    return kept


def monthly_to_hourly(values) -> np.ndarray:
    """Smooth hourly series through monthly means: linear between the months' middles, periodic, and
    corrected so that every month's mean is kept to within a per mille."""
    values = np.asarray(values, dtype=float)
    middle = (np.cumsum(DAYS_OF_MONTH) - DAYS_OF_MONTH / 2) * 24
    hours = np.arange(HOURS) + 0.5
    knots = values.copy()
    for _ in range(30):
        series = np.interp(hours, np.r_[middle[-1] - HOURS, middle, middle[0] + HOURS],
                           np.r_[knots[-1], knots, knots[0]])
        means = np.array([series[MONTH_OF_HOUR == m].mean() for m in range(1, 13)])
        knots = np.maximum(knots + 0.7 * (values - means), 0.25 * values)
    return series * (values @ DAYS_OF_MONTH / 365) / series.mean()


def places() -> pd.DataFrame:
    """Region, voltage and place of every bus of any year, by name."""
    stations = read("substations_750kv")
    stations["name"] = [slug(n) for n in stations.name_en]
    frames = [stations, read("buses_added_750kv").assign(kv=750), read("buses_330kv").assign(kv=330)]
    table = pd.concat([f[["name", "province", "kv", "lat", "lon"]] for f in frames], ignore_index=True)
    return table.assign(region=table.province.str.lower()).set_index("name")


class Case:
    """The tables and profile files of a case while it is made.

    A case may share the profiles of another one, which lies beside it in a folder named by its year: a series that is the
    same there is taken by reference, one that differs gets a name and a file of its own.
    """

    def __init__(self, year: int = 2030, shared: "Case | None" = None, label: str = "") -> None:
        self.year = year
        self.label = label or str(year)  # of series and files of its own, where it shares others
        self.shared = shared
        self.tables: dict[str, pd.DataFrame] = {}
        self.profiles: dict[str, dict[str, np.ndarray]] = {}
        self.shared_files: set[str] = set()  # files of `shared` that are used
        self.names: dict[str, str] = {}  # of series: as asked for -> as given
        self.wind_sites: list[dict] = []
        self._decimals: dict[str, int] = {}
        self._candidates: dict[tuple, tuple] = {}  # of nearest_bus; the buses do not change once they are there

    def add_rows(self, table: str, rows: list[dict]) -> None:
        frame = pd.DataFrame(rows)
        if table in self.tables:
            frame = pd.concat([self.tables[table], frame], ignore_index=True)
        self.tables[table] = frame

    def add_profile(self, file: str, name: str, values, decimals: int = 4) -> str:
        """Adds a column to profiles/<file>.csv, rounded as it will be written; returns its name."""
        values = np.round(np.asarray(values, dtype=float), decimals)
        if values.shape != (HOURS,) or not np.isfinite(values).all():
            raise ValueError(f"profile {name}: {values.shape}")
        asked = name
        if self.shared is not None:
            theirs = self.shared.find_profile(name)
            if theirs is not None and np.array_equal(theirs[1], values):
                self.shared_files.add(theirs[0])
                self.names[asked] = name
                return name
            file = f"{file}_{self.label}"
            name = name if theirs is None else f"{name}_{self.label}"
        self.profiles.setdefault(file, {})[name] = values
        self._decimals[name] = decimals
        self.names[asked] = name
        return name

    def find_profile(self, name: str) -> tuple[str, np.ndarray] | None:
        """File and values of a profile of this case; none where it has none of that name."""
        for file, columns in self.profiles.items():
            if name in columns:
                return file, columns[name]
        return None

    def shared_profile(self, name: str) -> str:
        """Takes a profile of the shared case by reference; returns its name."""
        found = self.shared.find_profile(name)
        if found is None:
            raise KeyError(name)
        self.shared_files.add(found[0])
        return name

    def profile(self, name: str) -> np.ndarray:
        found = self.find_profile(name) or (self.shared and self.shared.find_profile(name))
        if not found:
            raise KeyError(name)
        return found[1]

    def profile_files(self) -> list[str]:
        """Paths of the profile files, relative to the case's folder."""
        own = [f"profiles/{name}.csv" for name in sorted(self.profiles)]
        return own + [f"../{self.shared.year}/profiles/{name}.csv" for name in sorted(self.shared_files)]

    def buses(self) -> pd.DataFrame:
        return self.tables["buses"]

    def nearest_bus(self, lat: float, lon: float, region: str, only=None) -> str:
        """Nearest bus of a region (of the buses in `only`, where given)."""
        key = (region, tuple(only) if only is not None else None)
        if key not in self._candidates:
            buses = self.buses()
            buses = buses[buses.region == region]
            if only is not None:
                buses = buses[buses.name.isin(only)]
            self._candidates[key] = (list(buses.name), buses.lat_deg.to_numpy(), buses.lon_deg.to_numpy())
        names, lats, lons = self._candidates[key]
        return str(names[int(np.argmin(great_circle_km(lat, lon, lats, lons)))])

    def standing_bus(self, name: str) -> str:
        """The bus itself where it stands in the case's year, else the nearest one of its region and voltage."""
        buses = self.buses()
        if name in set(buses.name):
            return name
        place = places().loc[name]
        return self.nearest_bus(place.lat, place.lon, place.region, only=list(buses.name[buses.kv == place.kv]))

    def write(self, folder: pathlib.Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self.profiles:
            (folder / "profiles").mkdir(exist_ok=True)
        for name, frame in sorted(self.tables.items()):
            last = [c for c in ("source", "quality", "note") if c in frame]
            frame = frame[[c for c in frame.columns if c not in last] + last]
            with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as stream:
                frame.to_csv(stream, index=False, lineterminator="\n", float_format=lambda v: f"{v:.10g}")
        for file, columns in sorted(self.profiles.items()):
            lines = [",".join(columns)]
            texts = [[_number(v, self._decimals[name]) for v in values] for name, values in columns.items()]
            lines += [",".join(row) for row in zip(*texts)]
            with open(folder / "profiles" / f"{file}.csv", "w", encoding="utf-8", newline="") as stream:
                stream.write("\n".join(lines) + "\n")


def _number(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
