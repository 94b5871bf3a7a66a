"""Reads a case for the peers: tables as pandas frames with the registry's defaults, profiles by name.

Only what the peers need; `longyang check` is what checks a case. Defaults come from the program itself
(`longyang check --explain` would print them in words), so they are restated here for the columns peers use.
"""

import pathlib
import tomllib

import numpy as np
import pandas as pd

DEFAULTS = {
    "thermal": {"variable_om_cny_per_mwh": 0, "min_up_h": 1, "min_down_h": 1, "ramp_up_mw_per_h": 1e5,
                "ramp_down_mw_per_h": 1e5, "start_ramp_mw": 1e5, "stop_ramp_mw": 1e5, "spinning_up_mw": 0,
                "spinning_down_mw": 0, "non_spinning_mw": 0, "must_run_units": 0, "must_run_profile": None,
                "p_max_profile": None},
    "renewables": {"variable_om_cny_per_mwh": 0, "curtailment_cny_per_mwh": 0},
    "reservoirs": {"downstream": None, "travel_h": 0, "storage_min_hm3": 0, "reference_profile": None,
                   "inflow_m3_per_s": 0, "inflow_profile": None, "release_min_m3_per_s": 0,
                   "release_max_m3_per_s": 1e5, "release_min_profile": None, "storage_min_profile": None,
                   "storage_max_profile": None, "release_shortfall_cny_per_hm3": 2e6,
                   "terminal_shortfall_cny_per_hm3": 2e6},
    "hydro": {"variable_om_cny_per_mwh": 0},
    "storages": {"efficiency_charge": 1, "efficiency_discharge": 1, "loss_per_h": 0, "variable_om_cny_per_mwh": 0,
                 "energy_initial_mwh": 0, "inflow_mw": 0, "inflow_profile": None},
    "hvdc": {"p_min_mw": 0, "level_step_mw": 0, "block_h": 1, "ramp_mw_per_block": 1e5,
             "export_value_cny_per_mwh": 0, "p_max_profile": None},
    "loads": {"profile": None, "value_of_lost_load_cny_per_mwh": 20000},
    "reserves": {"kind": "spinning", "load_pu": 0, "renewable_pu": 0, "fixed_mw": 0, "shortfall_cny_per_mw": 5000},
}


class Case:
    """Tables and profiles of the case in `folder`."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        self._tables = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
        for name, defaults in DEFAULTS.items():
            table = self._tables.setdefault(name, pd.DataFrame())
            for column, value in defaults.items():
                if column not in table:
                    table[column] = value
                elif value is not None:
                    table[column] = table[column].fillna(value)
        self._profiles = self._read_profiles()
        self._region_of_bus = self._tables["buses"].set_index("name")["region"]

    def _read_profiles(self) -> dict[str, np.ndarray]:
        profiles = {}
        for name in self.settings.get("profiles", []):
            frame = pd.read_csv((self.folder / name).resolve())
            for column in frame.columns:
                if pd.api.types.is_numeric_dtype(frame[column]):
                    profiles[column] = frame[column].to_numpy(dtype=float)
        return profiles

    def table(self, name: str) -> pd.DataFrame:
        return self._tables.get(name, pd.DataFrame())

    def profile_rows(self, names: pd.Series, first_hour: int, hours: int, empty: float) -> np.ndarray:
        """(row, hour) values of the named profiles; `empty` where a row names none."""
        chosen = (np.arange(first_hour, first_hour + hours)) % 8760
        return np.array([
            self._profiles[name][chosen] if isinstance(name, str) and name else np.full(hours, empty) for name in names
        ]).reshape(len(names), hours)

    def region_of_bus(self, buses: pd.Series) -> pd.Series:
        return buses.map(self._region_of_bus)

    def sum_by_region(self, hourly, buses: pd.Series) -> dict[str, np.ndarray]:
        """Hourly sums of the rows of a (row, hour) array by the region of each row's bus."""
        region = self.region_of_bus(buses).to_numpy()
        return {name: hourly.values[region == name].sum(axis=0) for name in np.unique(region)}

    def heat_segments(self, thermal: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Width (MW) and marginal cost (CNY/MWh) of each segment of a unit's heat curve above p_min_mw, (plant, segment),
        zero where a plant has fewer; and the cost of a unit at p_min_mw (CNY/h)."""
        fuels = self._tables["fuels"].set_index("name")
        carbon = float(self.settings.get("carbon_price_cny_per_t", 0.0))
        price = fuels["price_cny_per_gj"] + carbon * fuels["co2_t_per_gj"]
        curves = {name: rows.sort_values("p_mw") for name, rows in self._tables["heat_curves"].groupby("plant")}
        most = max(len(rows) for rows in curves.values()) - 1
        width, marginal = np.zeros((len(thermal), most)), np.zeros((len(thermal), most))
        no_load = np.zeros(len(thermal))
        for k, row in enumerate(thermal.itertuples()):
            points = curves[row.name]
            p, heat = points["p_mw"].to_numpy(), points["heat_gj_per_h"].to_numpy()
            width[k, :len(p) - 1] = np.diff(p)
            marginal[k, :len(p) - 1] = np.diff(heat) / np.diff(p) * price[row.fuel] + row.variable_om_cny_per_mwh
            no_load[k] = heat[0] * price[row.fuel] + row.p_min_mw * row.variable_om_cny_per_mwh
        return width, marginal, no_load

    def start_tiers(self, thermal: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Hours off from which a tier holds, (plant, tier), -1 where a plant has fewer tiers; and its cost in CNY."""
        tiers = self._tables.get("start_tiers")
        groups = {} if tiers is None else {name: rows.sort_values("off_h") for name, rows in tiers.groupby("plant")}
        most = max((len(rows) for rows in groups.values()), default=1)
        off_from, cost = np.full((len(thermal), most), -1), np.zeros((len(thermal), most))
        for k, name in enumerate(thermal["name"]):
            if name in groups:
                off_from[k, :len(groups[name])] = groups[name]["off_h"]
                cost[k, :len(groups[name])] = groups[name]["cost_cny"]
        return off_from, cost
