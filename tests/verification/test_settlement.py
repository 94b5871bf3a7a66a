"""The settlement adds up to zero, and its amounts are those worked out by hand."""

import shutil
import sys

import pytest

import program

sys.path.insert(0, str(program.ROOT / "src" / "python"))
from longyang import settlement  # noqa: E402

TEACHING = program.CASES / "teaching"
NORTHWEST = program.CASES / "northwest" / "2030"


@pytest.fixture(scope="module")
def two_buses(tmp_path_factory):
    """Results of the four hours of two_bus_congestion."""
    path = tmp_path_factory.mktemp("settlement") / "two.h5"
    program.run_case(TEACHING / "two_bus_congestion", path, "--hours", "4").close()
    return path


def settled(path, tmp_path, rules=""):
    market = tmp_path / "market.toml"
    market.write_text(rules, encoding="utf-8")
    return settlement.settle(path, market)


def test_caps_on_emissions_are_paid_by_hand(tmp_path):
    """README of the case: 840 t at 50 CNY/t and the cap's 283.33; 600 MWh each of coal and gas at 433.33, whose fuel costs 240,000 CNY."""
    path = tmp_path / "cap.h5"
    program.run_case(TEACHING / "emission_cap", path, "--hours", "4").close()
    s = settled(path, tmp_path)
    assert s.table["carbon"]["market", "carbon fund"] == pytest.approx(840 * (50 + 850 / 3))
    plants = s.table["total"]["thermal"].sum()
    assert plants == pytest.approx(600 * 100 + 600 * 300)
    assert s.closes()


def test_a_flexible_load_pays_the_tariff_it_answers(tmp_path):
    """README of the case: 80 MWh at 200 CNY/MWh, which the retailer buys at 500 and 900; the other load pays spot."""
    path = tmp_path / "tariff.h5"
    program.run_case(TEACHING / "tariff", path, "--hours", "4").close()
    s = settled(path, tmp_path)
    bill = s.table["energy"] + s.table["tariff"]
    assert bill["flexible_loads", "billed"] == pytest.approx(-16000)
    assert bill["flexible_loads", "free"] == pytest.approx(-(20 * 500 + 40 * 200 + 20 * 300))
    assert s.table["tariff"]["retail", "west"] == pytest.approx(16000 - 56000)
    assert s.closes()


def shifted(name, tmp_path, **tables):
    """A teaching case with some tables written anew."""
    case = shutil.copytree(TEACHING / name, tmp_path / name)
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    for table, text in tables.items():
        (case / f"{table}.csv").write_text(text, encoding="utf-8")
    return case


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_a_contract_over_a_phase_shifter_counts_what_injections_send(engine, tmp_path):
    case = shifted("phase_shifter", tmp_path, sections="name,limit_forward_mw,limit_backward_mw\ns,1000,1000\n",
                   section_branches="section,branch,sign\ns,a_c,1\n",
                   contracts="name,kind,of,period,month,energy_gwh,tolerance_pu\nc,section,s,day,0,5.28,0\n")
    branches = case / "branches.csv"
    branches.write_text(branches.read_text(encoding="utf-8").replace("a_c,a,c,0.02,280,", "a_c,a,c,0.02,1000,"), encoding="utf-8")
    out = tmp_path / "out.h5"
    with program.run_case(case, out, "--hours", "24", "--engine", engine) as file:
        assert file["contracts/energy_mwh"][0] == pytest.approx(5280, rel=1e-4)
    s = settled(out, tmp_path)
    assert abs(s.table["energy"]["market", "section contracts"]) > 1e5
    assert s.closes()


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_a_phase_shifter_sends_nothing_before_it_is_there(engine, tmp_path):
    branches = (TEACHING / "dates" / "branches.csv").read_text(encoding="utf-8").splitlines()
    case = shifted("dates", tmp_path, branches="name,from_bus,to_bus,x_pu,rating_mw,shift_deg\na_b,a,b,0.02,500,0\na_c,a,c,0.02,280,1.8\n"
                                               "b_c,b,c,0.02,1000,0\n")
    assert {line.split(",")[0] for line in branches[1:]} == {"a_b", "a_c", "b_c"}
    out = tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "6", "--engine", engine).close()
    s = settled(out, tmp_path)
    assert s.table["energy"]["market", "network"] > 1e4
    assert s.closes()


