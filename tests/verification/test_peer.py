"""The program and the same model written independently with linopy (tests/bench/peers) have the same optimum."""

import shutil

import pytest

import program  # first: it makes the peers importable

import case
import linopy_day

CASES = ["two_bus_congestion", "three_bus_loop", "section_limit", "commitment", "must_run_curtailment", "scarcity",
           "reserve_sharing", "non_spinning", "cascade", "storage_arbitrage", "hvdc_levels", "ramps", "phase_shifter",
           "flexible_loads", "reactor_and_capture", "head_segments", "demanded_curve", "emission_cap", "tariff", "dc_link"]



def _starts(case_name: str, profile: str) -> str:
    """flexible_loads.csv of a teaching case in which what a span starts on has a profile."""
    header, *rows = (program.CASES / "teaching" / case_name / "flexible_loads.csv").read_text(encoding="utf-8").splitlines()
    return "".join(f"{row}\n" for row in [f"{header},energy_initial_profile", *(f"{row},{profile}" for row in rows)])


# Tables that no teaching case has, each added to one in which it changes the optimum: the case, and its files.
ADDED = {
    "pumps": ("cascade", {"pumps": "name,bus,reservoir_from,reservoir_to,p_max_mw,mw_per_m3_per_s,variable_om_cny_per_mwh\n"
                                   "lift,river,lower,upper,50,1.3,2\n"}),
    "service": ("ramps", {"service": "plant,from_hour,to_hour\ncoal,0,9\n"}),
    "service of renewables": ("must_run_curtailment", {"service": "table,plant,from_hour\nrenewables,wind,7\n"}),
    "service of hydro": ("cascade", {"service": "table,plant,from_hour,to_hour\nhydro,upper,6,8760\nhydro,lower,0,12\n"}),
    "service of pumps": ("cascade", {"pumps": "name,bus,reservoir_from,reservoir_to,p_max_mw,mw_per_m3_per_s,variable_om_cny_per_mwh\n"
                                              "lift,river,lower,upper,50,1.3,2\n",
                                     "service": "table,plant,to_hour\npumps,lift,4\n"}),
    "service of storages": ("storage_arbitrage", {"service": "table,plant,from_hour\nstorages,battery,6\n"}),
    "service of lines": ("hvdc_levels", {"service": "table,plant,from_hour\nhvdc,export,8\n"}),
    "service of flexible loads": ("flexible_loads", {"service": "table,plant,from_hour,to_hour\nflexible_loads,hydrogen,5,8760\n"
                                                                "flexible_loads,pots,0,11\nflexible_loads,village,6,14\n"}),
    "starts of flexible loads": ("flexible_loads", {"flexible_loads": _starts("flexible_loads", "light_then_full")}),
    "starts of loads with a tariff": ("tariff", {"flexible_loads": _starts("tariff", "light_then_full")}),
    "starts and service": ("flexible_loads", {"flexible_loads": _starts("flexible_loads", "light_then_full"),
                                              "service": "table,plant,from_hour,to_hour\nflexible_loads,cars,1,17\n"
                                                         "flexible_loads,village,0,14\n"}),
    "service of branches": ("three_bus_loop", {"service": "table,plant,from_hour,to_hour\nbranches,a_c,6,12\n"}),
    "service of branches of a section": ("section_limit", {
        "service": "table,plant,from_hour,to_hour\nbranches,new,6,8760\n",
        "contracts": "name,kind,of,period,energy_gwh,tolerance_pu,shortfall_cny_per_mwh\nc,section,to_town,day,6,0.01,300\n",
        "branches": "name,from_bus,to_bus,x_pu,rating_mw\nold,mine,town,0.02,200\nnew,town,mine,0.01,500\n"}),
    "targets": ("two_bus_congestion", {
        "regions": "name\nnorth\nsouth\n", "buses": "name,region,kv\nmine,north,330\ntown,south,330\n",
        "renewables": "name,bus,technology,capacity_mw,profile,variable_om_cny_per_mwh\nwind,mine,wind,400,wind,900\n"
                      "river,town,run_of_river,60,wind,700\n",
        "targets": "name,kind,region,period,share,bought_max_pu,shortfall_cny_per_mwh\n"
                   "a,renewable,north,year,0.2,0.1,2000\nb,renewable,south,year,0.2,0.6,1500\n"
                   "c,clean_generation,south,month,0.3,,1000\nd,non_hydro,north,month,0.15,,1200\n"}),
    "targets of a line": ("hvdc_levels", {
        "renewables": "name,bus,technology,capacity_mw,profile,variable_om_cny_per_mwh\nwind,converter,wind,300,wind,600\n",
        "targets": "name,kind,region,hvdc,period,share,shortfall_cny_per_mwh\na,renewable,west,export,year,0.3,900\n"}),
    "energy_limits": ("ramps", {"energy_limits": "plant,energy_gwh,period\ncoal,90,month\n"}),
    "deep_load": ("must_run_curtailment", {"deep_load": "plant,down_to_mw,wear_cny_per_mwh\nchp,100,55\n",
                                           "heat_curves": "plant,p_mw,heat_gj_per_h\nchp,100,1400\nchp,150,1800\nchp,300,3300\n"}),
}


