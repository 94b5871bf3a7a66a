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


def quotas(tmp_path, rows: str, engine: str) -> dict[str, dict[str, float]]:
    """A day of 2400 MWh of wind in the west, which asks for 480 MWh, the east for 3600; the figures of each quota."""
    case = tmp_path / "case"
    case.mkdir()
    for name, text in {**TABLES, "targets.csv": "name,kind,region,period,share,bought_max_pu,shortfall_cny_per_mwh\n" + rows}.items():
        (case / name).write_text(text)
    with program.run_case(case, tmp_path / "out.h5", "--hours", "24", "--engine", engine) as file:
        told = file["targets"]
        return {name: {figure: told[f"{figure}_mwh"][k] for figure in ("owed", "own", "short", "bought", "sold")}
                for k, name in enumerate(program.texts(told["target"]))}


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_what_is_missing_is_told_of_the_region_that_lacks_it(engine, tmp_path):
    """The west has 2160 MWh more than its half of 480, the east owes 3600 and has none: it misses 1440, whoever's column holds them."""
    found = quotas(tmp_path, "west,renewable,west,year,0.5,1,50\neast,renewable,east,year,1,1,50\n", engine)
    assert found["west"] == pytest.approx({"owed": 240, "own": 2400, "short": 0, "bought": 0, "sold": 2160}, abs=1e-3)
    assert found["east"] == pytest.approx({"owed": 3600, "own": 0, "short": 1440, "bought": 2160, "sold": 0}, abs=1e-3)


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_who_must_not_buy_misses_the_most(engine, tmp_path):
    """The east may buy a quarter of its 3600 MWh and misses 2700; of the 2160 left over in the west it buys 900."""
    found = quotas(tmp_path, "west,renewable,west,year,0.5,1,50\neast,renewable,east,year,1,0.25,50\n", engine)
    assert found["west"] == pytest.approx({"owed": 240, "own": 2400, "short": 0, "bought": 0, "sold": 900}, abs=1e-3)
    assert found["east"] == pytest.approx({"owed": 3600, "own": 0, "short": 2700, "bought": 900, "sold": 0}, abs=1e-3)
