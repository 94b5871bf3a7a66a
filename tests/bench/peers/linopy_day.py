"""The programme of a span of hours written with linopy, as a peer for the time it takes to build ours.

It has the families of docs/theory with linopy's own means, whole arrays at a time: clustered three-binary unit commitment
with minimum times, ramps, start tiers and piecewise heat; reserves with sharing; hydro cascades with travel times; storage;
renewables with curtailment; HVDC with levels held over blocks; load shedding; one balance an hour (network limits
are added by both only when they bind). Left out: carried-in state, drawn outages, contracts, head segments.
"""

import numpy as np
import pandas as pd
import xarray as xr

import linopy

HM3_PER_M3S_H = 0.0036
NO_LIMIT_MW = 1e5  # the registry's default of ramps and levels that do not bind


def _array(values, plants: pd.Index) -> xr.DataArray:
    return xr.DataArray(np.asarray(values), coords={plants.name: plants}, dims=[plants.name])


def _hourly(values: np.ndarray, plants: pd.Index, hours: pd.Index) -> xr.DataArray:
    return xr.DataArray(values, coords={plants.name: plants, "hour": hours}, dims=[plants.name, "hour"])


def _window_sums(variable: linopy.Variable, lengths: np.ndarray, plants: pd.Index):
    """Sums over the last `length` hours, one expression for each distinct length: yields (plants, expression)."""
    for length in np.unique(lengths):
        chosen = plants[lengths == length]
        part = variable.sel({plants.name: chosen})
        yield chosen, part.rolling(hour=int(length), min_periods=1).sum()


