#include "report/outages.hpp"

#include "grid/calendar.hpp"
#include "report/first_by.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace longyang::report {
namespace {

using security::ContingencyFinding;
using security::OutageCheck;
using security::WorstHour;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// A key in whole 1e-6 MW, as whole_key.
double whole_mw(double mw) {
    return std::round(mw * 1e6);
}

std::string name_of(const security::Contingencies& all, int contingency) {
    return contingency < 0 ? "none (intact network)" : all.list[at(contingency)].name;
}

std::string worst_hours(const grid::System& system, const security::Contingencies& all,
                        const OutageCheck& check, grid::Span span, std::size_t rows) {
    const auto order = first_by(check.by_hour.size(), rows, [&](std::size_t t) {
        return -whole_key(check.by_hour[t].loading);
    });
    std::vector<Cells> cells;
    for (const std::size_t t : order) {
        const WorstHour& w = check.by_hour[t];
        if (w.branch >= 0) {
            cells.push_back({grid::date_of_hour(span.begin + static_cast<int>(t), system.info.year),
                             fmt::format("{:.1f}", 100.0 * w.loading), number(w.flow_mw, 0),
                             system.branches.name[at(w.branch)], name_of(all, w.contingency),
                             fmt::format("{}", check.found_by_hour[t])});
        }
    }
    return "\nWorst hours\n" +
           text_table({"", "loading %", "flow MW", "branch", "after the loss of", "ratings broken"},
                      cells);
}

std::string worst_contingencies(const security::Contingencies& all, const OutageCheck& check,
                                std::size_t rows) {
    const auto& by = check.by_contingency;
    const auto order = first_by(by.size(), rows, [&](std::size_t c) {
        return std::make_tuple(-whole_mw(by[c].excess_mw), -by[c].found);
    });
    std::vector<Cells> cells;
    for (const std::size_t c : order) {
        if (by[c].found > 0) {
            cells.push_back({all.list[c].name, fmt::format("{}", by[c].found),
                             fmt::format("{:.0f}", by[c].excess_mw)});
        }
    }
    return cells.empty()
               ? ""
               : "\nWorst contingencies\n" +
                     text_table({"", "branch hours above rating", "largest excess MW"}, cells);
}

std::string splits(const security::Contingencies& all, const OutageCheck& check, std::size_t rows) {
    const auto& by = check.by_contingency;
    const auto order = first_by(by.size(), by.size(),
                                [&](std::size_t c) { return -whole_mw(by[c].imbalance_mw); });
    std::vector<Cells> cells;
    long long count = 0;
    for (const std::size_t c : order) {
        if (by[c].parts < 2) {
            continue;
        }
        if (static_cast<std::size_t>(count++) < rows) {
            cells.push_back({all.list[c].name, fmt::format("{}", by[c].parts),
                             fmt::format("{}", by[c].dead_buses), number(by[c].imbalance_mw, 0)});
        }
    }
    return count == 0 ? ""
                      : fmt::format("\nContingencies that split the network: {}\n", count) +
                            text_table({"", "parts", "dead buses", "largest imbalance MW"}, cells);
}

} // namespace

std::string of_worst_words(std::size_t most_an_hour) {
    return most_an_hour > 0 ? fmt::format(", the {} worst an hour", most_an_hour) : "";
}

std::string outage_summary(const grid::System& system, const security::Contingencies& all,
                           const security::OutageCheck& check, grid::Span span, std::size_t rows) {
    const auto broken =
        std::count_if(check.by_contingency.begin(), check.by_contingency.end(),
                      [](const ContingencyFinding& finding) { return finding.found > 0; });
    const auto hours = std::count_if(check.found_by_hour.begin(), check.found_by_hour.end(),
                                     [](long long found) { return found > 0; });
    return fmt::format("N-1 (DC): {} contingencies in {} hours; {} of them break ratings, in {} "
                       "hours, {} times (all branches, hours and contingencies)\n",
                       all.list.size(), span.hours, broken, hours, check.found) +
           worst_hours(system, all, check, span, rows) + worst_contingencies(all, check, rows) +
           splits(all, check, rows);
}

} // namespace longyang::report
