#include "base/error.hpp"
#include "verify/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::verify {
namespace {

/// One table of the schedule and what it may hold.
struct Column {
    const char* name;
    const grid::HourTable& values;
    const grid::Rows& rows;
    const std::vector<int>& owner;
    const char* unit;
    bool may_be_negative = false;
};

std::vector<Column> columns_of(const Scope& scope) {
    const grid::System& s = scope.system;
    const grid::Schedule& x = scope.schedule;
    const partition::Owners& o = scope.owners;
    return {
        {"thermal_units_on", x.thermal_units_on, s.thermal, o.thermal, "-"},
        {"thermal_starts", x.thermal_starts, s.thermal, o.thermal, "-"},
        {"thermal_stops", x.thermal_stops, s.thermal, o.thermal, "-"},
        {"thermal_p_mw", x.thermal_p_mw, s.thermal, o.thermal, "MW"},
        {"thermal_captured_t", x.thermal_captured_t, s.thermal, o.thermal, "t"},
        {"thermal_up_mw", x.thermal_up_mw, s.thermal, o.thermal, "MW"},
        {"thermal_down_mw", x.thermal_down_mw, s.thermal, o.thermal, "MW"},
        {"thermal_non_spinning_mw", x.thermal_non_spinning_mw, s.thermal, o.thermal, "MW"},
        {"renewable_p_mw", x.renewable_p_mw, s.renewables, o.renewable, "MW"},
        {"renewable_down_mw", x.renewable_down_mw, s.renewables, o.renewable, "MW"},
        {"hydro_p_mw", x.hydro_p_mw, s.hydro, o.hydro, "MW"},
        {"hydro_flow_m3_per_s", x.hydro_flow_m3_per_s, s.hydro, o.hydro, "m3/s"},
        {"pump_p_mw", x.pump_p_mw, s.pumps, o.pump, "MW"},
        {"pump_flow_m3_per_s", x.pump_flow_m3_per_s, s.pumps, o.pump, "m3/s"},
        {"hydro_up_mw", x.hydro_up_mw, s.hydro, o.hydro, "MW"},
        {"hydro_down_mw", x.hydro_down_mw, s.hydro, o.hydro, "MW"},
        {"reservoir_spill_m3_per_s", x.reservoir_spill_m3_per_s, s.reservoirs, o.reservoir, "m3/s"},
        {"reservoir_storage_hm3", x.reservoir_storage_hm3, s.reservoirs, o.reservoir, "hm3"},
        {"reservoir_release_short_m3_per_s", x.reservoir_release_short_m3_per_s, s.reservoirs,
         o.reservoir, "m3/s"},
        {"storage_charge_mw", x.storage_charge_mw, s.storages, o.storage, "MW"},
        {"storage_discharge_mw", x.storage_discharge_mw, s.storages, o.storage, "MW"},
        {"storage_energy_mwh", x.storage_energy_mwh, s.storages, o.storage, "MWh"},
        {"storage_spill_mw", x.storage_spill_mw, s.storages, o.storage, "MW"},
        {"storage_up_mw", x.storage_up_mw, s.storages, o.storage, "MW"},
        {"storage_down_mw", x.storage_down_mw, s.storages, o.storage, "MW"},
        {"hvdc_p_mw", x.hvdc_p_mw, s.hvdc, o.hvdc, "MW", true},
        {"hvdc_delivered_mw", x.hvdc_delivered_mw, s.hvdc, o.hvdc, "MW", true},
        {"dc_link_forward_mw", x.dc_link_forward_mw, s.dc_links, o.dc_link, "MW"},
        {"dc_link_backward_mw", x.dc_link_backward_mw, s.dc_links, o.dc_link, "MW"},
        {"load_shed_mw", x.load_shed_mw, s.loads, o.load, "MW"},
        {"flexible_p_mw", x.flexible_p_mw, s.flexible_loads, o.flexible, "MW", true},
        {"flexible_draw_mw", x.flexible_draw_mw, s.flexible_loads, o.flexible, "MW"},
        {"flexible_give_mw", x.flexible_give_mw, s.flexible_loads, o.flexible, "MW"},
        {"flexible_energy_mwh", x.flexible_energy_mwh, s.flexible_loads, o.flexible, "MWh", true},
        {"flexible_unserved_mw", x.flexible_unserved_mw, s.flexible_loads, o.flexible, "MW"},
        {"flexible_spill_mw", x.flexible_spill_mw, s.flexible_loads, o.flexible, "MW"},
        {"flexible_up_mw", x.flexible_up_mw, s.flexible_loads, o.flexible, "MW"},
        {"flexible_down_mw", x.flexible_down_mw, s.flexible_loads, o.flexible, "MW"},
        {"reserve_short_mw", x.reserve_short_mw, s.reserves, o.reserve, "MW"},
        {"reserve_shared_mw", x.reserve_shared_mw, s.reserve_sharing, o.sharing, "MW"},
    };
}

void check_value(const std::string& column, const std::string& item, int hour, const char* unit,
                 double value, double scale, bool may_be_negative, Findings& findings) {
    if (!std::isfinite(value)) {
        const std::string rule = "finite " + column;
        findings.equal({rule.c_str(), item, hour, unit}, value,
                       std::numeric_limits<double>::infinity());
    } else if (!may_be_negative) {
        const std::string rule = "non-negative " + column;
        findings.at_least({rule.c_str(), item, hour, unit}, value, 0.0, scale);
    }
}

/// The largest finite value of a row, as its scale.
double size_of(std::span<const double> row) {
    double largest = 0.0;
    for (const double value : row) {
        largest = std::isfinite(value) ? std::max(largest, value) : largest;
    }
    return largest;
}

void check_column(const Scope& scope, const Column& column, Findings& findings) {
    const std::size_t items = column.owner.size();
    const std::size_t hours = scope.schedule.span.size();
    if (column.values.items != items || column.values.hours != hours ||
        column.values.values.size() != items * hours) {
        throw Error(Exit::defect,
                    fmt::format("{} of the schedule is {} x {}, expected {} x {}", column.name,
                                column.values.items, column.values.hours, items, hours));
    }
    const std::string name = column.name;
    for (std::size_t i = 0; i < items; ++i) {
        if (!scope.mine(column.owner, i)) {
            continue;
        }
        const auto row = column.values.row(i);
        const double scale = size_of(row);
        const std::string item = name_of(column.rows, i);
        for (std::size_t t = 0; t < hours; ++t) {
            check_value(name, item, static_cast<int>(t), column.unit, row[t], scale,
                        column.may_be_negative, findings);
        }
    }
}

} // namespace

void check_numbers(const Scope& scope, Findings& findings) {
    for (const Column& column : columns_of(scope)) {
        check_column(scope, column, findings);
    }
    const auto& terminal = scope.schedule.reservoir_terminal_short_hm3;
    if (terminal.size() != scope.owners.reservoir.size()) {
        throw Error(Exit::defect,
                    fmt::format("reservoir_terminal_short_hm3 of the schedule has {} items, "
                                "expected {}",
                                terminal.size(), scope.owners.reservoir.size()));
    }
    for (std::size_t r = 0; r < terminal.size(); ++r) {
        if (scope.mine(scope.owners.reservoir, r)) {
            check_value("reservoir_terminal_short_hm3", name_of(scope.system.reservoirs, r), -1,
                        "hm3", terminal[r], 0.0, false, findings);
        }
    }
}

} // namespace longyang::verify