def build(case, first_hour: int, hours: int) -> linopy.Model:
    """The programme of `hours` hours from hour of the year `first_hour` on. `case` is a case.Case."""
    m = linopy.Model()
    hour = pd.RangeIndex(hours, name="hour")

    def series(table: pd.DataFrame, column: str, plants: pd.Index, empty: float = 1.0) -> xr.DataArray:
        return _hourly(case.profile_rows(table[column], first_hour, hours, empty), plants, hour)

    supply = []  # expressions over (plant, hour), positive into the grid; summed into the balance
    cost = []
    up_of_region: dict[str, list] = {}
    down_of_region: dict[str, list] = {}
    non_spinning_of_region: dict[str, list] = {}

    def by_region(target: dict[str, list], variable, plants: pd.Index, buses: pd.Series) -> None:
        region = case.region_of_bus(buses).to_numpy()
        for name in np.unique(region):
            target.setdefault(name, []).append(variable.sel({plants.name: plants[region == name]}).sum(plants.name))

    thermal = case.table("thermal")
    if len(thermal):
        plant = pd.Index(thermal["name"], name="thermal")
        units = _array(thermal["units"].astype(float), plant)
        p_min = _array(thermal["p_min_mw"], plant)
        p_max = _array(thermal["p_max_mw"], plant) * series(thermal, "p_max_profile", plant)
        on = m.add_variables(0, units, coords=[plant, hour], name="thermal_on", integer=True)
        start = m.add_variables(0, units, coords=[plant, hour], name="thermal_start", integer=True)
        stop = m.add_variables(0, units, coords=[plant, hour], name="thermal_stop", integer=True)
        up = m.add_variables(0, coords=[plant, hour], name="thermal_up")
        down = m.add_variables(0, coords=[plant, hour], name="thermal_down")
        rest = m.add_variables(0, coords=[plant, hour], name="thermal_non_spinning")

        # Segments of the heat curve: width and marginal cost, as many as the longest curve has.
        width, marginal, no_load = case.heat_segments(thermal)
        segment = pd.RangeIndex(width.shape[1], name="segment")
        width = xr.DataArray(width, coords={"thermal": plant, "segment": segment}, dims=["thermal", "segment"])
        marginal = xr.DataArray(marginal, coords=width.coords, dims=width.dims)
        mask = (width > 0).expand_dims(hour=hour).transpose("thermal", "segment", "hour")
        above = m.add_variables(0, coords=[plant, segment, hour], name="thermal_segment", mask=mask)
        m.add_constraints(above - width * on <= 0, name="thermal_segment_width", mask=mask)
        above_min = above.sum("segment")
        output = above_min + p_min * on
        must_run = np.round(_array(thermal["must_run_units"], plant) * series(thermal, "must_run_profile", plant))
        m.add_constraints(on >= must_run, name="thermal_must_run")
        m.add_constraints(on - on.shift(hour=1) - start + stop == 0, name="thermal_transition",
                          mask=_hourly(np.broadcast_to(hour > 0, (len(plant), hours)), plant, hour))
        for chosen, sums in _window_sums(start, thermal["min_up_h"].to_numpy(), plant):
            m.add_constraints(sums - on.sel(thermal=chosen) <= 0, name=f"thermal_min_up_{chosen[0]}")
        for chosen, sums in _window_sums(stop, thermal["min_down_h"].to_numpy(), plant):
            m.add_constraints(sums + on.sel(thermal=chosen) <= units.sel(thermal=chosen),
                              name=f"thermal_min_down_{chosen[0]}")
        start_ramp = np.minimum(_array(thermal["start_ramp_mw"], plant), p_max)
        stop_ramp = np.minimum(_array(thermal["stop_ramp_mw"], plant), p_max)
        m.add_constraints(output + up - p_max * on + (p_max - start_ramp) * start <= 0, name="thermal_capacity_start")
        m.add_constraints(output + up - p_max * on + ((p_max - stop_ramp) * stop).shift(hour=-1) <= 0,
                          name="thermal_capacity_stop")
        m.add_constraints(above_min - down >= 0, name="thermal_floor")
        later = _hourly(np.broadcast_to(hour > 0, (len(plant), hours)), plant, hour)
        for name, sign, column in (("up", 1, "ramp_up_mw_per_h"), ("down", -1, "ramp_down_mw_per_h")):
            ramp = _array(thermal[column], plant)
            m.add_constraints(sign * (above_min - above_min.shift(hour=1)) - ramp * (on if sign > 0 else on.shift(hour=1))
                              <= 0, name=f"thermal_ramp_{name}", mask=later & (ramp < NO_LIMIT_MW))
        m.add_constraints(up - _array(thermal["spinning_up_mw"], plant) * on <= 0, name="thermal_up_limit")
        m.add_constraints(down - _array(thermal["spinning_down_mw"], plant) * on <= 0, name="thermal_down_limit")
        fast = _array(thermal["non_spinning_mw"], plant)
        m.add_constraints(rest + fast * on <= fast * units, name="thermal_non_spinning_limit")

        # A start's tier: as many starts of a tier as units stopped in its window of hours.
        off_from, tier_cost = case.start_tiers(thermal)
        tier = pd.RangeIndex(off_from.shape[1], name="tier")
        has_tier = xr.DataArray(off_from >= 0, coords={"thermal": plant, "tier": tier}, dims=["thermal", "tier"])
        tier_mask = has_tier.expand_dims(hour=hour).transpose("thermal", "tier", "hour")
        tier_start = m.add_variables(0, coords=[plant, tier, hour], name="thermal_start_tier", mask=tier_mask)
        m.add_constraints(tier_start.sum("tier") - start == 0, name="thermal_tiers",
                          mask=_hourly(np.broadcast_to(has_tier.any("tier").to_numpy()[:, None], (len(plant), hours)),
                                       plant, hour))
        cost += [(tier_start * xr.DataArray(tier_cost, coords=has_tier.coords, dims=has_tier.dims)).sum(),
                 (above * marginal).sum(), (on * _array(no_load, plant)).sum()]
        supply.append(output.sum("thermal"))
        by_region(up_of_region, up, plant, thermal["bus"])
        by_region(down_of_region, down, plant, thermal["bus"])
        by_region(non_spinning_of_region, rest, plant, thermal["bus"])

    renewables = case.table("renewables")
    if len(renewables):
        plant = pd.Index(renewables["name"], name="renewable")
        available = _array(renewables["capacity_mw"], plant) * series(renewables, "profile", plant)
        output = m.add_variables(0, available, coords=[plant, hour], name="renewable_output")
        down = m.add_variables(0, coords=[plant, hour], name="renewable_down")
        m.add_constraints(down - output <= 0, name="renewable_down_limit")
        supply.append(output.sum("renewable"))
        cost.append((output * _array(renewables["variable_om_cny_per_mwh"] - renewables["curtailment_cny_per_mwh"],
                                     plant)).sum())
        by_region(down_of_region, down, plant, renewables["bus"])

    reservoirs, hydro = case.table("reservoirs"), case.table("hydro")
    if len(reservoirs):
        pond = pd.Index(reservoirs["name"], name="reservoir")
        low = _array(reservoirs["storage_min_hm3"], pond)
        span = _array(reservoirs["storage_max_hm3"], pond) - low
        level = m.add_variables(low + span * series(reservoirs, "storage_min_profile", pond, 0.0),
                                low + span * series(reservoirs, "storage_max_profile", pond), name="reservoir_storage")
        spill = m.add_variables(0, coords=[pond, hour], name="reservoir_spill")
        short = m.add_variables(0, coords=[pond, hour], name="reservoir_release_short")
        station = pd.Index(hydro["name"], name="station")
        flow = m.add_variables(0, _array(hydro["flow_max_m3_per_s"], station), coords=[station, hour], name="hydro_flow")
        up = m.add_variables(0, coords=[station, hour], name="hydro_up")
        down = m.add_variables(0, coords=[station, hour], name="hydro_down")
        factor = _array(hydro["mw_per_m3_per_s"], station)
        m.add_constraints(factor * flow + up <= _array(hydro["p_max_mw"], station), name="hydro_capacity")
        m.add_constraints(factor * flow - down >= 0, name="hydro_floor")
        group = xr.DataArray(hydro["reservoir"].to_numpy(), coords={"station": station}, dims=["station"],
                             name="reservoir")
        turbined = flow.groupby(group).sum().reindex({"reservoir": pond})
        release = turbined + spill
        inflow = _array(reservoirs["inflow_m3_per_s"], pond) * series(reservoirs, "inflow_profile", pond)
        start_level = _array(case.profile_rows(reservoirs["reference_profile"], first_hour, 1, np.nan)[:, 0], pond)
        start_level = start_level.fillna(low)
        balance = level - level.shift(hour=1) + HM3_PER_M3S_H * release
        # Water from upstream, one travel time at a time.
        names = reservoirs["name"].to_numpy()
        downstream = reservoirs["downstream"].fillna("").to_numpy()
        for upstream, (below, delay) in enumerate(zip(downstream, reservoirs["travel_h"].to_numpy())):
            if below:
                arriving = release.sel(reservoir=names[upstream], drop=True).shift(hour=int(delay))
                balance = balance - HM3_PER_M3S_H * arriving.expand_dims(reservoir=[below]).reindex(reservoir=pond)
        first = xr.DataArray((hour == 0).astype(float), coords={"hour": hour}, dims=["hour"])
        m.add_constraints(balance == HM3_PER_M3S_H * inflow + start_level * first, name="reservoir_balance")
        least = _array(reservoirs["release_min_m3_per_s"], pond) * series(reservoirs, "release_min_profile", pond)
        m.add_constraints(release + short >= least, name="reservoir_release_min")
        m.add_constraints(release <= _array(reservoirs["release_max_m3_per_s"], pond), name="reservoir_release_max")
        end_short = m.add_variables(0, coords=[pond], name="reservoir_terminal_short")
        m.add_constraints(level.isel(hour=-1, drop=True) + end_short >= start_level, name="reservoir_terminal")
        supply.append((factor * flow).sum("station"))
        cost += [(flow * (factor * _array(hydro["variable_om_cny_per_mwh"], station))).sum(),
                 (short * (HM3_PER_M3S_H * _array(reservoirs["release_shortfall_cny_per_hm3"], pond))).sum(),
                 (end_short * _array(reservoirs["terminal_shortfall_cny_per_hm3"], pond)).sum()]
        by_region(up_of_region, up, station, hydro["bus"])
        by_region(down_of_region, down, station, hydro["bus"])

    storages = case.table("storages")
    if len(storages):
        plant = pd.Index(storages["name"], name="storage")
        charge_max = _array(storages["charge_max_mw"], plant)
        discharge_max = _array(storages["discharge_max_mw"], plant)
        charge = m.add_variables(0, charge_max, coords=[plant, hour], name="storage_charge")
        discharge = m.add_variables(0, discharge_max, coords=[plant, hour], name="storage_discharge")
        energy = m.add_variables(0, _array(storages["energy_max_mwh"], plant), coords=[plant, hour],
                                 name="storage_energy")
        spill = m.add_variables(0, coords=[plant, hour], name="storage_spill")
        up = m.add_variables(0, coords=[plant, hour], name="storage_up")
        down = m.add_variables(0, coords=[plant, hour], name="storage_down")
        initial = _array(storages["energy_initial_mwh"], plant)
        keep = 1.0 - _array(storages["loss_per_h"], plant)
        inflow = _array(storages["inflow_mw"], plant) * series(storages, "inflow_profile", plant)
        first = xr.DataArray((hour == 0).astype(float), coords={"hour": hour}, dims=["hour"])
        m.add_constraints(energy - keep * energy.shift(hour=1) - _array(storages["efficiency_charge"], plant) * charge
                          + (1.0 / _array(storages["efficiency_discharge"], plant)) * discharge + spill
                          == inflow + keep * initial * first, name="storage_balance")
        m.add_constraints(energy.isel(hour=-1, drop=True) >= initial, name="storage_terminal")
        m.add_constraints(discharge - charge + up <= discharge_max, name="storage_up_limit")
        m.add_constraints(charge - discharge + down <= charge_max, name="storage_down_limit")
        supply.append((discharge - charge).sum("storage"))
        cost.append((discharge * _array(storages["variable_om_cny_per_mwh"], plant)).sum())
        by_region(up_of_region, up, plant, storages["bus"])
        by_region(down_of_region, down, plant, storages["bus"])

    hvdc = case.table("hvdc")
    if len(hvdc):
        line = pd.Index(hvdc["name"], name="line")
        p_max = _array(hvdc["p_max_mw"], line) * series(hvdc, "p_max_profile", line)
        power = m.add_variables(_array(hvdc["p_min_mw"], line), p_max, coords=[line, hour], name="hvdc_power")
        block = hvdc["block_h"].to_numpy()
        within = _hourly((np.arange(first_hour, first_hour + hours)[None, :] % block[:, None] > 0)
                         & (np.arange(hours)[None, :] > 0), line, hour)
        m.add_constraints(power - power.shift(hour=1) == 0, name="hvdc_block", mask=within)
        step = hvdc["level_step_mw"].to_numpy()
        stepped = _hourly(np.broadcast_to((step > 0)[:, None], (len(line), hours)), line, hour) & ~within
        level = m.add_variables(0, coords=[line, hour], name="hvdc_level", integer=True, mask=stepped)
        m.add_constraints(power - _array(step, line) * level == _array(hvdc["p_min_mw"], line), name="hvdc_levels",
                          mask=stepped)
        ramp = _array(hvdc["ramp_mw_per_block"], line)
        for name, sign in (("up", 1), ("down", -1)):
            m.add_constraints(sign * (power - power.shift(hour=1)) <= ramp, name=f"hvdc_ramp_{name}",
                              mask=~within & (ramp < NO_LIMIT_MW)
                              & xr.DataArray(hour > 0, coords={"hour": hour}, dims=["hour"]))
        supply.append(-1.0 * power.sum("line"))
        cost.append((power * (-1.0 * _array(hvdc["export_value_cny_per_mwh"], line))).sum())

    loads = case.table("loads")
    name = pd.Index(loads["name"], name="load")
    demand = _array(loads["mean_mw"], name) * series(loads, "profile", name)
    shed = m.add_variables(0, demand, coords=[name, hour], name="load_shed")
    supply.append(shed.sum("load"))
    cost.append((shed * _array(loads["value_of_lost_load_cny_per_mwh"], name)).sum())
    m.add_constraints(linopy.merge(supply, dim="_term") == demand.sum("load"), name="balance")

    reserves, sharing = case.table("reserves"), case.table("reserve_sharing")
    if len(reserves):
        requirement = pd.Index(reserves["name"], name="requirement")
        missing = m.add_variables(0, coords=[requirement, hour], name="reserve_short")
        pair = pd.RangeIndex(len(sharing), name="pair")
        shared = None
        if len(pair):
            shared = m.add_variables(0, _array(sharing["max_mw"], pair), coords=[pair, hour], name="reserve_shared")
        region_load = case.sum_by_region(demand, loads["bus"])
        region_available = case.sum_by_region(available, renewables["bus"]) if len(renewables) else {}
        for row in reserves.itertuples():
            held = up_of_region if row.direction == "up" else down_of_region
            terms = [*held.get(row.region, [])]
            if row.kind == "non_spinning":
                terms += non_spinning_of_region.get(row.region, [])
            terms.append(1.0 * missing.sel(requirement=row.name, drop=True))
            if shared is not None:
                terms += [shared.sel(pair=k, drop=True) * (1.0 if sharing["to_reserve"].iloc[k] == row.name else -1.0)
                          for k in pair
                          if row.name in (sharing["to_reserve"].iloc[k], sharing["from_reserve"].iloc[k])]
            need = (row.load_pu * region_load.get(row.region, np.zeros(hours))
                    + row.renewable_pu * region_available.get(row.region, np.zeros(hours)) + row.fixed_mw)
            m.add_constraints(linopy.merge([1.0 * term for term in terms], dim="_term")
                              >= xr.DataArray(need, coords={"hour": hour}, dims=["hour"]), name=f"reserve_{row.name}")
        cost.append((missing * _array(reserves["shortfall_cny_per_mw"], requirement)).sum())

    m.add_objective(linopy.merge(cost, dim="_term"))
    return m
