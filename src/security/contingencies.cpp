#include "security/contingencies.hpp"

#include "base/error.hpp"
#include "grid/cascades.hpp"
#include "grid/power_blocks.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longyang::security {
namespace {

using From = Action::From;

/// A table whose rows are plants, as a trip needs it.
struct PlantTable {
    From from;
    const grid::Names& name;
    const grid::Integers& bus;
};

PlantTable plant_table(const grid::System& system, const std::string& name) {
    if (name == "thermal") {
        return {From::thermal, system.thermal.name, system.thermal.bus};
    }
    if (name == "hydro") {
        return {From::hydro, system.hydro.name, system.hydro.bus};
    }
    if (name == "renewables") {
        return {From::renewables, system.renewables.name, system.renewables.bus};
    }
    return {From::storages, system.storages.name, system.storages.bus};
}

Action make_action(const grid::System& system, std::size_t k, int contingency) {
    const grid::ContingencyActions& t = system.contingency_actions;
    Action action;
    action.contingency = contingency;
    action.amount_mw = t.amount_mw[k];
    action.arm_above_mw = t.arm_above_mw[k];
    if (t.kind[k] == "run_back") {
        if (t.hvdc[k] < 0) {
            throw Error(Exit::faulty_case,
                        fmt::format("row {} of contingency_actions runs back no line", k));
        }
        action.item = t.hvdc[k];
        action.bus = system.hvdc.bus[static_cast<std::size_t>(action.item)];
        return action;
    }
    const PlantTable plants = plant_table(system, t.plant_table[k]);
    const auto found = std::find(plants.name.begin(), plants.name.end(), t.plant[k]);
    if (found == plants.name.end()) {
        throw Error(Exit::faulty_case,
                    fmt::format("row {} of contingency_actions trips {}, which is not there", k,
                                t.plant[k]));
    }
    action.kind = Action::Kind::trip;
    action.from = plants.from;
    action.item = static_cast<int>(found - plants.name.begin());
    action.bus = plants.bus[static_cast<std::size_t>(action.item)];
    return action;
}

} // namespace

Contingencies contingencies(const grid::System& system) {
    Contingencies all;
    const std::size_t branches = system.branches.from_bus.size();
    for (std::size_t l = 0; l < branches; ++l) {
        all.list.push_back({l < system.branches.name.size() ? system.branches.name[l]
                                                            : fmt::format("branch {}", l),
                            static_cast<int>(l), -1});
    }
    const grid::Contingencies& table = system.contingencies;
    std::vector<std::size_t> of_row; // place in the list of each row
    for (std::size_t k = 0; k < table.branch.size(); ++k) {
        if (table.second_branch[k] < 0) {
            of_row.push_back(static_cast<std::size_t>(table.branch[k]));
            all.list[of_row.back()].name = table.name[k];
        } else {
            of_row.push_back(all.list.size());
            all.list.push_back({table.name[k], table.branch[k], table.second_branch[k]});
        }
    }
    for (std::size_t k = 0; k < system.contingency_actions.contingency.size(); ++k) {
        const auto row = static_cast<std::size_t>(system.contingency_actions.contingency[k]);
        all.actions.push_back(make_action(system, k, static_cast<int>(of_row[row])));
    }
    std::stable_sort(all.actions.begin(), all.actions.end(), [](const Action& a, const Action& b) {
        return a.contingency < b.contingency;
    });
    return all;
}

// N1-3
std::vector<double> capacity_shares(const grid::System& system, int hour_of_year) {
    std::vector<double> mw(system.buses.kv.size(), 0.0);
    const auto add = [&](const char* table, std::size_t row, int bus, double capacity_mw) {
        if (grid::in_service(system, table, row).at(hour_of_year)) {
            mw[static_cast<std::size_t>(bus)] += capacity_mw;
        }
    };
    for (std::size_t k = 0; k < system.thermal.bus.size(); ++k) {
        add("thermal", k, system.thermal.bus[k],
            system.thermal.units[k] * system.thermal.p_max_mw[k]);
    }
    for (std::size_t k = 0; k < system.hydro.bus.size(); ++k) {
        add("hydro", k, system.hydro.bus[k], system.hydro.p_max_mw[k]);
    }
    const std::vector<int> heat_store = grid::heat_store_numbers(system);
    for (std::size_t k = 0; k < system.storages.bus.size(); ++k) {
        if (heat_store[k] >= 0) {
            continue; // its power block counts
        }
        add("storages", k, system.storages.bus[k], system.storages.discharge_max_mw[k]);
    }
    return mw;
}

