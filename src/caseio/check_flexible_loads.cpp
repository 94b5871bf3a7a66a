#include "caseio/checks.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "grid/initial_energy.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

namespace longyang::caseio {
namespace {

/// One row and the faults found in it.
struct Row {
    const grid::System& system;
    std::size_t i;
    std::vector<Fault>& faults;

    [[nodiscard]] const grid::FlexibleLoads& table() const { return system.flexible_loads; }
    [[nodiscard]] double value(const grid::Numbers& figure, const grid::Integers& profile,
                               int hour) const {
        return figure[i] * grid::profile_value(system, profile[i], hour, 1.0);
    }
    void fault(const char* column, std::string found, std::string expected) const {
        faults.push_back(
            row_fault("flexible_loads", table(), i, column, std::move(found), std::move(expected)));
    }
    [[nodiscard]] std::string when(int hour) const {
        return fmt::format("in hour {} ({})", hour, grid::date_of_hour(hour, system.info.year));
    }
    [[nodiscard]] double demand_mw(int hour) const {
        return value(table().demand_mw, table().demand_profile, hour);
    }
    /// FL-5
    [[nodiscard]] double energy_min_mwh(int hour) const {
        double least = value(table().energy_min_mwh, table().energy_min_profile, hour);
        for (int k = 0; k < std::min(table().late_h[i], hour + 1); ++k) {
            least -= demand_mw(hour - k);
        }
        return least;
    }
};

/// FL-6: a budget is a store of its own, filled when its period begins and empty in the end.
void check_budget(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const std::size_t i = row.i;
    if (t.budget_mwh[i] <= 0.0) {
        return;
    }
    if (t.give_max_mw[i] == 0.0) {
        row.fault("give_max_mw", "0 beside a budget",
                  "what may be interrupted in an hour, MW above 0");
    }
    const auto left_out = [&](const char* column, double value) {
        if (value != 0.0) {
            row.fault(column, fmt::format("{} beside a budget", value),
                      "0 where budget_mwh is given: what is left of it is the only content");
        }
    };
    left_out("energy_min_mwh", t.energy_min_mwh[i]);
    left_out("energy_max_mwh", t.energy_max_mwh[i]);
    left_out("energy_initial_mwh", t.energy_initial_mwh[i]);
    left_out("loss_per_h", t.loss_per_h[i]);
    left_out("late_h", t.late_h[i]);
    if (t.efficiency_give[i] != 1.0) {
        row.fault("efficiency_give", fmt::format("{} beside a budget", t.efficiency_give[i]),
                  "1 where budget_mwh is given: the budget is what is given, without a loss");
    }
}

/// Columns that exclude each other.
void check_together(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const std::size_t i = row.i;
    if (t.budget_mwh[i] > 0.0 && (t.draw_max_mw[i] > 0.0 || t.demand_mw[i] > 0.0)) {
        row.fault("budget_mwh", fmt::format("{} of a row with draw or demand", t.budget_mwh[i]),
                  "a budget only of a row that gives: what it may leave undrawn of loads.csv");
    }
    check_budget(row);
    if (t.budget_mwh[i] > 0.0 && t.exchange_max_mw[i] > 0.0) {
        row.fault("budget_mwh", fmt::format("{} behind an exchange limit", t.budget_mwh[i]),
                  "0 where exchange_max_mw is given: a microgrid has a store of its own");
    }
    if (t.exchange_max_mw[i] > 0.0 && t.demand_mw[i] > 0.0) {
        row.fault("demand_mw", fmt::format("{} behind an exchange limit", t.demand_mw[i]),
                  "0 where exchange_max_mw is given; a microgrid's load is own_load_mw");
    }
    if (t.give_max_mw[i] > 0.0 && t.efficiency_draw[i] > 1.0) {
        row.fault("efficiency_draw",
                  fmt::format("{} of a load that gives power back", t.efficiency_draw[i]),
                  "at most 1, or give_max_mw = 0");
    }
    if (t.holds_reserve[i] == "yes" && t.efficiency_draw[i] > 1.0) {
        row.fault("efficiency_draw",
                  fmt::format("{} of a load that holds reserve", t.efficiency_draw[i]),
                  "at most 1, or holds_reserve = no");
    }
    if (t.loss_per_h[i] > 0.0 && (t.late_h[i] > 0 || t.energy_min_mwh[i] < 0.0)) {
        row.fault("loss_per_h", fmt::format("{} where demand may be owed", t.loss_per_h[i]),
                  "0, since what is owed does not decay");
    }
}

/// FL-7: the columns of a row that only draws. What it draws by its tariff is known before anything
/// else, so nothing may be left to choose.
void check_tariff(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const std::size_t i = row.i;
    if (t.tariff_cny_per_mwh[i] <= 0.0) {
        return;
    }
    const auto only_draws = [&](const char* column, double value) {
        if (value > 0.0) {
            row.fault(column, fmt::format("{} of a load that answers a tariff", value),
                      "0 where tariff_cny_per_mwh is given");
        }
    };
    only_draws("give_max_mw", t.give_max_mw[i]);
    only_draws("unserved_max_pu", t.unserved_max_pu[i]);
    only_draws("own_load_mw", t.own_load_mw[i]);
    only_draws("own_generation_mw", t.own_generation_mw[i]);
    only_draws("exchange_max_mw", t.exchange_max_mw[i]);
    if (t.holds_reserve[i] == "yes") {
        row.fault("holds_reserve", "\"yes\" of a load that answers a tariff",
                  "\"no\" where tariff_cny_per_mwh is given");
    }
}

/// FL-2: the least draw lies below the largest, a microgrid's deficit below what its store gives.
void check_powers(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    for (int h = 0; h < grid::hours_per_year; ++h) {
        const double least = row.value(t.draw_min_mw, t.draw_min_profile, h);
        const double most = row.value(t.draw_max_mw, t.draw_max_profile, h);
        if (least > most * (1.0 + rounding)) {
            row.fault("draw_min_mw", fmt::format("{:.6g} MW {}", least, row.when(h)),
                      fmt::format("at most the largest draw, {:.6g} MW", most));
            return;
        }
        const double give = row.value(t.give_max_mw, t.give_max_profile, h);
        const double deficit = row.value(t.own_load_mw, t.own_load_profile, h) + least -
                               row.value(t.own_generation_mw, t.own_generation_profile, h) -
                               t.exchange_max_mw[row.i];
        if (t.exchange_max_mw[row.i] > 0.0 && deficit > give * (1.0 + rounding)) {
            row.fault("exchange_max_mw",
                      fmt::format("{:.6g} MW of own load beyond the exchange limit {}", deficit,
                                  row.when(h)),
                      fmt::format("at most what the store gives, {:.6g} MW", give));
            return;
        }
    }
}

/// FL-1, FL-5: from the content at the start, drawing as much (as little) and serving as little (as
/// much) as is allowed keeps the least (largest) content over the year. Of rows without a
/// microgrid's own balance.
std::optional<std::string> content_fault(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const std::size_t i = row.i;
    double highest = grid::initial_energy_mwh(row.system, i, 0);
    double lowest = highest;
    for (int h = 0; h < grid::hours_per_year; ++h) {
        const double used = row.demand_mw(h);
        const double give = row.value(t.give_max_mw, t.give_max_profile, h) / t.efficiency_give[i];
        const double kept = 1.0 - t.loss_per_h[i];
        const double least = row.energy_min_mwh(h);
        const double most = row.value(t.energy_max_mwh, t.energy_max_profile, h);
        const double served = used * (1.0 - t.unserved_max_pu[i]); // FL-6
        highest = std::min(most, kept * highest - served +
                                     t.efficiency_draw[i] *
                                         row.value(t.draw_max_mw, t.draw_max_profile, h));
        lowest = std::max(least, kept * lowest - used - give +
                                     t.efficiency_draw[i] *
                                         row.value(t.draw_min_mw, t.draw_min_profile, h));
        const double slack = rounding * (1.0 + std::abs(most) + std::abs(least));
        if (highest < least - slack) {
            return fmt::format("at least {:.6g} MWh asked for {}, where drawing all that is "
                               "allowed reaches {:.6g} MWh",
                               least, row.when(h), highest);
        }
        if (lowest > most + slack) {
            return fmt::format("at most {:.6g} MWh allowed {}, where drawing as little as is "
                               "allowed leaves {:.6g} MWh",
                               most, row.when(h), lowest);
        }
    }
    return std::nullopt;
}

/// FL-5: the least content lies below the largest.
void check_content_limits(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    for (int h = 0; h < grid::hours_per_year; ++h) {
        const double most = row.value(t.energy_max_mwh, t.energy_max_profile, h);
        const double least = row.energy_min_mwh(h);
        if (least > most + rounding * (1.0 + std::abs(most))) {
            row.fault("energy_min_mwh", fmt::format("{:.6g} MWh {}", least, row.when(h)),
                      fmt::format("at most the largest content, {:.6g} MWh", most));
            return;
        }
    }
}

/// FL-5: what a span starts and ends on lies within the limits at the end of the hour before. Out
/// of service it follows no profile (SV-2).
void check_initial_profile(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const grid::InService served = grid::in_service(row.system, "flexible_loads", row.i);
    for (int h = 0; h < grid::hours_per_year; ++h) {
        const int before = (h > 0 ? h : grid::hours_per_year) - 1;
        const double initial = grid::initial_energy_mwh(row.system, row.i, h);
        const double least = row.energy_min_mwh(before);
        const double most = row.value(t.energy_max_mwh, t.energy_max_profile, before);
        const double slack = rounding * (1.0 + std::abs(most) + std::abs(least));
        if (served.at(h) && (initial < least - slack || initial > most + slack)) {
            row.fault("energy_initial_profile", fmt::format("{:.6g} MWh {}", initial, row.when(h)),
                      fmt::format("{:.6g} to {:.6g} MWh, the limits of the content at the end of "
                                  "the hour before",
                                  least, most));
            return;
        }
    }
}

void check_initial(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const double initial = t.energy_initial_mwh[row.i];
    if (t.energy_initial_profile[row.i] >= 0) {
        check_initial_profile(row);
    } else if (initial > t.energy_max_mwh[row.i] && t.energy_max_profile[row.i] < 0) {
        row.fault("energy_initial_mwh", fmt::format("{}", initial),
                  fmt::format("at most energy_max_mwh = {}", t.energy_max_mwh[row.i]));
    }
}

void check_content(const Row& row) {
    const grid::FlexibleLoads& t = row.table();
    const std::size_t i = row.i;
    if (t.budget_mwh[i] > 0.0) {
        return;
    }
    check_initial(row);
    if (!row.faults.empty()) { // the year starts on it
        return;
    }
    if (t.exchange_max_mw[i] > 0.0) {
        check_content_limits(row);
        return; // what its store takes and gives follows from its own balance
    }
    if (const auto words = content_fault(row)) {
        // With late_h the least content follows from what may be owed (FL-5).
        row.fault(t.late_h[i] > 0 ? "late_h" : "energy_min_mwh", *words,
                  "limits of the content that can be kept");
    }
}

} // namespace

std::vector<Fault> check_flexible_loads(const grid::System& system) {
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < system.flexible_loads.line.size(); ++i) {
        std::vector<Fault> found;
        const Row row{system, i, found};
        check_together(row);
        check_tariff(row);
        check_powers(row);
        if (found.empty()) { // else what can be kept means nothing
            check_content(row);
        }
        std::move(found.begin(), found.end(), std::back_inserter(faults));
    }
    return faults;
}

} // namespace longyang::caseio
