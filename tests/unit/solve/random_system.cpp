#include "random_system.hpp"

#include "../model/more_plants.hpp"
#include "../model/random.hpp"
#include "../model/random_flexible.hpp"
#include "../model/small_system.hpp"
#include "grid/emission_caps.hpp"
#include "grid/service.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace longyang::testing {
namespace {

/// A system in the making.
struct Draft {
    grid::System system = one_bus();
    Random random;
    int hours;

    Draft(unsigned seed, int hours_) : random(seed), hours(hours_) {}
    int bus() { return random.whole(0, static_cast<int>(system.buses.line.size()) - 1); }
    /// Hourly shares in steps of 1/20.
    int profile(int low, int high) {
        std::vector<double> values;
        for (int t = 0; t < hours; ++t) {
            values.push_back(0.05 * random.whole(low, high));
        }
        return add_profile(system, values);
    }
};

void add_network(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    if (random.one_in(3)) {
        return;
    }
    const int regions = random.whole(1, 2);
    if (regions == 2) {
        add_region(system);
    }
    const int buses = random.whole(2, 4);
    for (int b = 1; b < buses; ++b) {
        add_bus(system, b % regions);
    }
    for (int b = 0; b < (buses == 2 ? 1 : buses); ++b) {
        const int branch = add_branch(system, b, (b + 1) % buses);
        system.branches.x_pu.back() = 0.01 * random.whole(5, 20);
        system.branches.rating_mw[static_cast<std::size_t>(branch)] = 50.0 * random.whole(3, 16);
        system.branches.shift_deg.back() = random.one_in(8) ? random.whole(-3, 3) : 0.0;
    }
    if (buses > 2 && random.one_in(2)) {
        const int section = add_section(system, 50.0 * random.whole(4, 12));
        for (const int branch : {0, buses - 1}) { // around bus 0
            grid::SectionBranches& part = system.section_branches;
            part.line.push_back(static_cast<int>(part.line.size()) + 2);
            part.section.push_back(section);
            part.branch.push_back(branch);
            part.sign.push_back(branch == 0 ? 1.0 : -1.0);
        }
    }
}

void add_thermal(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    for (int k = random.whole(1, 3); k > 0; --k) {
        Plant plant;
        plant.name = "plant" + std::to_string(k);
        plant.bus = draft.bus();
        const double p_max = 50.0 * random.whole(3, 8);
        const double p_min = 0.1 * random.whole(2, 5) * p_max;
        const double cny = random.whole(200, 400);
        const double middle = 0.5 * (p_min + p_max);
        const double least_cny = p_min * cny * 1.1;
        plant.curve = {{p_min, least_cny},
                       {middle, least_cny + (middle - p_min) * cny},
                       {p_max, least_cny + (middle - p_min) * cny + (p_max - middle) * 1.1 * cny}};
        plant.units = random.whole(1, 3);
        plant.min_up_h = random.whole(1, 4);
        plant.min_down_h = random.whole(1, 4);
        plant.ramp_up_mw_per_h = 0.1 * random.whole(2, 12) * p_max;
        plant.ramp_down_mw_per_h = 0.1 * random.whole(2, 12) * p_max;
        plant.start_ramp_mw = p_min + 0.1 * random.whole(0, 5) * (p_max - p_min);
        plant.stop_ramp_mw = p_min + 0.1 * random.whole(0, 5) * (p_max - p_min);
        plant.spinning_up_mw = 0.1 * random.whole(0, 4) * p_max;
        plant.spinning_down_mw = 0.1 * random.whole(0, 4) * p_max;
        plant.non_spinning_mw = random.one_in(3) ? p_min : 0.0;
        plant.tiers = {{1, 1000.0 * random.whole(0, 20)}, {3, 1000.0 * random.whole(20, 60)}};
        if (random.one_in(2)) {
            plant.initial_units_on = random.whole(0, plant.units);
            plant.initial_p_mw = plant.initial_units_on > 0 ? p_min : 0.0;
            plant.initial_h = random.whole(1, 6);
        }
        if (random.one_in(3)) {
            plant.p_max_profile = draft.profile(14, 20);
        }
        // Units that are off before the span might not be able to run.
        plant.must_run_units = random.one_in(4) && plant.initial_units_on != 0 ? 1 : 0;
        const int number = add_plant(system, plant);
        if (random.one_in(3)) {
            const int from = random.whole(0, draft.hours - 2);
            add_outage(system, number, from, from + random.whole(1, 5), 1);
        }
    }
}

void add_storages(Draft& draft) {
    Random& random = draft.random;
    for (int k = random.whole(0, 2); k > 0; --k) {
        StorageRow row;
        row.bus = draft.bus();
        row.charge_max_mw = random.one_in(4) ? 0 : random.whole(50, 300);
        row.discharge_max_mw = random.whole(50, 300);
        row.energy_max_mwh = random.whole(100, 900);
        row.efficiency_charge = 0.01 * random.whole(70, 100);
        row.efficiency_discharge = 0.01 * random.whole(40, 100);
        row.variable_om_cny_per_mwh = random.whole(0, 30);
        row.energy_initial_mwh = 0.01 * random.whole(0, 90) * row.energy_max_mwh;
        if (row.charge_max_mw > 0) {
            row.loss_per_h = 0.001 * random.whole(0, 10);
        } else {
            row.inflow_mw = random.whole(20, 200);
        }
        add_storage(draft.system, row);
    }
}

void add_stations(Draft& draft, int reservoir) {
    Random& random = draft.random;
    for (int s = random.whole(0, 2); s > 0; --s) {
        StationRow station;
        station.bus = draft.bus();
        station.reservoir = reservoir;
        station.p_max_mw = random.whole(100, 900);
        station.flow_max_m3_per_s = random.whole(100, 900);
        station.mw_per_m3_per_s = 0.25 * random.whole(2, 6);
        station.variable_om_cny_per_mwh = random.whole(0, 20);
        const int number = add_station(draft.system, station);
        if (random.one_in(3)) {
            add_head_segment(draft.system, number, 2, station.mw_per_m3_per_s);
            add_head_segment(draft.system, number, 5.5, 1.1 * station.mw_per_m3_per_s);
            add_head_segment(draft.system, number, 6.5, 1.2 * station.mw_per_m3_per_s);
        }
    }
}

void add_river(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    const int first = static_cast<int>(system.reservoirs.line.size());
    const int count = random.whole(1, 3);
    for (int k = 0; k < count; ++k) {
        ReservoirRow row;
        row.downstream = k == 0 ? -1 : first + random.whole(0, k - 1);
        row.travel_h = random.whole(0, 3);
        row.storage_min_hm3 = 2;
        row.storage_max_hm3 = 12;
        row.inflow_m3_per_s = random.whole(50, 600);
        std::vector<double> reference = {6};
        for (int t = 1; t < draft.hours + 2; ++t) {
            reference.push_back(
                std::clamp(reference.back() + 0.01 * random.whole(-10, 10), 3.0, 10.0));
        }
        row.reference_profile = add_profile(system, reference);
        row.release_min_m3_per_s = random.one_in(2) ? random.whole(0, 400) : 0;
        row.release_max_m3_per_s = random.whole(2500, 5000);
        if (k % 2 == 1) {
            row.release_max_profile = add_ice_season(system, draft.hours, 8, 2, 4, 0.4);
        }
        row.terminal_shortfall_cny_per_hm3 = random.whole(100000, 2000000);
        add_stations(draft, add_reservoir(system, row));
    }
}

void add_line(Draft& draft) {
    Random& random = draft.random;
    HvdcRow row;
    row.bus = draft.bus();
    row.p_max_mw = random.whole(100, 300);
    row.block_h = 2;
    row.ramp_mw_per_block = random.whole(50, 200);
    if (!random.one_in(3)) { // else any power in its range, whose changes are not counted
        row.level_step_mw = 50;
        row.max_changes_per_day = random.whole(0, 2);
    }
    row.loss_rated_pu = 0.05;
    row.export_value_cny_per_mwh = random.whole(0, 400);
    const int line = add_hvdc(draft.system, row);
    if (!random.one_in(3)) {
        add_contract(draft.system, "hvdc", "line" + std::to_string(line), "day", 0,
                     24e-3 * 0.5 * row.p_max_mw, 0.1 * random.whole(1, 3));
    }
}

void add_amounts(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    for (const char* technology : {"wind", "pv"}) {
        add_flexible(system, draft.bus(), random.whole(100, 500), random.whole(0, 10),
                     draft.profile(0, 20), technology);
        system.renewables.curtailment_cny_per_mwh.back() = random.whole(0, 50);
    }
    const int buses = static_cast<int>(system.buses.line.size());
    for (int b = 0; b < buses; ++b) {
        add_flexible(system, b, 800, 600); // dear imports, so that lines can be fed
        std::vector<double> load;
        for (int t = 0; t < draft.hours; ++t) {
            load.push_back(random.whole(200 / buses, 1500 / buses));
        }
        add_load(system, b, load);
    }
}

void add_reserves(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    const int regions = static_cast<int>(system.regions.line.size());
    std::vector<int> up;
    for (int r = 0; r < regions; ++r) {
        up.push_back(add_reserve(system, r, "up", "spinning", random.whole(0, 120), 5000));
        add_reserve(system, r, "down", "spinning", random.whole(0, 80), 3000);
        if (random.one_in(2)) {
            add_reserve(system, r, "up", "non_spinning", random.whole(0, 120), 2000);
        }
    }
    if (regions == 2) {
        add_sharing(system, up[0], up[1], random.whole(10, 60));
    }
}

/// Clusters that run on one heat store, which is full enough for their past.
void add_csp(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    Plant plant;
    plant.name = "csp";
    plant.bus = draft.bus();
    const double p_max = 10.0 * random.whole(3, 12);
    const double p_min = 0.05 * random.whole(3, 8) * p_max;
    const double base = 0.1 * random.whole(0, 4) * p_max; // heat at output 0
    plant.curve = {{p_min, 3.6 * (base + 2.2 * p_min)}, {p_max, 3.6 * (base + 2.2 * p_max)}};
    plant.variable_om_cny_per_mwh = random.whole(0, 30);
    plant.units = random.whole(1, 3);
    plant.min_up_h = random.whole(1, 4);
    plant.min_down_h = random.whole(1, 3);
    plant.start_ramp_mw = random.one_in(2) ? 100000 : 0.7 * p_max;
    plant.spinning_up_mw = plant.spinning_down_mw = 0.1 * random.whole(0, 3) * p_max;
    plant.tiers = {{1, 100.0 * random.whole(0, 100)}};
    plant.initial_units_on = random.one_in(2) ? 0 : -1;
    plant.initial_h = random.whole(1, 6);
    HeatStore store;
    store.start_heat_mwh = 0.1 * random.whole(0, 10) * p_max;
    const double full = base + 2.2 * p_max + store.start_heat_mwh;
    // At times just what a start at least output takes, or anything between.
    const double least = base + 2.2 * p_min + store.start_heat_mwh;
    store.discharge_max_mw = plant.units * (least + 0.25 * random.whole(0, 4) * (full - least));
    store.energy_max_mwh = 0.5 * random.whole(2, 20) * store.discharge_max_mw;
    store.energy_initial_mwh = 0.1 * random.whole(0, 8) * store.energy_max_mwh;
    store.inflow_mw = 0.1 * random.whole(5, 20) * store.discharge_max_mw;
    store.inflow_profile = draft.profile(0, 20);
    add_power_block(system, add_plant(system, plant), store);
}

/// Clusters without segments and deep load reduction may capture CO2; carbon costs about as much as
/// the power.
void add_capture(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    const auto has = [](const grid::Integers& plants, int plant) {
        return std::count(plants.begin(), plants.end(), plant);
    };
    for (std::size_t i = 0; i < system.thermal.line.size(); ++i) {
        const int plant = static_cast<int>(i);
        if (has(system.heat_curves.plant, plant) != 2 || has(system.deep_load.plant, plant) > 0 ||
            has(system.power_blocks.plant, plant) > 0) {
            continue;
        }
        Capture capture;
        capture.co2_t_per_gj = 0.003;
        capture.share_max_pu = 0.1 * random.whole(3, 10);
        capture.energy_mwh_per_t = 0.05 * random.whole(1, 6);
        capture.cost_cny_per_t = random.whole(0, 80);
        system.info.carbon_price_cny_per_t = random.whole(0, 250);
        testing::add_capture(system, plant, capture);
    }
}

/// Wind or PV, and at times a storage that is moved to its bus, behind a connection.
void add_base(Draft& draft) {
    grid::System& system = draft.system;
    Random& random = draft.random;
    grid::Renewables& renewables = system.renewables;
    const int plant = random.whole(0, 1); // the first two rows are wind and PV
    const auto row = static_cast<std::size_t>(plant);
    const int bus = renewables.bus[row];
    const double capacity = renewables.capacity_mw[row];
    double import_mw = 0.1 * random.whole(0, 5) * capacity;
    int storage = -1;
    for (std::size_t i = 0; i < system.storages.bus.size() && storage < 0; ++i) {
        if (system.power_blocks.store.empty() && system.storages.charge_max_mw[i] > 0.0) {
            storage = static_cast<int>(i);
        }
    }
    const int connection =
        add_connection(system, bus, 0.1 * random.whole(3, 12) * capacity, import_mw);
    put_behind(renewables.connection, plant, connection);
    if (storage >= 0) {
        // What is lost of the content at the start can be charged without sun and wind.
        grid::Storages& s = system.storages;
        const auto i = static_cast<std::size_t>(storage);
        import_mw = std::max(import_mw, 1.1 * s.loss_per_h[i] * s.energy_initial_mwh[i] /
                                            s.efficiency_charge[i]);
        system.connections.import_max_mw.back() = import_mw;
        s.bus[i] = bus;
        put_behind(s.connection, storage, connection);
    }
}

/// Receiving ends that ask for power by the hour.
void add_demand(Draft& draft) {
    grid::HvdcLines& lines = draft.system.hvdc;
    for (std::size_t i = 0; i < lines.bus.size(); ++i) {
        if (draft.random.one_in(2)) {
            lines.demand_profile[i] = draft.profile(0, 20);
            lines.demand_tolerance_pu[i] = 0.1 * draft.random.whole(0, 2);
            lines.demand_shortfall_cny_per_mwh[i] = draft.random.whole(50, 500);
        }
    }
}

/// Some plants of every kind, and a branch, enter or leave within the hours. Of lossy loads none
/// that begins with something in store (`longyang check` refuses it), of storages none that a power
/// block needs.
void add_dates(Draft& draft) {
    grid::System& system = draft.system;
    const grid::FlexibleLoads& loads = system.flexible_loads;
    const auto add = [&](const std::string& table, const grid::Rows& rows, std::size_t i) {
        if (!draft.random.one_in(3)) {
            return;
        }
        const int from = draft.random.whole(0, draft.hours / 2);
        const int to = draft.random.one_in(2) ? 8760 : draft.random.whole(from + 1, draft.hours);
        add_service(system, table, rows.name[i], from, to);
    };
    for (std::size_t i = 0; i + system.buses.line.size() < system.renewables.bus.size(); ++i) {
        add("renewables", system.renewables, i);
    }
    for (std::size_t i = 0; i < system.hydro.bus.size(); ++i) {
        add("hydro", system.hydro, i);
    }
    for (std::size_t i = 0; i < system.storages.bus.size(); ++i) {
        if (system.power_blocks.store.empty()) {
            add("storages", system.storages, i);
        }
    }
    for (std::size_t i = 0; i < system.hvdc.bus.size(); ++i) {
        add("hvdc", system.hvdc, i);
    }
    for (std::size_t i = 0; i < loads.bus.size(); ++i) {
        if (loads.loss_per_h[i] == 0.0 || loads.energy_initial_mwh[i] == 0.0) {
            add("flexible_loads", loads, i);
        }
    }
    // A ring without one of its branches still holds all buses together.
    if (system.branches.name.size() > 2 && draft.random.one_in(2)) {
        const int branch = draft.random.whole(0, static_cast<int>(system.branches.name.size()) - 1);
        add_service(system, "branches", system.branches.name[static_cast<std::size_t>(branch)],
                    draft.random.whole(1, draft.hours / 2), 8760);
    }
    grid::apply_service(system);
}

} // namespace

