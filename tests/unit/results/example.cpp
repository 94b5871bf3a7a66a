#include "example.hpp"

#include <cmath>
#include <numbers>

namespace longyang::results::example {
namespace {

using grid::HourTable;

/// Row numbers in an imaginary file.
void number_rows(grid::Rows& rows, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        rows.line.push_back(static_cast<int>(i) + 2);
        rows.source.emplace_back("made up");
        rows.quality.emplace_back("estimated");
        rows.note.emplace_back();
    }
}

void name_rows(grid::Rows& rows, grid::Names names) {
    rows.name = std::move(names);
    number_rows(rows, rows.name.size());
}

/// value(row, hour) in the rows of `owner` that are `rank`'s.
template <class Value>
void fill(HourTable& table, const std::vector<int>& owner, int rank, Value value) {
    for (std::size_t i = 0; i < table.items; ++i) {
        for (std::size_t t = 0; t < table.hours && owner[i] == rank; ++t) {
            table.row(i)[t] = value(i, t);
        }
    }
}

void add_profiles(grid::System& s) {
    s.profiles.name = {"sun", "wind", "load"};
    s.profiles.file = {"p.csv", "p.csv", "p.csv"};
    for (const double shape : {0.0, 1.0, 2.0}) {
        for (std::size_t h = 0; h < s.profiles.hours; ++h) {
            const auto hour = static_cast<double>(h);
            const double day = std::sin(2.0 * std::numbers::pi * (hour - 6.0) / 24.0);
            s.profiles.values.push_back(shape == 0.0   ? std::max(0.0, day)
                                        : shape == 1.0 ? 0.5 + 0.4 * std::sin(hour / 31.0)
                                                       : 1.0 + 0.2 * day);
        }
    }
}

} // namespace

grid::System make_system() {
    grid::System s;
    s.info.name = "example";
    s.info.title = "One of everything";
    s.info.time_zone = "Asia/Shanghai";
    s.info.licence = "CC0";
    s.info.folder = "cases/example";
    s.info.hash = "0123456789abcdef";
    s.info.carbon_price_cny_per_t = 100.0;
    add_profiles(s);

    name_rows(s.regions, {"A", "B"});
    s.regions.name_zh = {"甲", "乙"};
    name_rows(s.buses, {"a1", "a2", "b1"});
    s.buses.name_zh = {"甲一", "甲二", "乙一"};
    s.buses.region = {0, 0, 1};
    s.buses.kv = {750, 330, 750};
    s.buses.lat_deg = {36, 36, 37};
    s.buses.lon_deg = {101, 100, 106};
    name_rows(s.branches, {"a1-a2", "a1-b1"});
    s.branches.from_bus = {0, 0};
    s.branches.to_bus = {1, 2};
    s.branches.kind = {"transformer", "line"};
    s.branches.length_km = {0, 200};
    s.branches.r_pu = {0, 0.001};
    s.branches.x_pu = {0.01, 0.02};
    s.branches.b_pu = {0, 0.5};
    s.branches.rating_mw = {1000, 2000};
    s.branches.tap_pu = {1, 1};
    s.branches.shift_deg = {0, 0};
    name_rows(s.sections, {"A-B"});
    s.sections.name_zh = {"甲乙断面"};
    s.sections.limit_forward_mw = {1500};
    s.sections.limit_backward_mw = {1200};
    number_rows(s.section_branches, 1);
    s.section_branches.section = {0};
    s.section_branches.branch = {1};
    s.section_branches.sign = {1};

    name_rows(s.fuels, {"coal", "gas"});
    s.fuels.price_cny_per_gj = {25, 60};
    s.fuels.co2_t_per_gj = {0.1, 0.05};
    name_rows(s.thermal, {"coal_a", "coal_b", "gas_b"});
    s.thermal.bus = {0, 2, 2};
    s.thermal.fuel = {0, 0, 1};
    s.thermal.technology = {"coal", "coal", "gas_ccgt"};
    s.thermal.units = {2, 4, 1};
    s.thermal.min_up_h = {1, 1, 1};
    s.thermal.min_down_h = {1, 1, 1};
    s.thermal.p_min_mw = {100, 100, 50};
    s.thermal.p_max_mw = {300, 300, 200};
    s.thermal.must_run_units = {0, 0, 0};
    s.thermal.must_run_profile = {-1, -1, -1};
    number_rows(s.heat_curves, 8);
    s.heat_curves.plant = {0, 0, 0, 1, 1, 1, 2, 2};
    s.heat_curves.p_mw = {100, 200, 300, 100, 200, 300, 50, 200};
    s.heat_curves.heat_gj_per_h = {1000, 1900, 2900, 1000, 1900, 2900, 500, 1700};

    name_rows(s.renewables, {"pv_a", "wind_b"});
    s.renewables.bus = {1, 2};
    s.renewables.technology = {"pv", "wind"};
    s.renewables.capacity_mw = {1000, 400};
    s.renewables.profile = {0, 1};
    name_rows(s.connections, {"base_a"});
    s.connections.name_zh = {"甲基地"};
    s.connections.bus = {1};
    s.connections.export_max_mw = {850};
    s.connections.import_max_mw = {10};
    s.renewables.connection = {0, -1};
    name_rows(s.reservoirs, {"lake"});
    name_rows(s.hydro, {"dam"});
    s.hydro.bus = {1};
    s.hydro.reservoir = {0};
    s.hydro.p_max_mw = {500};
    s.hydro.technology = {"hydro"};
    name_rows(s.storages, {"battery_a", "csp_a"});
    s.storages.bus = {1, 1};
    s.storages.technology = {"battery", "csp"};
    s.storages.connection = {0, -1};
    name_rows(s.hvdc, {"export"});
    s.hvdc.bus = {0};
    s.hvdc.p_max_mw = {800};
    s.hvdc.p_min_mw = {0};
    name_rows(s.contracts, {"export_year"});
    name_rows(s.loads, {"load_a1", "load_a2", "load_b1"});
    s.loads.bus = {0, 1, 2};
    s.loads.mean_mw = {200, 300, 900};
    s.loads.profile = {2, 2, -1};
    name_rows(s.reserves, {"up_a", "up_b"});
    s.reserves.region = {0, 1};
    s.reserves.direction = {"up", "up"};
    s.reserves.kind = {"spinning", "spinning"};
    number_rows(s.reserve_sharing, 1);
    s.reserve_sharing.from_reserve = {0};
    s.reserve_sharing.to_reserve = {1};
    s.reserve_sharing.max_mw = {50};
    return s;
}