# linopy tells that what lies before the first hour counts as 0; that is what the peer's equations want.
@pytest.mark.filterwarnings("ignore:[\\s\\S]*absent slots")
@pytest.mark.parametrize("relax", [True, False], ids=["relaxed", "integer"])
@pytest.mark.parametrize("name", CASES)
def test_same_optimum(name, relax, tmp_path):
    folder = program.CASES / "teaching" / name
    options = ["--hours", "17", *(["--relax"] if relax else ["--gap", "1e-7"])]
    with program.run_case(folder, tmp_path / "out.h5", *options) as results:
        ours = float(program.quantity(results, "certificate/cost_cny"))
    peer = linopy_day.solve(linopy_day.build(case.Case(folder), 0, 17, limits=True), relax)
    assert ours == pytest.approx(peer, rel=1e-6)


@pytest.mark.filterwarnings("ignore:[\\s\\S]*absent slots")
@pytest.mark.parametrize("table", ADDED)
def test_same_optimum_with_another_table(table, tmp_path):
    name, files = ADDED[table]
    (tmp_path / "teaching").mkdir()
    folder = tmp_path / "teaching" / name
    shutil.copytree(program.CASES / "teaching" / name, folder)
    shutil.copy(program.CASES / "teaching" / "profiles.csv", tmp_path / "teaching")
    plain = linopy_day.solve(linopy_day.build(case.Case(folder), 0, 17, limits=True), relax=False)
    for file, rows in files.items():
        (folder / f"{file}.csv").write_text(rows, encoding="utf-8")
    with program.run_case(folder, tmp_path / "out.h5", "--hours", "17", "--gap", "1e-7") as results:
        ours = float(program.quantity(results, "certificate/cost_cny"))
    peer = linopy_day.solve(linopy_day.build(case.Case(folder), 0, 17, limits=True), relax=False)
    assert ours == pytest.approx(peer, rel=1e-6)
    assert abs(peer - plain) > 1e-4 * abs(plain)


# Three coal units that cost more than the turbine, one out from hour 10 to 21, one from 15 to 26, one from 27 to 32: the third unit, the
# second, and the third again. With two of them on for 1 h of their 8 before hour 24, two are held on to hour 26 and one to hour 30, though
# two are in service. With a duty of two, the first unit has it, the second one from 27 on, 12 h after it was stopped, and the third one,
# which has 5 h between its outages, never.
@pytest.mark.filterwarnings("ignore:[\\s\\S]*absent slots")
@pytest.mark.parametrize("columns, values, units", [("initial_units_on,initial_h,initial_p_mw", "2,1,120", [2, 2, 2, 1, 1, 1, 1]),
                                                    ("must_run_units", "2", [1, 1, 1, 2, 2, 2, 2])], ids=["held on", "must run"])
def test_same_optimum_where_outages_overlapped_before_the_span(columns, values, units, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(program.CASES / "teaching" / "commitment", folder)
    settings = (folder / "case.toml").read_text(encoding="utf-8")
    (folder / "case.toml").write_text(settings.replace('profiles = ["../profiles.csv"]\n', ""), encoding="utf-8")
    files = {"loads": "name,bus,mean_mw\ntown,town,300\n",
             "fuels": "name,price_cny_per_gj,co2_t_per_gj\ncoal,25,0\ngas,1,0\n",
             "thermal": "name,bus,fuel,technology,units,p_min_mw,p_max_mw,min_up_h,min_down_h," + columns + "\n"
                        f"coal,plant,coal,coal,3,100,200,8,12,{values}\ngas,plant,gas,gas_ocgt,1,0,300,1,1{',' * values.count(',')},\n",
             "outages": "plant,from_hour,to_hour,units,kind\ncoal,10,21,1,forced\ncoal,15,26,1,forced\ncoal,27,32,1,forced\n"}
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    with program.run_case(folder, tmp_path / "out.h5", "--from", "2030-01-02", "--hours", "12", "--gap", "1e-7") as results:
        ours = float(program.quantity(results, "certificate/cost_cny"))
        units_on = [round(on) for on in results["thermal/units_on"][0][:7]]
    assert units_on == units
    peer = linopy_day.solve(linopy_day.build(case.Case(folder), 24, 12, limits=True), relax=False)
    assert ours == pytest.approx(peer, rel=1e-6)
