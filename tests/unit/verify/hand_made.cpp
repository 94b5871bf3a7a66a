#include "hand_made.hpp"

#include <algorithm>
#include <numbers>

namespace longyang::verify {

int add_profile(grid::System& system, std::initializer_list<double> in_span, double rest) {
    grid::Profiles& profiles = system.profiles;
    const auto number = static_cast<int>(profiles.values.size() / profiles.hours);
    std::vector<double> year(profiles.hours, rest);
    std::copy(in_span.begin(), in_span.end(), year.begin() + begin_hour);
    profiles.values.insert(profiles.values.end(), year.begin(), year.end());
    return number;
}

namespace {

void set_rows(grid::Rows& table, std::initializer_list<const char*> names) {
    table.name.assign(names.begin(), names.end());
    table.line.assign(names.size(), 0);
}

// Regions A (buses b0, b1) and B (b2, b3). A triangle of equal branches, of which b0-b2 shifts
// phases by 3 degrees, and bus b3 alone.
void make_network(grid::System& s) {
    set_rows(s.regions, {"A", "B"});
    set_rows(s.buses, {"b0", "b1", "b2", "b3"});
    s.buses.region = {0, 0, 1, 1};
    set_rows(s.branches, {"b0-b1", "b1-b2", "b0-b2"});
    s.branches.from_bus = {0, 1, 0};
    s.branches.to_bus = {1, 2, 2};
    s.branches.x_pu = {0.1, 0.1, 0.1};
    s.branches.tap_pu = {0.0, 1.0, 0.0};
    s.branches.shift_deg = {0.0, 0.0, 3.0};
    s.branches.rating_mw = {300.0, 0.0, 400.0};
    set_rows(s.sections, {"tie"}); // into b2
    s.sections.limit_forward_mw = {100.0};
    s.sections.limit_backward_mw = {200.0};
    set_rows(s.section_branches, {"", ""});
    s.section_branches.section = {0, 0};
    s.section_branches.branch = {1, 2};
    s.section_branches.sign = {1.0, 1.0};
}

// Coal: two units of which one runs at 200 MW before the span; the other stopped an hour before it.
// Gas: at rest, and out of service in hour 4. Heat at 20 CNY/GJ and 0.1 t/GJ x 50 CNY/t: 25 CNY/GJ.
void make_thermal(grid::System& s) {
    s.info.carbon_price_cny_per_t = 50.0;
    set_rows(s.fuels, {"coal"});
    s.fuels.price_cny_per_gj = {20.0};
    s.fuels.co2_t_per_gj = {0.1};
    grid::Thermal& t = s.thermal;
    set_rows(t, {"coal", "gas"});
    t.bus = {0, 2};
    t.fuel = {0, 0};
    t.units = {2, 1};
    t.p_min_mw = {100.0, 20.0};
    t.p_max_mw = {300.0, 100.0};
    t.variable_om_cny_per_mwh = {10.0, 0.0};
    t.min_up_h = {3, 1};
    t.min_down_h = {2, 1};
    t.ramp_up_mw_per_h = t.ramp_down_mw_per_h = {100.0, 1e5};
    t.start_ramp_mw = t.stop_ramp_mw = {150.0, 1e5};
    t.spinning_up_mw = t.spinning_down_mw = {50.0, 0.0};
    t.non_spinning_mw = {0.0, 100.0};
    t.must_run_units = {1, 0};
    t.must_run_profile = t.p_min_profile = t.p_max_profile = {-1, -1};
    t.initial_units_on = {1, -1};
    t.initial_h = {1, 8760};
    t.initial_p_mw = {200.0, 0.0};
    s.heat_curves.plant = {0, 0, 0, 1, 1};
    s.heat_curves.p_mw = {200.0, 100.0, 300.0, 20.0, 100.0}; // in any order
    s.heat_curves.heat_gj_per_h = {1900.0, 1000.0, 2900.0, 250.0, 1000.0};
    s.start_tiers.plant = {0, 0};
    s.start_tiers.off_h = {2, 8};
    s.start_tiers.cost_cny = {10000.0, 30000.0};
    s.outages.plant = {1};
    s.outages.from_hour = {24};
    s.outages.to_hour = {25};
    s.outages.units = {1};
}

// Upper reservoir on 100 hm3 all year, with two head segments; its water takes 2 h to the lower
// one, which has no reference and so starts and ends on its least storage of 1 hm3.
void make_hydro(grid::System& s) {
    grid::Reservoirs& r = s.reservoirs;
    set_rows(r, {"upper", "lower"});
    r.downstream = {1, -1};
    r.travel_h = {2, 0};
    r.storage_min_hm3 = {50.0, 1.0};
    r.storage_max_hm3 = {150.0, 3.0};
    r.reference_profile = {add_profile(s, {}, 100.0), -1};
    r.inflow_m3_per_s = {100.0, 10.0};
    r.inflow_profile = r.release_min_profile = r.release_max_profile = {-1, -1};
    r.storage_min_profile = r.storage_max_profile = {-1, -1};
    r.release_min_m3_per_s = {0.0, 115.0};
    r.release_max_m3_per_s = {300.0, 200.0};
    r.release_shortfall_cny_per_hm3 = {1e6, 1e6};
    r.terminal_shortfall_cny_per_hm3 = {2e6, 2e6};
    set_rows(s.hydro, {"high_head", "low_head"});
    s.hydro.bus = {2, 2};
    s.hydro.reservoir = {0, 1};
    s.hydro.p_max_mw = {240.0, 75.0};
    s.hydro.flow_max_m3_per_s = {200.0, 150.0};
    s.hydro.mw_per_m3_per_s = {9.0, 0.5}; // the first is not in force
    s.hydro.variable_om_cny_per_mwh = {1.0, 2.0};
    set_rows(s.pumps, {"lift"});
    s.pumps.bus = {1};
    s.pumps.technology = {"storage_plant"};
    s.pumps.reservoir_from = {1};
    s.pumps.reservoir_to = {0};
    s.pumps.station = {-1};
    s.pumps.p_max_mw = {20.0};
    s.pumps.mw_per_m3_per_s = {1.5};
    s.pumps.variable_om_cny_per_mwh = {2.0};
    s.head_curves.station = {0, 0};
    s.head_curves.storage_from_hm3 = {99.9, 50.0};
    s.head_curves.mw_per_m3_per_s = {1.2, 1.0};
}

void make_other_plants(grid::System& s) {
    set_rows(s.renewables, {"wind", "pv"});
    s.renewables.bus = {1, 3};
    s.renewables.technology = {"wind", "pv"};
    s.renewables.capacity_mw = {200.0, 10.0};
    const int half = add_profile(s, {}, 0.5);
    s.renewables.profile = {half, half};
    s.renewables.variable_om_cny_per_mwh = {2.0, 0.0};
    s.renewables.curtailment_cny_per_mwh = {5.0, 0.0};
    grid::Storages& b = s.storages;
    set_rows(b, {"battery", "csp"});
    b.bus = {0, 1};
    b.technology = {"battery", "csp"};
    b.charge_max_mw = {50.0, 0.0};
    b.discharge_max_mw = {50.0, 60.0};
    b.energy_max_mwh = {100.0, 200.0};
    b.efficiency_charge = {0.8, 1.0};
    b.efficiency_discharge = {0.8, 0.5};
    b.loss_per_h = {0.0, 0.0};
    b.variable_om_cny_per_mwh = {3.0, 1.0};
    b.energy_initial_mwh = {40.0, 20.0};
    b.inflow_mw = {0.0, 50.0};
    b.inflow_profile = {-1, -1};
    set_rows(s.loads, {"city", "town", "camp"});
    s.loads.bus = {1, 2, 3};
    s.loads.mean_mw = {100.0, 200.0, 5.0};
    s.loads.profile = {add_profile(s, {1.95, 4.25, 5.65, 3.10, 2.15, 2.75}, 1.0), -1, -1};
    s.loads.value_of_lost_load_cny_per_mwh = {20000.0, 20000.0, 20000.0};
}

// South exports in steps of 50 MW over blocks of 2 h; east imports.
void make_hvdc(grid::System& s) {
    grid::HvdcLines& h = s.hvdc;
    set_rows(h, {"south", "east"});
    h.bus = {0, 2};
    h.p_min_mw = {50.0, -100.0};
    h.p_max_mw = {250.0, 100.0};
    h.level_step_mw = {50.0, 0.0};
    h.block_h = {2, 1};
    h.ramp_mw_per_block = {100.0, 10.0};
    h.max_changes_per_day = {1, 1};
    h.loss_rated_pu = {0.08, 0.0};
    h.export_value_cny_per_mwh = {300.0, 100.0};
    h.p_max_profile = {-1, -1};
    grid::EnergyContracts& c = s.contracts;
    set_rows(c, {"south_day", "tie_january"});
    c.kind = {"hvdc", "section"};
    c.of = {"south", "tie"};
    c.period = {"day", "month"};
    c.month = {0, 1};
    c.energy_gwh = {3.0, 1.24};
    c.tolerance_pu = {0.02, 0.2};
    c.shortfall_cny_per_mwh = {2000.0, 10.0};
}

void make_reserves(grid::System& s) {
    set_rows(s.reserves, {"A_up", "A_down", "B_up", "B_at_rest"});
    s.reserves.region = {0, 0, 1, 1};
    s.reserves.direction = {"up", "down", "up", "up"};
    s.reserves.kind = {"spinning", "spinning", "spinning", "non_spinning"};
    s.reserves.load_pu = {0.1, 0.0, 0.0, 0.0};
    s.reserves.renewable_pu = {0.1, 0.0, 0.0, 0.0};
    s.reserves.fixed_mw = {0.0, 30.0, 20.0, 30.0};
    s.reserves.fixed_profile = {-1, -1, -1, -1};
    s.reserves.shortfall_cny_per_mw = {1000.0, 1000.0, 2000.0, 500.0};
    set_rows(s.reserve_sharing, {""});
    s.reserve_sharing.from_reserve = {0};
    s.reserve_sharing.to_reserve = {2};
    s.reserve_sharing.max_mw = {25.0};
}

void set(grid::HourTable& table, std::size_t item, std::initializer_list<double> values) {
    std::copy(values.begin(), values.end(), table.row(item).begin());
}

// From b0 in one island to b3 in the other, and back; half of it is there in hour 2.
void make_link(grid::System& s) {
    set_rows(s.dc_links, {"link"});
    s.dc_links.from_bus = {0};
    s.dc_links.to_bus = {3};
    s.dc_links.p_max_mw = {30.0};
    s.dc_links.p_min_mw = {-20.0};
    s.dc_links.loss_pu = {0.1};
    s.dc_links.p_max_profile = {add_profile(s, {1, 1, 0.5}, 1.0)};
}

/// Rows of others are zeros.
void mask(grid::HourTable& table, const std::vector<int>& owner, int rank) {
    for (std::size_t i = 0; i < owner.size(); ++i) {
        if (owner[i] != rank) {
            std::fill(table.row(i).begin(), table.row(i).end(), 0.0);
        }
    }
}

grid::Schedule own_part(grid::Schedule x, const partition::Owners& o, int rank) {
    for (grid::HourTable* table :
         {&x.thermal_units_on, &x.thermal_starts, &x.thermal_stops, &x.thermal_p_mw,
          &x.thermal_up_mw, &x.thermal_down_mw, &x.thermal_non_spinning_mw}) {
        mask(*table, o.thermal, rank);
    }
    mask(x.pump_p_mw, o.pump, rank);
    mask(x.pump_flow_m3_per_s, o.pump, rank);
    mask(x.renewable_p_mw, o.renewable, rank);
    mask(x.renewable_down_mw, o.renewable, rank);
    for (grid::HourTable* table :
         {&x.hydro_p_mw, &x.hydro_flow_m3_per_s, &x.hydro_up_mw, &x.hydro_down_mw}) {
        mask(*table, o.hydro, rank);
    }
    for (grid::HourTable* table : {&x.reservoir_spill_m3_per_s, &x.reservoir_storage_hm3,
                                   &x.reservoir_release_short_m3_per_s}) {
        mask(*table, o.reservoir, rank);
    }
    for (grid::HourTable* table :
         {&x.storage_charge_mw, &x.storage_discharge_mw, &x.storage_energy_mwh, &x.storage_spill_mw,
          &x.storage_up_mw, &x.storage_down_mw}) {
        mask(*table, o.storage, rank);
    }
    mask(x.hvdc_p_mw, o.hvdc, rank);
    mask(x.hvdc_delivered_mw, o.hvdc, rank);
    mask(x.dc_link_forward_mw, o.dc_link, rank);
    mask(x.dc_link_backward_mw, o.dc_link, rank);
    mask(x.load_shed_mw, o.load, rank);
    mask(x.reserve_short_mw, o.reserve, rank);
    mask(x.reserve_shared_mw, o.sharing, rank);
    for (std::size_t r = 0; r < o.reservoir.size(); ++r) {
        if (o.reservoir[r] != rank) {
            x.reservoir_terminal_short_hm3[r] = 0.0;
        }
    }
    for (std::size_t k = 0; k < x.contract_of_period.size(); ++k) {
        if (o.contract[static_cast<std::size_t>(x.contract_of_period[k])] != rank) {
            x.contract_short_mwh[k] = x.contract_energy_mwh[k] = 0.0;
        }
    }
    return x;
}

} // namespace

HandMade hand_made() {
    HandMade made;
    grid::System& s = made.system;
    make_network(s);
    make_thermal(s);
    make_hydro(s);
    make_other_plants(s);
    make_hvdc(s);
    make_link(s);
    make_reserves(s);
    made.schedule = grid::empty_schedule(s, {begin_hour, hours});
    grid::Schedule& x = made.schedule;

    // Coal starts its second unit in hour 1 (off for 2 h: hot, 10 000 CNY) and stops one in hour 4.
    // Heat: 1900 + 3350 + 4300 + 3800 + 2400 + 1900 = 17 650 GJ x 25 = 441 250 CNY; 1850 MWh x 10 =
    // 18 500. Together 469 750. Gas costs nothing.
    set(x.thermal_units_on, 0, {1, 2, 2, 2, 1, 1});
    set(x.thermal_starts, 0, {0, 1, 0, 0, 0, 0});
    set(x.thermal_stops, 0, {0, 0, 0, 0, 1, 0});
    set(x.thermal_p_mw, 0, {200, 350, 450, 400, 250, 200});
    set(x.thermal_up_mw, 0, {50, 50, 50, 50, 50, 50});
    set(x.thermal_down_mw, 0, {20, 20, 20, 20, 20, 20});
    set(x.thermal_non_spinning_mw, 1, {40, 40, 40, 40, 0, 40});

    // 590 MWh x 2 and 10 MWh curtailed x 5: 1230.
    set(x.renewable_p_mw, 0, {100, 90, 100, 100, 100, 100});
    set(x.renewable_down_mw, 0, {10, 10, 10, 10, 10, 10});
    set(x.renewable_p_mw, 1, {5, 5, 5, 5, 5, 5});

    // Upper: 100 m3/s flow in. The hours 3 and 4 begin below 99.9 hm3, at 1.0 MW per m3/s. At the
    // end 0.036 hm3 are missing: 72 000. 712 MWh x 1.
    set(x.hydro_flow_m3_per_s, 0, {100, 100, 200, 50, 50, 110});
    set(x.hydro_p_mw, 0, {120, 120, 240, 50, 50, 132});
    set(x.reservoir_storage_hm3, 0, {100, 100, 99.64, 99.82, 100, 99.964});
    x.reservoir_terminal_short_hm3[0] = 0.036;
    set(x.hydro_up_mw, 0, {20, 20, 0, 20, 15, 20});
    // Lower: 10 m3/s and the upper release of 2 h ago flow in (before the span the reference, 100).
    // 5 m3/s are missing in five hours: 0.09 hm3, 90 000. 335 MWh x 2 = 670.
    set(x.hydro_flow_m3_per_s, 1, {110, 110, 110, 110, 120, 110});
    set(x.hydro_p_mw, 1, {55, 55, 55, 55, 60, 55});
    set(x.reservoir_spill_m3_per_s, 1, {0, 0, 0, 0, 30, 0});
    set(x.reservoir_storage_hm3, 1, {1, 1, 1, 1, 1.18, 1});
    set(x.reservoir_release_short_m3_per_s, 1, {5, 5, 5, 5, 0, 5});
    set(x.hydro_down_mw, 1, {5, 5, 5, 5, 5, 5});

    // 10 m3/s are lifted from the lower to the upper reservoir, which spills them: 15 MWh x 2 = 30.
    set(x.pump_flow_m3_per_s, 0, {0, 0, 0, 0, 10, 0});
    set(x.pump_p_mw, 0, {0, 0, 0, 0, 15, 0});
    set(x.reservoir_spill_m3_per_s, 0, {0, 0, 0, 0, 10, 0});

    // Battery 48 MWh x 3, CSP 130 MWh x 1: 274.
    set(x.storage_charge_mw, 0, {50, 0, 0, 25, 0, 0});
    set(x.storage_discharge_mw, 0, {0, 40, 0, 0, 0, 8});
    set(x.storage_energy_mwh, 0, {80, 30, 30, 50, 50, 40});
    set(x.storage_up_mw, 0, {10, 0, 0, 0, 0, 0});
    set(x.storage_down_mw, 0, {0, 10, 0, 0, 0, 0});
    set(x.storage_discharge_mw, 1, {20, 20, 20, 30, 20, 20});
    set(x.storage_energy_mwh, 1, {30, 40, 50, 40, 50, 50});
    set(x.storage_spill_mw, 1, {0, 0, 0, 0, 0, 10});

    // South: losses 0.08 p^2 / 250, 100 and 150 MW are corners of the chords. 672.8 MWh x 300 =
    // 201 840 earned; east pays 300 MWh x 100 = 30 000.
    set(x.hvdc_p_mw, 0, {100, 100, 150, 150, 100, 100});
    set(x.hvdc_delivered_mw, 0, {96.8, 96.8, 142.8, 142.8, 96.8, 96.8});
    set(x.hvdc_p_mw, 1, {-50, -50, -50, -50, -50, -50});
    set(x.hvdc_delivered_mw, 1, {-50, -50, -50, -50, -50, -50});

    // South owes 4/24 and 2/24 of 3000 MWh, less 2 %: 45 MWh are missing on the second day, 90 000.
    // The tie owes 6/744 of 1240 MWh = 10, less 20 %, and carries -147: 155 MWh x 10 = 1550.
    x.contract_of_period = {0, 0, 1};
    x.contract_begin = {0, 4, 0};
    x.contract_end = {4, 6, 6};
    x.contract_low_mwh = {490, 245, 8};
    x.contract_high_mwh = {510, 255, 12};
    x.contract_energy_mwh = {500, 200, -147};
    x.contract_short_mwh = {0, 45, 155};

    set(x.load_shed_mw, 0, {0, 0, 0, 0, 0, 10}); // 200 000

    // A up needs 29.5, 52.5, 66.5, 41, 31.5, 37.5 and has 60, 50, 50, 50, 45, 50: 19 x 1000. B up
    // needs 20: 20 x 2000 are missing in hour 2, 5 come from A in hour 4. At rest and spinning in
    // B: 50, of which 30 x 500 are missing in hour 4. Together 74 000.
    set(x.reserve_short_mw, 0, {0, 2.5, 16.5, 0, 0, 0});
    set(x.reserve_short_mw, 2, {0, 0, 20, 0, 0, 0});
    set(x.reserve_short_mw, 3, {0, 0, 0, 0, 30, 0});
    set(x.reserve_shared_mw, 0, {0, 0, 0, 0, 5, 0});

    // Injections, and flows of the triangle: a third of the difference of two buses' injections the
    // direct way, and 1000 MW/rad x 3 degrees / 3 around by the phase shifter.
    const std::vector<double> b0 = {50, 290, 300, 225, 150, 108};
    const std::vector<double> b1 = {-75, -315, -445, -180, -110, -145};
    const std::vector<double> b2 = {25, 25, 145, -45, -40, 37};
    const double around = 50.0 * std::numbers::pi / 9.0;
    made.branch_mw.resize(3 * hours);
    made.section_mw.resize(hours);
    for (std::size_t t = 0; t < hours; ++t) {
        made.branch_mw[t] = (b0[t] - b1[t]) / 3.0 + around;
        made.branch_mw[hours + t] = (b1[t] - b2[t]) / 3.0 + around;
        made.branch_mw[2 * hours + t] = (b0[t] - b2[t]) / 3.0 - around;
        made.section_mw[t] = -b2[t];
    }
    return made;
}

Report check(const Comm& comm, const HandMade& whole, const Settings& settings) {
    partition::Owners owners = partition::share_out(whole.system, comm.size());
    partition::deal_plants(whole.system, owners); // so that plants are not where their buses are
    Flows flows;
    std::vector<double> rows;
    for (std::size_t l = 0; l < owners.branch.size(); ++l) {
        if (owners.branch[l] == comm.rank() && static_cast<int>(l) != whole.unmonitored) {
            flows.branch.push_back(static_cast<int>(l));
            const auto first = whole.branch_mw.begin() + static_cast<std::ptrdiff_t>(l * hours);
            rows.insert(rows.end(), first, first + hours);
        }
    }
    flows.branch_mw = rows;
    flows.section_mw = whole.section_mw;
    return check_schedule(comm, whole.system, owners, own_part(whole.schedule, owners, comm.rank()),
                          flows, settings);
}

} // namespace longyang::verify