partition::Owners make_owners(const grid::System& system, int ranks) {
    const auto deal = [ranks](const grid::Rows& rows) {
        std::vector<int> owner;
        for (std::size_t i = 0; i < rows.line.size(); ++i) {
            owner.push_back(static_cast<int>(i) % ranks);
        }
        return owner;
    };
    partition::Owners o;
    o.bus = deal(system.buses);
    o.branch = deal(system.branches);
    o.thermal = deal(system.thermal);
    o.renewable = deal(system.renewables);
    o.reservoir = deal(system.reservoirs);
    o.hydro = deal(system.hydro);
    o.storage = deal(system.storages);
    o.hvdc = deal(system.hvdc);
    o.load = deal(system.loads);
    o.reserve = deal(system.reserves);
    o.sharing = deal(system.reserve_sharing);
    o.contract = deal(system.contracts);
    o.ranks = ranks;
    return o;
}

double thermal_p_mw(std::size_t plant, std::size_t hour) {
    return 200.0 + 10.0 * static_cast<double>(plant) + static_cast<double>(hour % 24);
}

double renewable_p_mw(const grid::System& system, std::size_t plant, std::size_t hour_of_year) {
    const double available = system.renewables.capacity_mw[plant] *
                             system.profiles.row(system.renewables.profile[plant])[hour_of_year];
    return plant == 0 ? 0.9 * available : available; // a tenth of PV is curtailed
}