grid::System random_system(unsigned seed, int hours) {
    Draft draft(seed, hours);
    add_network(draft);
    add_thermal(draft);
    add_storages(draft);
    for (int k = draft.random.whole(0, 2); k > 0; --k) {
        add_river(draft);
    }
    for (int k = draft.random.whole(0, 2); k > 0; --k) {
        add_line(draft);
    }
    for (int k = draft.random.whole(0, 2); k > 0; --k) {
        FlexibleRow row =
            random_flexible(draft.system, draft.random, hours, draft.random.one_in(2));
        row.bus = draft.bus();
        add_flexible_load(draft.system, row);
    }
    add_amounts(draft);
    add_reserves(draft);
    if (draft.random.one_in(3)) {
        add_csp(draft);
    }
    if (draft.random.one_in(3)) {
        add_capture(draft);
    }
    add_demand(draft);
    if (draft.random.one_in(2)) {
        add_base(draft);
    }
    if (draft.random.one_in(2)) {
        add_dates(draft);
    }
    return std::move(draft.system);
}

void add_random_policy(unsigned seed, grid::System& system) {
    Random random(seed);
    grid::Targets& t = system.targets;
    const auto add = [&](const char* kind, int region, int hvdc, double bought_max_pu) {
        t.name.push_back("target" + std::to_string(t.kind.size()));
        t.line.push_back(0);
        t.kind.emplace_back(kind);
        t.region.push_back(region);
        t.hvdc.push_back(hvdc);
        t.period.emplace_back(random.one_in(2) ? "year" : "month");
        t.share.push_back(0.01 * random.whole(10, 90));
        t.bought_max_pu.push_back(bought_max_pu);
        t.hard.emplace_back("no");
        t.shortfall_cny_per_mwh.push_back(random.whole(20, 600));
    };
    system.fuels.co2_t_per_gj.assign(system.fuels.name.size(), 0.1);
    const int regions = static_cast<int>(system.regions.line.size());
    for (int r = 0; r < regions; ++r) {
        add("renewable", r, -1, 0.1 * random.whole(0, 10));
        add("non_hydro", r, -1, 0.1 * random.whole(0, 10));
        add("clean_generation", r, -1, 0.0);
    }
    if (!system.hvdc.bus.empty()) {
        const int bus = system.hvdc.bus.front();
        add("renewable", system.buses.region[static_cast<std::size_t>(bus)], 0, 0.5);
    }
    grid::EnergyLimits& limits = system.energy_limits;
    double largest_mw = 0.0;
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        largest_mw += system.thermal.units[i] * system.thermal.p_max_mw[i];
    }
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        limits.line.push_back(0);
        limits.plant.push_back(static_cast<int>(i));
        limits.shared.emplace_back("fleet");
        limits.energy_gwh.push_back(8.76 * 0.9 * largest_mw);
        limits.period.emplace_back("year");
    }
    // Of a fleet that burns about 10 GJ at full load, of all CNY of fuel being GJ.
    double largest_t_per_h = 0.0;
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        largest_t_per_h += grid::emission_line(system, static_cast<int>(i))
                               .counted_t(system.thermal.units[i],
                                          system.thermal.units[i] * system.thermal.p_max_mw[i]);
    }
    for (int r = -1; r < regions && largest_t_per_h > 0.0; ++r) {
        if (random.one_in(2) && system.power_blocks.plant.empty()) {
            add_emission_cap(system, r, 8760 * 0.01 * random.whole(20, 90) * largest_t_per_h,
                             random.whole(1, 30));
        }
    }
}