def test_two_buses_by_hand(two_buses, tmp_path):
    """README of the case: hours 0 and 1 at 200 CNY/MWh everywhere, hours 2 and 3 at 200 and 500 with 300 MW of flow."""
    s = settled(two_buses, tmp_path)
    energy = s.table["energy"]
    assert energy["thermal"].sum() == pytest.approx(2 * 440 * 200 + 2 * (500 * 200 + 300 * 500))
    assert energy["loads"].sum() == pytest.approx(-(2 * 440 * 200 + 2 * (200 * 200 + 600 * 500)))
    assert energy["market", "network"] == pytest.approx(2 * 300 * 300)
    coal_gj, gas_gj = 10 * (2 * 440 + 2 * 500), 8 * 2 * 300
    assert s.table["carbon"]["market", "carbon fund"] == pytest.approx(50 * (0.1 * coal_gj + 0.05 * gas_gj))
    assert s.closes()


@pytest.mark.parametrize("status, words, said, code", [
    ("stopped", "stopped by the time limit", "stopped: what is paid is for the schedule that the run had when it ended (stopped by the time limit; run it again", 0),
    ("faulty", "the checker found 3 breaches", "faulty: the schedule did not pass the independent check, so that no amount is to be relied on", 6),
    ("relaxed", "", "relaxed: numbers of units may be fractions", 0), ("complete", "", "", 0)])
