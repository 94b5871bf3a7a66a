#include "base/fixed.hpp"
#include "certify/certify.hpp"
#include "report/flow_tables.hpp"
#include "report/outages.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::certify {
namespace {

/// A larger tolerance of flows than that of a run without options is told.
constexpr double told_above_mw = 0.001;

/// What of a part's gap belongs to no month.
double whole_span_cny(const Part& part) {
    return part.gap_cny - std::accumulate(part.month_cny.begin(), part.month_cny.end(), 0.0);
}

/// Where what is found differs from what the engine said of a kind of block.
std::string difference_table(const Report& report) {
    std::string text;
    for (const auto& [name, stored] : report.stored_parts_cny) {
        const double more = report.bound_of(name) - stored;
        if (std::abs(more) > 1.0) {
            text +=
                fmt::format("bound of {}: found {:+.6g} CNY beyond the stored part\n", name, more);
        }
    }
    return text;
}

std::string cell(double cny) {
    return std::abs(cny) < 0.5 ? "" : fixed(cny, 0);
}

/// Cost, gap and the share that it has of the cost of all.
std::string cost_and_gap(const Report& report, double cost_cny, double gap_cny) {
    return fmt::format("{:>20}{:>18}{:>9}%", fixed(cost_cny, 0), fixed(gap_cny, 0),
                       fixed(100.0 * gap_cny / std::max(1.0, std::abs(report.bounded_cny())), 4));
}

/// By what share of itself the stored bound is passed.
std::string beyond_stored(const Report& report) {
    const double more = report.bound_cny - report.stored_bound_cny;
    return more == 0.0
               ? "0"
               : fmt::format("{:+.3g}", more / std::max(1.0, std::abs(report.stored_bound_cny)));
}

std::string part_table(const Report& report) {
    std::string text = fmt::format("{:<14}{:>20}{:>20}{:>18}{:>10}\n", "part", "bound CNY",
                                   "cost CNY", "gap CNY", "of cost");
    double gap_cny = 0.0;
    for (const auto& [name, part] : report.parts) {
        text += fmt::format("{:<14}{:>20}", name, fixed(part.bound_cny, 0));
        if (report.scheduled) {
            text += cost_and_gap(report, part.cost_cny, part.gap_cny);
        }
        text += '\n';
        gap_cny += part.gap_cny;
    }
    text += fmt::format("{:<14}{:>20}", "all", fixed(report.bound_cny, 0));
    if (report.scheduled) {
        text += cost_and_gap(report, report.bounded_cny(), gap_cny);
    }
    return text + "\n";
}

/// The gap by month; months without any are left out.
std::string month_table(const Report& report) {
    std::string text = fmt::format("\n{:<12}", "gap CNY");
    std::vector<std::size_t> months;
    for (std::size_t m = 0; m < 12; ++m) {
        if (std::any_of(report.parts.begin(), report.parts.end(), [&](const auto& part) {
                return std::abs(part.second.month_cny[m]) >= 0.5;
            })) {
            months.push_back(m);
            text += fmt::format("{:>13}", fmt::format("month {}", m + 1));
        }
    }
    text += fmt::format("{:>13}\n", "whole span");
    std::vector<double> sums(months.size() + 1, 0.0);
    for (const auto& [name, part] : report.parts) {
        text += fmt::format("{:<12}", name);
        for (std::size_t k = 0; k < months.size(); ++k) {
            text += fmt::format("{:>13}", cell(part.month_cny[months[k]]));
            sums[k] += part.month_cny[months[k]];
        }
        text += fmt::format("{:>13}\n", cell(whole_span_cny(part)));
        sums.back() += whole_span_cny(part);
    }
    text += fmt::format("{:<12}", "all");
    for (const double sum : sums) {
        text += fmt::format("{:>13}", cell(sum));
    }
    return text + "\n";
}

/// Single blocks by name, with their share of the whole gap.
std::string largest_table(const Report& report) {
    if (report.largest.empty()) {
        return "";
    }
    std::string text = "\nlargest parts of the gap, CNY\n";
    const double whole_cny = std::max(1.0, report.bounded_cny() - report.bound_cny);
    for (const auto& [name, part] : report.largest) {
        text += fmt::format("{:<40}{:>14}{:>9}%\n", name, fixed(part.gap_cny, 0),
                            fixed(100.0 * part.gap_cny / whole_cny, 2));
    }
    return text;
}

} // namespace

