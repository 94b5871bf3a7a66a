"""Reading of sources, names, calendar, and the writing of a case's tables and profiles."""

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

PLAN = "Qinghai action plan 2021-2030 (plan_targets.csv)"


def read(name: str) -> pd.DataFrame:
    """One table of sources."""
    return pd.read_csv(SOURCES / f"{name}.csv")


def slug(text: str) -> str:
    """ASCII key of an English name: what stands in brackets or behind a slash is dropped."""
    text = re.sub(r"\(.*?\)", " ", text).split("/")[0]
    text = re.sub(r"['’`]", "", text).lower()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")


def plan_target(item: str) -> float:
    """A 2030 figure of the plan's table 1."""
    table = read("plan_targets").set_index("item_en")
    return float(table.loc[item, "y2030"])


def scenario_mw(province: str, technology: str) -> float:
    """Provincial capacity in 2030 by the scenario of capacity_by_province.csv; 0 where there is none."""
    table = read("capacity_by_province")
    row = table[(table.province == province) & (table.technology == technology) & (table.year == 2030)]
    return float(row.capacity_mw.iloc[0]) if len(row) else 0.0


def cost(item: str, parameter: str) -> float:
    table = read("costs")
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


class Case:
    """The tables and profile files of a case while it is made."""

    def __init__(self) -> None:
        self.tables: dict[str, pd.DataFrame] = {}
        self.profiles: dict[str, dict[str, np.ndarray]] = {}
        self._decimals: dict[str, int] = {}

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
        self.profiles.setdefault(file, {})[name] = values
        self._decimals[name] = decimals
        return name

    def profile(self, name: str) -> np.ndarray:
        for columns in self.profiles.values():
            if name in columns:
                return columns[name]
        raise KeyError(name)

    def buses(self) -> pd.DataFrame:
        return self.tables["buses"]

    def nearest_bus(self, lat: float, lon: float, region: str, only=None) -> str:
        """Nearest bus of a region (of the buses in `only`, where given)."""
        buses = self.buses()
        buses = buses[buses.region == region]
        if only is not None:
            buses = buses[buses.name.isin(only)]
        distance = great_circle_km(lat, lon, buses.lat_deg.to_numpy(), buses.lon_deg.to_numpy())
        return str(buses.name.iloc[int(np.argmin(distance))])

    def write(self, folder: pathlib.Path) -> None:
        (folder / "profiles").mkdir(parents=True, exist_ok=True)
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