def test_a_status_is_told_in_words(status, words, said, code, two_buses, tmp_path, capsys):
    path = shutil.copy(two_buses, tmp_path / "copy.h5")
    with program.h5py.File(path, "r+") as file:
        file.attrs["status"], file.attrs["status_words"] = status, words
        file["certificate/integrality"][()] = 0.5 if status == "relaxed" else 0.0
    assert settlement.main([str(path)]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(said) and bool(lines[1]) == bool(said), lines[1]


def test_a_folder_of_tables_that_is_a_file(two_buses, tmp_path, capsys):
    taken = tmp_path / "taken"
    taken.touch()
    assert settlement.main([str(two_buses), "--tables", str(taken)]) == 7
    assert capsys.readouterr().err == f"longyang.settlement: {taken}: found a file, expected a folder\n"


def test_certificates_by_hand(two_buses, tmp_path):
    """The gas plant's 600 MWh count as green: against half of 2480 MWh of load 640 MWh are missing."""
    s = settled(two_buses, tmp_path, """
        [certificates]
        technologies = ["gas_ccgt", "gas"]
        quotas = { west = 0.5 }
        penalty_cny_per_mwh = 40
        """)
    part = s.table["certificates"]
    assert part["loads"].sum() == pytest.approx(-40 * 1240)
    assert part["thermal"].sum() == pytest.approx(40 * 600)
    assert part["market", "certificate fund"] == pytest.approx(40 * 640)
    assert s.closes()


def test_lines_that_the_run_lacks_are_passed_over_with_a_note(two_buses, tmp_path):
    """Of a variant without a line; the rest of the market is settled."""
    s = settled(two_buses, tmp_path, """
        [certificates]
        technologies = ["gas_ccgt", "gas"]
        quotas = { west = 0.5 }
        lines = { qinghai_third = 0.7 }
        penalty_cny_per_mwh = 40
        """)
    assert s.notes["share of certificates of qinghai_third, passed over since the run has no such HVDC line"] == 0.7
    assert s.table["certificates"]["market", "certificate fund"] == pytest.approx(40 * 640)
    assert "qinghai_third" in settlement.in_words(s) and s.closes()


def test_buyers_that_drew_nothing_share_a_contract_alike(tmp_path):
    path = tmp_path / "idle.h5"
    program.run_case(TEACHING / "two_bus_congestion", path, "--hours", "4", "--set", "loads.mean_mw=0").close()
    s = settled(path, tmp_path, """
        [[contracts]]
        sellers = { table = "thermal" }
        buyers = { table = "loads" }
        share = 0.5
        price_cny_per_mwh = 250
        """)
    assert s.closes() and not s.table["contracts"].isna().any()


def test_contracts_tariffs_and_capacity_by_hand(two_buses, tmp_path):
    s = settled(two_buses, tmp_path, """
        [[contracts]]
        sellers = { table = "thermal", technology = "coal" }
        buyers = { table = "loads" }
        share = 0.5
        price_cny_per_mwh = 260
        [[tariffs]]
        region = "west"
        price_cny_per_mwh = 300
        periods = [{ hours = [2, 3], factor = 1.5 }]
        [[capacity]]
        plants = { table = "thermal" }
        cny_per_kw_year = 100
        """)
    # Half of coal's mean of 470 MW over four hours, 60 CNY/MWh above its bus's price.
    contracts = s.table["contracts"]
    assert contracts["thermal"].sum() == pytest.approx(4 * 235 * 60)
    assert contracts["loads"].sum() == pytest.approx(-4 * 235 * 60)
    # Loads pay 2 x 440 x 300 + 2 x 800 x 450 in place of what they pay for energy.
    bill = s.table.loc["loads", "energy"].sum() + s.table.loc["loads", "tariff"].sum()
    assert bill == pytest.approx(-(2 * 440 * 300 + 2 * 800 * 450))
    assert s.table["capacity"]["thermal"].sum() == pytest.approx(2 * 1000 * 1000 * 100 * 4 / 8760)
    assert s.closes()


def test_capacity_is_paid_for_hours_in_service(tmp_path):
    """100 MW of PV that enter in hour 4 of 6 are paid for two hours, coal for all."""
    path = tmp_path / "dates.h5"
    program.run_case(TEACHING / "dates", path, "--hours", "6").close()
    s = settled(path, tmp_path, """
        [[capacity]]
        plants = { table = "renewables" }
        cny_per_kw_year = 100
        [[capacity]]
        plants = { table = "thermal", name = "coal" }
        cny_per_kw_year = 100
        """)
    assert s.table["capacity"]["renewables", "sun"] == pytest.approx(100 * 1000 * 100 * 2 / 8760)
    assert s.table["capacity"]["thermal", "coal"] == pytest.approx(800 * 1000 * 100 * 6 / 8760)
    assert s.closes()


@pytest.mark.parametrize("name, options", [("phase_shifter", ()), ("dc_link", ()), ("dc_link", ("--engine", "prices")), ("section_limit", ()), ("hvdc_levels", ()),
                                           ("reserve_sharing", ("--engine", "prices"))])
def test_teaching_cases_add_up_to_zero(name, options, tmp_path):
    program.run_case(TEACHING / name, tmp_path / "out.h5", "--hours", "4", *options).close()
    s = settled(tmp_path / "out.h5", tmp_path)
    assert s.closes(), settlement.in_words(s)


@pytest.mark.parametrize("start", ["", "light_then_full"])
@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_flexible_loads_pay_for_the_reserve_they_cause(engine, start, tmp_path):
    """README of the case: by RE-0 the loads use 14 / 0.7, 20, 9 / 0.9, 50, 0 and 40 MW in every hour, whenever they draw; the town 650, 850, 250, 450.
    10 MW of reserve are held, and the rest missing at 5000 CNY/MW. What a span starts on changes nothing of it."""
    rows = (TEACHING / "flexible_loads" / "flexible_loads.csv").read_text(encoding="utf-8").splitlines()
    starts = [",energy_initial_profile"] + [f",{start}"] * (len(rows) - 1)
    case = shifted("flexible_loads", tmp_path, flexible_loads="".join(f"{row}{more}\n" for row, more in zip(rows, starts, strict=True)),
                   reserves="name,region,direction,load_pu\nup,west,up,0.1\n",
                   thermal="name,bus,fuel,technology,units,p_min_mw,p_max_mw,spinning_up_mw\nplants,plant,heat,coal,1,0,1200,10\n")
    out = tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "4", "--engine", engine).close()
    s = settled(out, tmp_path)
    by_mw = sum(10 * 5000 / (town + 140) for town in (650, 850, 250, 450))
    for name, used_mw in {"hydrogen": 20, "servers": 20, "cars": 10, "pots": 50, "mine": 0, "village": 40}.items():
        assert s.table["reserve"]["flexible_loads", name] == pytest.approx(-used_mw * by_mw, rel=1e-5), name
    assert s.table["reserve"]["loads", "town"] == pytest.approx(-4 * 10 * 5000 + 140 * by_mw, rel=1e-5)
    assert s.closes()


