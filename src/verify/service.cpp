// SV-1 (docs/theory/service.md): out of service a plant gives, takes and holds nothing. Thermal
// clusters have their units counted elsewhere (TH-12).
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace longyang::verify {
namespace {

/// What a plant of a table gives, takes and holds by the schedule, and who checks it.
struct Kind {
    const char* table;
    const grid::Rows& rows;
    const std::vector<int>& owner;
    std::vector<const grid::HourTable*> power_mw;
};

std::vector<Kind> kinds(const Scope& scope) {
    const grid::System& s = scope.system;
    const partition::Owners& o = scope.owners;
    const grid::Schedule& x = scope.schedule;
    return {{"renewables", s.renewables, o.renewable, {&x.renewable_p_mw, &x.renewable_down_mw}},
            {"hydro", s.hydro, o.hydro, {&x.hydro_p_mw, &x.hydro_up_mw, &x.hydro_down_mw}},
            {"pumps", s.pumps, o.pump, {&x.pump_p_mw}},
            {"storages",
             s.storages,
             o.storage,
             {&x.storage_charge_mw, &x.storage_discharge_mw, &x.storage_up_mw, &x.storage_down_mw}},
            {"hvdc", s.hvdc, o.hvdc, {&x.hvdc_p_mw, &x.hvdc_delivered_mw}},
            {"dc_links", s.dc_links, o.dc_link, {&x.dc_link_forward_mw, &x.dc_link_backward_mw}},
            {"flexible_loads",
             s.flexible_loads,
             o.flexible,
             {&x.flexible_p_mw, &x.flexible_draw_mw, &x.flexible_give_mw, &x.flexible_unserved_mw,
              &x.flexible_up_mw, &x.flexible_down_mw}}};
}

/// Size of a plant's power, so that rounding is no breach, MW.
double size_mw(const grid::HourTable& table, std::size_t row) {
    const auto values = table.row(row);
    double most = 0.0;
    for (const double mw : values) {
        most = std::max(most, std::abs(mw));
    }
    return most;
}

} // namespace

void check_service(const Scope& scope, Findings& findings) {
    const grid::Service& service = scope.system.service;
    const std::vector<Kind> all = kinds(scope);
    for (std::size_t k = 0; k < service.plant.size(); ++k) {
        for (const Kind& kind : all) {
            const auto found =
                std::find(kind.rows.name.begin(), kind.rows.name.end(), service.plant[k]);
            if (service.table[k] != kind.table || found == kind.rows.name.end()) {
                continue;
            }
            const auto i = static_cast<std::size_t>(found - kind.rows.name.begin());
            if (!scope.mine(kind.owner, i)) {
                continue;
            }
            for (const grid::HourTable* table : kind.power_mw) {
                if (table->items == 0) {
                    continue; // no reserve in this case
                }
                const double size = size_mw(*table, i);
                for (int t = 0; t < scope.hours(); ++t) {
                    if (!served(scope, kind.table, *found, t)) {
                        findings.equal({"SV-1 out of service", *found, t, "MW"},
                                       table->row(i)[at(t)], 0.0, size);
                    }
                }
            }
        }
    }
}

} // namespace longyang::verify