Content make_content(const grid::System& system, const partition::Owners& o, int rank,
                     grid::Span span) {
    Content c;
    c.header.status = "complete";
    c.header.status_words = "solved to the gap asked for; the checker found no breach";
    c.header.program_version = "0.1.0";
    c.header.git_hash = "abcdef012345";
    c.header.command_line = "longyang run cases/example -o example.h5";
    c.header.options = {{"gap", "0.005"}, {"output", "example.h5"}};
    c.header.libraries = {{"highs", "1.15.1"}};
    c.header.ranks = o.ranks;
    c.header.started = "2026-11-25T20:00:00Z";
    c.header.ended = "2026-11-25T20:01:00Z";
    c.span = span;

    grid::Schedule& s = c.schedule = grid::empty_schedule(system, span);
    fill(s.thermal_units_on, o.thermal, rank, [](std::size_t, std::size_t) { return 1.0; });
    fill(s.thermal_p_mw, o.thermal, rank, thermal_p_mw);
    fill(s.renewable_p_mw, o.renewable, rank, [&](std::size_t i, std::size_t t) {
        return renewable_p_mw(system, i, static_cast<std::size_t>(span.begin) + t);
    });
    fill(s.hydro_p_mw, o.hydro, rank, [](std::size_t, std::size_t) { return 250.0; });
    fill(s.hydro_flow_m3_per_s, o.hydro, rank, [](std::size_t, std::size_t) { return 500.0; });
    fill(s.reservoir_storage_hm3, o.reservoir, rank,
         [](std::size_t, std::size_t t) { return 1000.0 - 0.1 * static_cast<double>(t); });
    s.reservoir_terminal_short_hm3 = {o.reservoir[0] == rank ? 1.5 : 0.0};
    fill(s.storage_charge_mw, o.storage, rank,
         [](std::size_t i, std::size_t t) { return i == 0 && t % 24 == 12 ? 60.0 : 0.0; });
    fill(s.storage_discharge_mw, o.storage, rank,
         [](std::size_t i, std::size_t t) { return i == 0 && t % 24 == 19 ? 50.0 : 0.0; });
    fill(s.hvdc_p_mw, o.hvdc, rank, [](std::size_t, std::size_t) { return 600.0; });
    fill(s.hvdc_delivered_mw, o.hvdc, rank, [](std::size_t, std::size_t) { return 570.0; });
    fill(s.load_shed_mw, o.load, rank,
         [](std::size_t i, std::size_t t) { return i == 2 && t == 20 ? 7.0 : 0.0; });
    fill(s.reserve_short_mw, o.reserve, rank,
         [](std::size_t i, std::size_t t) { return i == 1 && t == 20 ? 12.0 : 0.0; });
    fill(s.reserve_shared_mw, o.sharing, rank, [](std::size_t, std::size_t) { return 5.0; });
    s.contract_of_period = {0};
    s.contract_begin = {0};
    s.contract_end = {span.hours};
    s.contract_low_mwh = {590.0 * span.hours};
    s.contract_high_mwh = {610.0 * span.hours};
    s.contract_energy_mwh = {o.contract[0] == rank ? 600.0 * span.hours : 0.0};
    s.contract_short_mwh = {0.0};

    const auto hours = span.size();
    c.branch_flow_mw = HourTable(system.branches.line.size(), hours);
    fill(c.branch_flow_mw, o.branch, rank, [](std::size_t i, std::size_t t) {
        return (i == 0 ? -1.0 : 1.0) * (100.0 + static_cast<double>(t % 24));
    });
    c.bus_injection_mw = HourTable(system.buses.line.size(), hours);
    fill(c.bus_injection_mw, o.bus, rank,
         [](std::size_t i, std::size_t) { return 10.0 * static_cast<double>(i) - 10.0; });
    // Whole on every rank.
    const int all = 0;
    c.section_flow_mw = HourTable(1, hours);
    fill(c.section_flow_mw, {all}, all,
         [](std::size_t, std::size_t t) { return 100.0 + static_cast<double>(t % 24); });
    c.bus_price_cny_per_mwh = HourTable(3, hours);
    fill(c.bus_price_cny_per_mwh, {all, all, all}, all, [](std::size_t i, std::size_t t) {
        return 300.0 + 20.0 * static_cast<double>(i) + static_cast<double>(t % 24);
    });
    c.reserve_price_cny_per_mw = HourTable(2, hours);
    c.connection_price_cny_per_mwh = HourTable(1, hours);
    fill(c.connection_price_cny_per_mwh, {all}, all,
         [](std::size_t, std::size_t t) { return t % 24 == 12 ? 35.0 : 0.0; });
    c.reserve_requirement_mw = HourTable(2, hours);
    fill(c.reserve_requirement_mw, {all, all}, all,
         [](std::size_t i, std::size_t) { return i == 0 ? 80.0 : 70.0; });
    c.limits = {{"section", 0, 3, 1, 1500.0, 12.5}, {"branch", 1, 4, -1, 2000.0, 0.0}};
    c.row_prices = {{"NW-1", "RE-1"},
                    {"balance", "reserve up_a"},
                    {0, 0, 1},
                    {0, 1, 0},
                    {1, 2, 1},
                    {0.0, 0.0, 80.0},
                    {0.0, 0.0, 1e300},
                    {300.0, 310.5, 7.25},
                    {1e300, 1e300, 500.0},
                    {1},
                    {"reserve:up_a"},
                    {0.5}};
    c.contract_price_cny_per_mwh = {o.contract[0] == rank ? 21.5 : 0.0};
    c.storage_value_cny_per_mwh = HourTable(2, hours);
    fill(c.storage_value_cny_per_mwh, o.storage, rank, [](std::size_t i, std::size_t t) {
        return 200.0 + 10.0 * static_cast<double>(i) + static_cast<double>(t % 24);
    });
    c.columns = {1.0, 2.5};
    c.certificate = {1.0e6, 0.996e6, 0.0,   0.004, "HiGHS's own bound", 1e-9, 2e-9, 0.0,
                     1.0e6, 3e-8,    12345, 0};
    c.cost_parts_cny = {{"fuel", 0.9e6}, {"starts", 0.1e6}};
    c.bound_parts_cny = {{"thermal", -2.0e6}, {"rows", 2.996e6}};
    c.stages = {{"read", 0.5}, {"dispatch", 20.25}};
    c.forecast = {500.0, 30.0, 450.0, 21.0};
    return c;
}

} // namespace longyang::results::example