std::string in_words(const Report& report) {
    std::string text =
        fmt::format("{}: {} h from {}\n\n", report.case_name, report.hours, report.start);
    text += part_table(report);
    if (report.scheduled) {
        text += month_table(report);
        text += largest_table(report);
    }
    text += fmt::format("\nbound: stored {:.10g} CNY, found {:.10g} CNY ({} of it)\n",
                        report.stored_bound_cny, report.bound_cny, beyond_stored(report));
    text += difference_table(report);
    if (report.scheduled) {
        text += fmt::format("cost:  stored {:.10g} CNY, by the tables {:.10g} CNY{}\n"
                            "gap:   stored {} %, found {} %\n",
                            report.stored_cost_cny, report.tables_cost_cny,
                            report.cost_cny - report.tables_cost_cny > 0.5
                                ? " if units of a cluster share its output equally, which ramps "
                                  "may not allow: the gap is of the stored one"
                                : "",
                            fixed(100.0 * report.stored_gap, 5), fixed(100.0 * report.gap, 5));
    }
    if (report.scheduled && report.flow_tolerance_mw > told_above_mw) {
        text +=
            fmt::format("flows beyond limits of branches and sections by no more than {:.6g} MW "
                        "are no breach, as the run was asked (flow_tolerance_mw)\n",
                        report.flow_tolerance_mw);
    }
    if (report.broken_limits_cny > 0.0) {
        text += fmt::format("limits of security that the schedule breaks count {:.10g} CNY in the "
                            "gap, at their price\n",
                            report.broken_limits_cny);
    }
    if (report.security_rows > 0) {
        text +=
            fmt::format("{} rows of security follow from the run's schedules: the bound is that of "
                        "the programme with them\n",
                        report.security_rows);
    }
    if (report.line_hours >= 0) {
        text += fmt::format("security: {} line-hours above a limit, {} station-hours below their "
                            "ratio\n",
                            report.line_hours, report.station_hours);
    }
    if (report.voltage_hours >= 0) {
        text += fmt::format("security: {} hours with a voltage outside its band\n",
                            report.voltage_hours);
    }
    if (report.slack_hours > 0) {
        text += fmt::format("security: {}\n",
                            report::slack_words({report.slack_hours, report.slack_most_mvar}));
    }
    if (report.outage_ratings >= 0) {
        text += fmt::format("security: {} ratings broken after single outages{}\n",
                            report.outage_ratings, report::of_worst_words(report.ratings_an_hour));
    }
    if (report.listed_ratings >= 0) {
        text += fmt::format("security: {} ratings broken after listed outages{}\n",
                            report.listed_ratings, report::of_worst_words(report.ratings_an_hour));
    }
    for (const GeneralCheck& check : report.general) {
        text += fmt::format("HiGHS, {}: bound {:.10g} CNY, ", check.block, check.bound_cny);
        text += std::isfinite(check.plan_cny)
                    ? fmt::format("{} {:.10g} CNY\n", check.optimal ? "best plan" : "a plan",
                                  check.plan_cny)
                    : "no plan found in time\n";
    }
    for (const std::string& fault : report.faults) {
        text += fmt::format("refuted: {}\n", fault);
    }
    if (report.confirmed()) {
        text +=
            report.scheduled ? "confirmed\n" : "confirmed: the bound alone, there is no schedule\n";
    }
    return text + fmt::format("{:.1f} s\n", report.seconds);
}

std::string in_json(const Report& report) {
    using nlohmann::ordered_json;
    ordered_json parts = ordered_json::array();
    for (const auto& [name, part] : report.parts) {
        ordered_json entry{{"part", name}, {"bound_cny", part.bound_cny}};
        if (report.scheduled) {
            entry["cost_cny"] = part.cost_cny;
            entry["gap_cny"] = part.gap_cny;
            entry["gap_by_month_cny"] = part.month_cny;
            entry["gap_of_whole_span_cny"] = whole_span_cny(part);
        }
        parts.push_back(std::move(entry));
    }
    ordered_json general = ordered_json::array();
    for (const GeneralCheck& check : report.general) {
        general.push_back({{"block", check.block},
                           {"bound_cny", check.bound_cny},
                           {"plan_cny", check.plan_cny},
                           {"best", check.optimal},
                           {"refuted", check.refuted}});
    }
    ordered_json largest = ordered_json::array();
    for (const auto& [name, part] : report.largest) {
        largest.push_back({{"block", name},
                           {"bound_cny", part.bound_cny},
                           {"cost_cny", part.cost_cny},
                           {"gap_cny", part.gap_cny}});
    }
    ordered_json all{{"case", report.case_name},
                     {"start", report.start},
                     {"hours", report.hours},
                     {"confirmed", report.confirmed()},
                     {"faults", report.faults},
                     {"bound_cny", report.bound_cny},
                     {"stored_bound_cny", report.stored_bound_cny}};
    if (report.scheduled) {
        all["cost_cny"] = report.cost_cny;
        all["tables_cost_cny"] = report.tables_cost_cny;
        all["stored_cost_cny"] = report.stored_cost_cny;
        all["broken_limits_cny"] = report.broken_limits_cny;
        all["gap"] = report.gap;
        all["stored_gap"] = report.stored_gap;
        all["breaches"] = report.breaches;
        all["flow_tolerance_mw"] = report.flow_tolerance_mw;
    }
    if (report.line_hours >= 0) {
        all["security_rows"] = report.security_rows;
        all["line_hours_above_limits"] = report.line_hours;
        all["station_hours_below_ratio"] = report.station_hours;
    }
    if (report.voltage_hours >= 0) {
        all["hours_with_voltage_outside"] = report.voltage_hours;
        all["hours_with_slack_bus_beyond_limits"] = report.slack_hours;
    }
    if (report.outage_ratings >= 0) {
        all["ratings_broken_after_single_outages"] = report.outage_ratings;
        all["ratings_counted_an_hour"] = report.ratings_an_hour; // its worst; 0: all
    }
    if (report.listed_ratings >= 0) {
        all["ratings_broken_after_listed_outages"] = report.listed_ratings;
    }
    all["parts"] = std::move(parts);
    all["largest"] = std::move(largest);
    all["general"] = std::move(general);
    all["seconds"] = report.seconds;
    return all.dump(2) + "\n";
}

} // namespace longyang::certify
