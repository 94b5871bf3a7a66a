"""Quotas of two regions, worked out by hand: who misses what and sells what."""

import pytest

import program

TABLES = {
    "case.toml": 'name = "quotas"\nyear = 2030\nprofiles = ["profiles.csv"]\n',
    "regions.csv": "name\nwest\neast\n",
    "buses.csv": "name,region,kv\na,west,330\nb,east,330\n",
    "branches.csv": "name,from_bus,to_bus,x_pu,rating_mw\na_b,a,b,0.05,0\n",
    "fuels.csv": "name,price_cny_per_gj,co2_t_per_gj\ncoal,20,0.1\n",
    "thermal.csv": "name,bus,fuel,technology,units,p_min_mw,p_max_mw\ncoal,a,coal,coal,1,0,1000\n",
    "heat_curves.csv": "plant,p_mw,heat_gj_per_h\ncoal,0,0\ncoal,1000,10000\n",
    "renewables.csv": "name,bus,technology,capacity_mw,profile\nwind,a,wind,100,one\n",
    "loads.csv": "name,bus,mean_mw\nsmall,a,20\nlarge,b,150\n",
    "profiles.csv": "hour,one\n" + "".join(f"{t},1\n" for t in range(8760)),
}


def quotas(tmp_path, rows: str, engine: str, others: dict[str, str] | None = None) -> dict[str, dict[str, float]]:
    """A day of 2400 MWh of wind in the west, which asks for 480 MWh, the east for 3600; the figures of each quota."""
    case = tmp_path / "case"
    case.mkdir()
    targets = "name,kind,region,period,share,bought_max_pu,shortfall_cny_per_mwh,hvdc\n" + rows
    for name, text in {**TABLES, "targets.csv": targets, **(others or {})}.items():
        (case / name).write_text(text)
    with program.run_case(case, tmp_path / "out.h5", "--hours", "24", "--engine", engine) as file:
        told = file["targets"]
        return {name: {figure: told[f"{figure}_mwh"][k] for figure in ("owed", "own", "short", "bought", "sold")}
                for k, name in enumerate(program.texts(told["target"]))}


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_what_is_missing_is_told_of_the_region_that_lacks_it(engine, tmp_path):
    """The west has 2160 MWh more than its half of 480, the east owes 3600 and has none: it misses 1440, whoever's column holds them."""
    found = quotas(tmp_path, "west,renewable,west,year,0.5,1,50,\neast,renewable,east,year,1,1,50,\n", engine)
    assert found["west"] == pytest.approx({"owed": 240, "own": 2400, "short": 0, "bought": 0, "sold": 2160}, abs=1e-3)
    assert found["east"] == pytest.approx({"owed": 3600, "own": 0, "short": 1440, "bought": 2160, "sold": 0}, abs=1e-3)


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_who_must_not_buy_misses_the_most(engine, tmp_path):
    """The east may buy a quarter of its 3600 MWh and misses 2700; of the 2160 left over in the west it buys 900."""
    found = quotas(tmp_path, "west,renewable,west,year,0.5,1,50,\neast,renewable,east,year,1,0.25,50,\n", engine)
    assert found["west"] == pytest.approx({"owed": 240, "own": 2400, "short": 0, "bought": 0, "sold": 900}, abs=1e-3)
    assert found["east"] == pytest.approx({"owed": 3600, "own": 0, "short": 2700, "bought": 900, "sold": 0}, abs=1e-3)


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_a_line_that_imports_owes_less_than_nothing_and_misses_nothing(engine, tmp_path):
    """50 MW come in for 100 CNY/MWh: half of these 1200 MWh is taken off the 3600 of the east, whose own quota misses all that the west's 2160 leave."""
    line = "name,bus,p_min_mw,p_max_mw,export_value_cny_per_mwh\nline,b,-50,50,100\n"
    found = quotas(tmp_path, "west,renewable,west,year,0.5,1,50,\neast,renewable,east,year,1,1,50,\nline,renewable,east,year,0.5,1,50,line\n", engine,
                   {"hvdc.csv": line})
    assert found["west"] == pytest.approx({"owed": 240, "own": 2400, "short": 0, "bought": 0, "sold": 2160}, abs=1e-3)
    assert found["east"] == pytest.approx({"owed": 3600, "own": 0, "short": 840, "bought": 2160, "sold": 0}, abs=1e-3)
    assert found["line"] == pytest.approx({"owed": -600, "own": 0, "short": 0, "bought": 0, "sold": 0}, abs=1e-3)


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_who_lifts_water_misses_what_it_will_give_back(engine, tmp_path):
    """The west owes nothing and lifts 50 m3/s, which its units will give back as 50 MW: these 1200 MWh are missing to the market besides the east's 3600."""
    rising = "hour,one,up,down\n" + "".join(f"{t},1,{10 + 0.18 * min(t, 48)},{20 - 0.18 * min(t, 48)}\n" for t in range(8760))
    found = quotas(tmp_path, "west,renewable,west,year,0,0,50,\neast,renewable,east,year,1,1,50,\n", engine, {
        "profiles.csv": rising,
        "renewables.csv": TABLES["renewables.csv"].replace("100", "0"),
        "reservoirs.csv": "name,downstream,storage_max_hm3,reference_profile\nupper,lower,30,up\nlower,,30,down\n",
        "hydro.csv": "name,bus,reservoir,technology,p_max_mw,flow_max_m3_per_s,mw_per_m3_per_s\nunits,a,upper,storage_plant,50,50,1\n",
        "pumps.csv": "name,bus,reservoir_from,reservoir_to,station,p_max_mw,mw_per_m3_per_s\npumps,a,lower,upper,units,62.5,1.25\n",
    })
    assert found["west"] == pytest.approx({"owed": 0, "own": -1200, "short": 1200, "bought": 0, "sold": 0}, abs=1e-3)
    assert found["east"] == pytest.approx({"owed": 3600, "own": 0, "short": 3600, "bought": 0, "sold": 0}, abs=1e-3)
