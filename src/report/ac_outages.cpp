#include "report/ac_outages.hpp"

#include "grid/calendar.hpp"
#include "report/first_by.hpp"
#include "report/flow_tables.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace longyang::report {
namespace {

using kernels::AcWorst;
using kernels::AcWorsts;
using security::AcOutageCheck;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// What the tables say of names and hours.
struct Names {
    const grid::System& system;
    grid::Span span;

    [[nodiscard]] std::string hour(int t) const {
        return t < 0 ? "" : grid::date_of_hour(span.begin + t, system.info.year);
    }
    [[nodiscard]] std::string branch(int l) const {
        return l < 0 ? "" : system.branches.name[at(l)];
    }
    [[nodiscard]] std::string bus(int b) const { return b < 0 ? "" : system.buses.name[at(b)]; }
    [[nodiscard]] std::string low_pu(const AcWorst& w) const {
        return w.place < 0 ? ""
                           : fmt::format("{:.4f}", system.buses.v_min_pu[at(w.place)] + w.value);
    }
    [[nodiscard]] std::string high_pu(const AcWorst& w) const {
        return w.place < 0 ? ""
                           : fmt::format("{:.4f}", system.buses.v_max_pu[at(w.place)] - w.value);
    }
};

std::string percent(double loading) {
    return fmt::format("{:.1f}", 100.0 * loading);
}

std::string loadings(const Names& names, const AcOutageCheck& check, std::size_t rows) {
    const auto& by = check.found.by_hour;
    const auto order =
        first_by(by.size(), rows, [&](std::size_t t) { return -whole_key(by[t].loading.value); });
    std::vector<Cells> cells;
    for (const std::size_t t : order) {
        const AcWorst& w = by[t].loading;
        if (w.place >= 0) {
            cells.push_back({names.hour(static_cast<int>(t)), percent(w.value),
                             names.branch(w.place), names.branch(w.outage),
                             fmt::format("{}", by[t].overloads)});
        }
    }
    return "\nHours with the highest loading\n" +
           text_table({"", "loading %", "branch", "after the loss of", "ratings broken"}, cells);
}

std::string voltages(const Names& names, const AcOutageCheck& check, std::size_t rows, bool low) {
    const auto& by = check.found.by_hour;
    const auto worst = [&](std::size_t t) -> const AcWorst& {
        return low ? by[t].low : by[t].high;
    };
    const auto order =
        first_by(by.size(), rows, [&](std::size_t t) { return whole_key(worst(t).value); });
    std::vector<Cells> cells;
    for (const std::size_t t : order) {
        const AcWorst& w = worst(t);
        if (w.place >= 0) {
            const auto& band = low ? names.system.buses.v_min_pu : names.system.buses.v_max_pu;
            cells.push_back({names.hour(static_cast<int>(t)), names.bus(w.place),
                             low ? names.low_pu(w) : names.high_pu(w),
                             fmt::format("{:.4f}", band[at(w.place)]), names.branch(w.outage),
                             fmt::format("{}", by[t].outside)});
        }
    }
    return fmt::format("\nHours with the {} voltage for its band\n", low ? "lowest" : "highest") +
           text_table({"", "bus", "pu", "band", "after the loss of", "voltages outside"}, cells);
}

std::string outages(const Names& names, const AcOutageCheck& check, std::size_t rows) {
    const auto& by = check.found.by_outage;
    const auto order = first_by(by.size(), rows, [&](std::size_t o) {
        return std::make_tuple(-by[o].overloads - by[o].outside, -by[o].not_solved);
    });
    std::vector<Cells> cells;
    for (const std::size_t o : order) {
        const AcWorsts& w = by[o];
        if (w.overloads + w.outside + w.not_solved > 0) {
            cells.push_back({names.branch(static_cast<int>(o)), percent(w.loading.value),
                             names.branch(w.loading.place), fmt::format("{}", w.overloads),
                             names.low_pu(w.low), names.bus(w.low.place),
                             fmt::format("{}", w.outside), fmt::format("{}", w.not_solved)});
        }
    }
    return cells.empty() ? ""
                         : "\nOutages that break most\n" +
                               text_table({"", "loading %", "branch", "ratings broken", "lowest pu",
                                           "bus", "voltages outside", "not solved h"},
                                          cells);
}

/// By outage: how many hours, and the one with the largest mismatch.
std::string not_solved(const Names& names, const AcOutageCheck& check, std::size_t rows) {
    const auto& by = check.found.by_outage;
    std::vector<kernels::AcOutageLeft> worst(by.size());
    for (const kernels::AcOutageLeft& left : check.found.left) {
        kernels::AcOutageLeft& w = worst[at(left.outage)];
        w = w.mismatch_pu >= left.mismatch_pu ? w : left;
    }
    const auto order = first_by(by.size(), rows, [&](std::size_t o) { return -by[o].not_solved; });
    std::vector<Cells> cells;
    for (const std::size_t o : order) {
        if (by[o].not_solved > 0) {
            cells.push_back(
                {names.branch(static_cast<int>(o)), fmt::format("{}", by[o].not_solved),
                 names.hour(worst[o].hour), names.bus(worst[o].bus),
                 fmt::format("{:.3g}", worst[o].mismatch_pu * names.system.info.base_mva)});
        }
    }
    return cells.empty()
               ? ""
               : "\nOutages after which hours are not solved\n" +
                     text_table({"", "hours", "largest in", "bus", "mismatch MVA"}, cells);
}

std::string head(const AcOutageCheck& check, grid::Span span) {
    const kernels::AcOutageAnswers& found = check.found;
    long long overloads = 0;
    long long outside = 0;
    long long open = 0;
    for (const AcWorsts& w : found.by_hour) {
        overloads += w.overloads;
        outside += w.outside;
        open += w.limits_open;
    }
    const std::string slack = slack_words(check.slack, "cases (outage and hour)");
    return fmt::format(
        "N-1 (AC): {} outages in {} hours; solved in the first steps {}, by a Newton of their own "
        "{}, damped {}, part by part {}; reactive limits open {}, not solved {}\n"
        "ratings broken {} times, voltages outside their band {} times (all outages and hours); {} "
        "outages split the network or set off schemes; hours left out, not solved before: {}\n"
        "{}{}",
        found.by_outage.size(), span.hours, found.by_first_steps, found.by_own_newton,
        found.by_damped_newton, check.by_parts, open, found.left.size(), overloads, outside,
        check.apart.size(), check.hours_left_out, slack, slack.empty() ? "" : "\n");
}

} // namespace

std::string ac_outage_summary(const grid::System& system, const AcOutageCheck& check,
                              grid::Span span, std::size_t rows) {
    const Names names{system, span};
    return head(check, span) + loadings(names, check, rows) + voltages(names, check, rows, true) +
           voltages(names, check, rows, false) + outages(names, check, rows) +
           not_solved(names, check, rows);
}

} // namespace longyang::report