@pytest.mark.parametrize("asked", ["load_pu\nup,west,up,0.1\n", "fixed_mw\nup,west,up,100\n"])
def test_microgrids_pay_for_reserve_by_their_own_loads(asked, tmp_path):
    """The village uses 40 MW in every hour, the hamlet 8, 8, 20 and 20, the town 650, 850, 250 and 450. 10 MW of reserve are held, and the rest missing at 5000 CNY/MW."""
    case = shifted("flexible_loads", tmp_path, reserves=f"name,region,direction,{asked}",
                   flexible_loads="name,bus,kind,own_load_mw,own_load_profile,own_generation_mw,exchange_max_mw\nvillage,town,microgrid,40,,60,15\n"
                                  "hamlet,town,microgrid,20,light_then_full,0,30\n",
                   thermal="name,bus,fuel,technology,units,p_min_mw,p_max_mw,spinning_up_mw\nplants,plant,heat,coal,1,0,1200,10\n")
    out = tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "4").close()
    s = settled(out, tmp_path)
    hours = list(zip((8, 8, 20, 20), (650, 850, 250, 450), strict=True))
    paid = s.table["reserve"]
    assert paid["flexible_loads", "village"] == pytest.approx(-sum(10 * 5000 * 40 / (town + 40 + hamlet) for hamlet, town in hours), rel=1e-6)
    assert paid["flexible_loads", "hamlet"] == pytest.approx(-sum(10 * 5000 * hamlet / (town + 40 + hamlet) for hamlet, town in hours), rel=1e-6)
    assert paid["loads", "town"] == pytest.approx(-sum(10 * 5000 * town / (town + 40 + hamlet) for hamlet, town in hours), rel=1e-6)
    assert s.closes()
    earlier = shutil.copy(out, tmp_path / "earlier.h5")
    with program.h5py.File(earlier, "r+") as file:
        del file["flexible_loads/own_load_mw"]  # as in files of earlier programs
    s = settled(earlier, tmp_path)
    assert s.table["reserve"]["flexible_loads", "hamlet"] == pytest.approx(-sum(10 * 5000 * 20 / (town + 60) for _, town in hours), rel=1e-6)
    assert s.closes()


@pytest.mark.parametrize("north, south", [("north_up", "south_up"), ("north > up", "south > up")])
def test_shared_reserve_by_hand(north, south, tmp_path):
    """README of the case: in the north 100 MW at 100 CNY/MW and 80 for the south, which holds 50 and pays 5000."""
    case = shifted("reserve_sharing", tmp_path)
    for table in ("reserves", "reserve_sharing"):
        path = case / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("north_up", north).replace("south_up", south), encoding="utf-8")
    out = tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "4").close()
    s = settled(out, tmp_path)
    paid = s.table["reserve"]
    assert paid["market", "reserve sharing"] == pytest.approx(4 * 80 * (5000 - 100))
    assert paid["thermal", "coal"] == pytest.approx(4 * 180 * 100) and paid["thermal", "gas"] == pytest.approx(4 * 50 * 5000)
    assert paid["loads", "north"] == pytest.approx(-4 * 100 * 100) and paid["loads", "south"] == pytest.approx(-4 * 130 * 5000)
    assert s.closes()


