"""read: one plant's year of hours out of a results file, ours against the netCDF layout of PyPSA.

Ours is a year of northwest/2030 as the program writes it, read by `longyang.open`. The peer's file holds the same system and the same hourly numbers
as PyPSA's export_to_netcdf lays them out, written and read by xarray (engine h5netcdf): all in one group, `generators_t_p` (snapshots, generators) with
thermal, wind, PV and hydro plants together, static columns as `generators_bus`; compressed with zlib at level 4. Each call opens the file, takes one
plant by its name over all hours and closes the file. The second line reads one hour of all thermal plants.
"""

import pathlib
import subprocess
import tempfile

import numpy as np
import xarray as xr

from benchmark import Context, Measurement, NotReady, interleaved_medians

HOUR = 4000


# PyPSA's components and their hourly attributes: which of our groups they come from, and our name.
COMPONENTS = {
    "generators": (["thermal", "renewables", "hydro"], {"p": "p_mw"}),
    "storage_units": (["storages"], {"p_dispatch": "discharge_mw", "p_store": "charge_mw", "state_of_charge": "energy_mwh"}),
    "lines": (["branches"], {"p0": "flow_mw"}),
    "links": (["hvdc"], {"p0": "p_mw", "p1": "delivered_mw"}),
    "loads": (["loads"], {"p": "load_mw"}),
    "buses": (["buses"], {"p": "injection_mw", "marginal_price": "price_cny_per_mwh"}),
}


def pypsa_layout(results) -> xr.Dataset:
    """What a results file holds, as PyPSA would name and arrange it."""
    network = xr.Dataset(coords={"snapshots": results.thermal["hour"].values})
    for component, (groups, hourly) in COMPONENTS.items():
        names = np.concatenate([results[group]["name"].values for group in groups])
        network.coords[f"{component}_i"] = names
        for attribute, ours in hourly.items():
            values = np.concatenate([results[group][ours].values for group in groups])
            network.coords[f"{component}_t_{attribute}_i"] = names
            network[f"{component}_t_{attribute}"] = (("snapshots", f"{component}_t_{attribute}_i"), values.T)
        if len(groups) == 1:
            for column, values in results.table(groups[0]).reset_index(drop=True).items():
                network[f"{component}_{column}"] = (f"{component}_i", values.to_numpy())
    return network


def measure(context: Context) -> list[Measurement]:
    import longyang

    case = context.root / "cases" / "northwest" / "2030"
    if not (case / "case.toml").is_file():
        raise NotReady(f"{case} is not there; run cases/northwest/make_case.py")
    program = context.program("write_year")
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = pathlib.Path(folder) / "year.h5", pathlib.Path(folder) / "year.nc"
        done = subprocess.run([program, case, ours], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotReady(f"{program} failed: {done.stderr.strip()}")
        with longyang.open(ours) as results:
            network = pypsa_layout(results)
            thermal = results.thermal["name"].values
        network.to_netcdf(theirs, engine="h5netcdf", encoding={
            name: {"zlib": True, "complevel": 4} for name, variable in network.data_vars.items() if "snapshots" in variable.dims})
        network.close()
        plant = thermal[len(thermal) // 2]

        def plant_of_ours() -> np.ndarray:
            with longyang.open(ours) as results:
                return results.thermal.p_mw.sel(name=plant).values

        def plant_of_peer() -> np.ndarray:
            with xr.open_dataset(theirs, engine="h5netcdf") as data:
                return data.generators_t_p.sel(generators_t_p_i=plant).values

        def hour_of_ours() -> np.ndarray:
            with longyang.open(ours) as results:
                return results.thermal.p_mw.isel(hour=HOUR).values

        def hour_of_peer() -> np.ndarray:
            with xr.open_dataset(theirs, engine="h5netcdf") as data:
                return data.generators_t_p.isel(snapshots=HOUR).sel(generators_t_p_i=thermal).values

        if not (np.array_equal(plant_of_ours(), plant_of_peer()) and np.array_equal(hour_of_ours(), hour_of_peer())):
            raise NotReady("the two files do not hold the same numbers")
        plant_s = interleaved_medians(plant_of_ours, plant_of_peer)
        hour_s = interleaved_medians(hour_of_ours, hour_of_peer)
        size = f"8760 h x {network.sizes['generators_i']} plants, files {ours.stat().st_size / 1e6:.0f} and {theirs.stat().st_size / 1e6:.0f} MB"
    peer, version = "PyPSA's netCDF layout by xarray", xr.__version__
    return [Measurement("plant", *plant_s, peer, version, size), Measurement("hour", *hour_s, peer, version, size)]