void add_random_links(unsigned seed, int hours, grid::System& system) {
    Random random(seed);
    const auto shares = [&] {
        std::vector<double> values;
        for (int t = 0; t < hours; ++t) {
            values.push_back(0.05 * random.whole(0, 20));
        }
        return values;
    };
    const bool island = system.buses.line.size() == 1 || random.one_in(3);
    if (island) {
        const int bus = add_bus(system, 0);
        add_flexible(system, bus, 300, 700);
        add_flexible(system, bus, random.whole(0, 300), random.whole(0, 300));
        std::vector<double> load = shares();
        for (double& mw : load) {
            mw *= 300.0;
        }
        add_load(system, bus, load);
    }
    const int buses = static_cast<int>(system.buses.line.size());
    for (int k = random.whole(1, 3); k > 0; --k) {
        DcLinkRow row;
        row.from_bus = island ? buses - 1 : random.whole(0, buses - 1);
        row.to_bus = (row.from_bus + random.whole(1, buses - 1)) % buses;
        row.p_max_mw = random.whole(0, 300);
        row.p_min_mw = random.one_in(4) ? 0.1 * row.p_max_mw : -random.whole(0, 300);
        row.loss_pu = random.one_in(3) ? 0.0 : 0.01 * random.whole(1, 12);
        row.p_max_profile = random.one_in(2) ? add_profile(system, shares()) : -1;
        add_dc_link(system, row);
    }
}

void add_random_pumps(unsigned seed, int hours, grid::System& system) {
    Random random(seed);
    const int buses = static_cast<int>(system.buses.line.size());
    for (std::size_t r = 0; r < system.reservoirs.downstream.size(); ++r) {
        if (system.reservoirs.downstream[r] < 0 || random.one_in(3)) {
            continue;
        }
        PumpRow row;
        row.bus = random.whole(0, buses - 1);
        row.reservoir_from = system.reservoirs.downstream[r];
        row.reservoir_to = static_cast<int>(r);
        row.p_max_mw = random.one_in(5) ? 0 : 20 * random.whole(1, 10);
        row.mw_per_m3_per_s = 0.1 * random.whole(3, 12);
        row.variable_om_cny_per_mwh = random.whole(0, 10);
        const int pump = add_pump(system, row);
        if (random.one_in(2)) {
            const int from = random.whole(0, hours / 2);
            add_service(system, "pumps", system.pumps.name[static_cast<std::size_t>(pump)], from,
                        random.one_in(2) ? 8760 : random.whole(from + 1, hours));
        }
    }
}

} // namespace longyang::testing