def test_a_region_without_buses_has_nothing_to_settle(tmp_path):
    """Its 5 MW of reserve are missing, so nobody is paid for them."""
    case = shifted("reserve_sharing", tmp_path, regions="name\nnorth\nsouth\neast\n",
                   reserves="name,region,direction,fixed_mw\neast_up,east,up,5\n", reserve_sharing="from_reserve,to_reserve,max_mw\n")
    out = tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "4").close()
    s = settled(out, tmp_path)
    assert s.table["reserve"].abs().sum() == 0
    assert s.closes()


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_northwest_adds_up_to_zero(engine, tmp_path):
    """Limits, contracts of sections, shared reserve and UHV lines of the real case, with the rules of its market."""
    options = ("--relax",) if engine == "highs" else ("--iterations", "10", "--passes", "1", "--gap", "1")
    ended = program.run("run", NORTHWEST, "--engine", engine, "--from", "2030-07-15T10", "--hours", "2", *options, "-o",
                        tmp_path / "out.h5")
    assert ended.code in (0, 5), ended.words
    s = settlement.settle(tmp_path / "out.h5", program.CASES / "northwest" / "market_2030.toml")
    assert s.closes(), settlement.in_words(s)
    paid = s.table[settlement.PARTS].abs().sum()
    assert (paid.drop("reserve") > 0).all()  # of reserve there is enough in these hours
    assert settlement.main([str(tmp_path / "out.h5"), "--tables", str(tmp_path / "tables")]) == 0
    assert len((tmp_path / "tables" / "settlement.csv").read_text(encoding="utf-8").splitlines()) == len(s.table) + 1


@pytest.mark.parametrize("case, kind", [("voltage_section", "ac"), ("export_strength", "strength")])
def test_rows_of_security_have_their_rent(case, kind, tmp_path):
    path = tmp_path / "secured.h5"
    with program.run_case(TEACHING / case, path, "--engine", "prices", "--security", kind) as file:
        secured = any(tag[:2] in ("SE", "AC") for tag in program.texts(file["row_prices/tag"]))
    s = settled(path, tmp_path)
    assert secured and s.closes()


def test_an_error_does_not_close(two_buses, tmp_path):
    """The rent is worked out from the limits: prices of buses that do not fit them are found out."""
    s = settled(two_buses, tmp_path)
    s.table.loc[("market", "network"), "energy"] *= 1.001
    assert not s.closes()


@pytest.mark.parametrize("rules, words", [
    ("[certificate]\n", "found the key 'certificate', expected one of certificates"),
    ("[[contracts]]\nsellers = { table = 'thermal', technology = 'oil' }\nbuyers = { table = 'loads' }\nshare = 1\n"
     "price_cny_per_mwh = 1\n", "contracts 1: sellers: found no participant"),
    ("[[contracts]]\nsellers = { table = 'thermal' }\nbuyers = { table = 'loads' }\nshare = 1\nprice_cny_per_mwh = 1\n"
     "curve = [2.0]\n", "curve: found 1 numbers"),
    ("certificates = 3\n", "market.toml: market: found certificates = 3, expected a table"),
    ("[certificates]\ntechnologies = ['pv']\nquotas = { west = 'x' }\npenalty_cny_per_mwh = 3\n", "certificates: found quotas = {'west': 'x'}, expected a table of numbers"),
    ("[certificates]\ntechnologies = ['pv']\nquotas = { west = 1 }\n", "certificates: found no penalty_cny_per_mwh, expected a number"),
    ("[tariffs]\nregion = 'west'\nprice_cny_per_mwh = 400\n", "expected a list of tables ([[tariffs]])"),
    ("[[tariffs]]\nregion = 'west'\nprice_cny_per_mwh = '400'\n", "tariffs 1: found price_cny_per_mwh = '400', expected a number"),
    ("[[tariffs]]\nregion = 'west'\nprice_cny_per_mwh = 400\nperiods = [{ hours = [22, 23, 24], factor = 0.5 }]\n",
     "tariffs 1: periods: found hours = [22, 23, 24], expected a list of hours, 0 to 23"),
    ("[[capacity]]\nplants = { table = 'loads' }\ncny_per_kw_year = 100\n", "capacity 1: plants: found table = 'loads', expected one of thermal"),
    ("[[capacity]]\nplants = { table = 'thermal', tech = 'coal' }\ncny_per_kw_year = 100\n", "capacity 1: plants: found the key 'tech'"),
    (b"# \xff", "no valid TOML at line 1: found bytes that are not UTF-8"), ("x = [", 'market.toml: no valid TOML at its end: "Invalid value"'),
])
def test_faults_of_a_market_file(two_buses, tmp_path, rules, words, capsys):
    market = tmp_path / "market.toml"
    market.write_bytes(rules if isinstance(rules, bytes) else rules.encode())
    assert settlement.main([str(two_buses), "--market", str(market)]) == 3
    said = capsys.readouterr().err
    assert f"{market}: " in said and words in said