std::vector<CapacitySpan> capacity_spans(const grid::System& system, grid::Span span) {
    std::vector<int> dates; // hours of the year at which plants enter or leave
    for (std::size_t k = 0; k < system.service.plant.size(); ++k) {
        for (const int hour : {system.service.from_hour[k], system.service.to_hour[k]}) {
            dates.push_back(hour % grid::hours_per_year);
        }
    }
    std::vector<CapacitySpan> spans;
    for (int t = 0; t < span.hours; ++t) {
        const int hour = (span.begin + t) % grid::hours_per_year;
        const bool may_change =
            hour == 0 || std::find(dates.begin(), dates.end(), hour) != dates.end();
        if (spans.empty() || may_change) {
            std::vector<double> mw = capacity_shares(system, hour);
            if (spans.empty() || spans.back().mw != mw) {
                spans.push_back({t, t, std::move(mw)});
            }
        }
        spans.back().end = t + 1;
    }
    return spans;
}

int capacity_at(std::span<const CapacitySpan> spans, int hour) {
    const auto found = std::find_if(spans.begin(), spans.end(),
                                    [hour](const CapacitySpan& s) { return hour < s.end; });
    return static_cast<int>(found - spans.begin());
}

grid::HourTable scheduled_power_mw(const Contingencies& all, const grid::Schedule& schedule) {
    grid::HourTable power_mw(all.actions.size(), schedule.span.size());
    const auto table = [&schedule](From from) -> const grid::HourTable& {
        switch (from) {
        case From::hvdc:
            return schedule.hvdc_p_mw;
        case From::thermal:
            return schedule.thermal_p_mw;
        case From::hydro:
            return schedule.hydro_p_mw;
        case From::renewables:
            return schedule.renewable_p_mw;
        case From::storages:
            break;
        }
        return schedule.storage_discharge_mw;
    };
    for (std::size_t a = 0; a < all.actions.size(); ++a) {
        const auto from =
            table(all.actions[a].from).row(static_cast<std::size_t>(all.actions[a].item));
        std::transform(from.begin(), from.end(), power_mw.row(a).begin(),
                       [](double mw) { return std::max(mw, 0.0); });
    }
    return power_mw;
}

// N1-7
std::vector<double> action_mw(const Contingencies& all, std::size_t hours,
                              std::span<const double> branch_mw, std::span<const double> power_mw) {
    std::vector<double> mw(all.actions.size() * hours, 0.0);
    const auto flow_mw = [&](int branch, std::size_t t) {
        return branch < 0 ? 0.0 : std::abs(branch_mw[static_cast<std::size_t>(branch) * hours + t]);
    };
    for (std::size_t a = 0; a < all.actions.size(); ++a) {
        const Action& action = all.actions[a];
        const Contingency& after = all.list[static_cast<std::size_t>(action.contingency)];
        const double sign = action.kind == Action::Kind::run_back ? 1.0 : -1.0;
        for (std::size_t t = 0; t < hours; ++t) {
            const double before_mw = flow_mw(after.branch, t) + flow_mw(after.second_branch, t);
            if (before_mw >= action.arm_above_mw) {
                mw[a * hours + t] = sign * std::min(action.amount_mw, power_mw[a * hours + t]);
            }
        }
    }
    return mw;
}

double emergency_rating_mw(const grid::System& system, std::size_t branch, int hour_of_year) {
    const grid::Branches& t = system.branches;
    const double emergency_mw =
        branch < t.rating_emergency_mw.size() ? t.rating_emergency_mw[branch] : 0.0;
    const double rating_mw = emergency_mw > 0.0 ? emergency_mw : t.rating_mw[branch];
    const int profile = branch < t.rating_profile.size() ? t.rating_profile[branch] : -1;
    return rating_mw * grid::profile_value(system, profile, hour_of_year, 1.0);
}

} // namespace longyang::security
