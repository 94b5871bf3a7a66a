#include "report/flow_tables.hpp"

#include "grid/calendar.hpp"
#include "report/first_by.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace longyang::report {
namespace {

using kernels::AcStatus;

std::string date(const grid::System& system, grid::Span span, int hour) {
    return grid::date_of_hour(span.begin + hour, system.info.year);
}

std::string name_of(const grid::Rows& rows, int row) {
    return row < 0 ? "-" : rows.name[static_cast<std::size_t>(row)];
}

/// The first `rows` items in the order of `before`; hours that come first win among equals.
template <class Item>
std::vector<Item> worst(const std::vector<Item>& items, std::size_t rows,
                        const std::function<bool(const Item&, const Item&)>& before) {
    std::vector<Item> sorted = items;
    std::stable_sort(sorted.begin(), sorted.end(), before);
    sorted.resize(std::min(rows, sorted.size()));
    return sorted;
}

bool more_loaded(const HourLoading& a, const HourLoading& b) {
    return whole_key(a.loading()) > whole_key(b.loading());
}

std::string loading_table(const grid::System& system, grid::Span span,
                          const std::vector<HourLoading>& hours, std::size_t rows,
                          const char* unit) {
    const grid::Numbers& rating = system.branches.rating_mw;
    if (std::none_of(rating.begin(), rating.end(), [](double mw) { return mw > 0.0; })) {
        return "no branch has a rating (rating_mw of branches.csv), so that there is no loading\n";
    }
    std::vector<Cells> lines;
    for (const HourLoading& h : worst<HourLoading>(hours, rows, more_loaded)) {
        lines.push_back({date(system, span, h.hour), name_of(system.branches, h.branch),
                         fmt::format("{:.1f}", h.flow), fmt::format("{:.1f}", h.rating),
                         fmt::format("{:.1f}", 100.0 * h.loading())});
    }
    return text_table({"hour", "branch", fmt::format("|flow| {}", unit), "rating", "loading %"},
                      lines);
}

std::string voltage_table(const grid::System& system, grid::Span span,
                          const std::vector<AcHourFinding>& hours, std::size_t rows, bool low) {
    const auto margin = [low](const AcHourFinding& h) {
        return low ? h.low_margin_pu : h.high_margin_pu;
    };
    std::vector<Cells> lines;
    for (const AcHourFinding& h :
         worst<AcHourFinding>(hours, rows, [&](const AcHourFinding&a, const AcHourFinding&b) {
             return whole_key(margin(a)) < whole_key(margin(b));
         })) {
        const int bus = low ? h.low_bus : h.high_bus;
        const auto& band = low ? system.buses.v_min_pu : system.buses.v_max_pu;
        lines.push_back({date(system, span, h.hour), name_of(system.buses, bus),
                         fmt::format("{:.4f}", low ? h.low_pu : h.high_pu),
                         fmt::format("{:.4f}", band[static_cast<std::size_t>(bus)]),
                         fmt::format("{}", h.buses_outside)});
    }
    return text_table(
        {"hour", low ? "lowest" : "highest", "pu", "band", "buses outside, low or high"}, lines);
}

std::string unsolved_table(const grid::System& system, grid::Span span,
                           const std::vector<AcHourFinding>& hours, std::size_t rows) {
    std::vector<AcHourFinding> open;
    std::copy_if(hours.begin(), hours.end(), std::back_inserter(open),
                 [](const AcHourFinding& h) { return h.status != AcStatus::solved; });
    if (open.empty()) {
        return "";
    }
    std::vector<Cells> lines;
    for (const AcHourFinding& h :
         worst<AcHourFinding>(open, rows, [](const AcHourFinding&a, const AcHourFinding&b) {
             return a.mismatch_pu > b.mismatch_pu;
         })) {
        lines.push_back({date(system, span, h.hour),
                         h.status == AcStatus::limits_open ? "limits open" : "not converged",
                         name_of(system.buses, h.worst_bus),
                         fmt::format("{:.3g}", h.mismatch_pu * system.info.base_mva)});
    }
    return fmt::format("\nHours that are not solved\n{}",
                       text_table({"hour", "state", "bus", "mismatch MVA"}, lines));
}

std::string comparison_table(const grid::System& system, grid::Span span,
                             const std::vector<AcComparison>& compared) {
    if (compared.empty()) {
        return "";
    }
    std::vector<Cells> lines;
    lines.reserve(compared.size());
    for (const AcComparison& c : compared) {
        lines.push_back(
            {date(system, span, c.hour), c.converged ? "yes" : "no", fmt::format("{}", c.steps),
             fmt::format("{}", c.rounds), fmt::format("{:.1e}", c.largest_v_pu),
             fmt::format("{:.1e}", c.largest_angle_deg), fmt::format("{:.1e}", c.mismatch_pu)});
    }
    return fmt::format(
        "\nHours solved a second time by PETSc\n{}",
        text_table({"hour", "converged", "steps", "rounds", "dV pu", "dangle deg", "mismatch pu"},
                   lines));
}

std::vector<HourLoading> loadings(const std::vector<AcHourFinding>& hours) {
    std::vector<HourLoading> list;
    list.reserve(hours.size());
    for (const AcHourFinding& h : hours) {
        list.push_back(h.loading);
    }
    return list;
}

} // namespace

std::string slack_words(const powerflow::SlackBeyond& slack, const char* cases) {
    return slack.cases == 0
               ? ""
               : fmt::format("a slack bus lies outside the reactive limits of its machines in {} "
                             "{}, by up to {:.1f} Mvar",
                             slack.cases, cases, slack.most_mvar);
}

std::string dc_flow_summary(const grid::System& system, grid::Span span,
                            const DcFlowFinding& finding, std::size_t rows) {
    return fmt::format("DC power flow: {} h, {} limits of branches and sections not kept; the "
                       "slack takes up at most {:.3f} MW in an hour\n{}",
                       finding.hours.size(), finding.violations, finding.imbalance_mw,
                       loading_table(system, span, finding.hours, rows, "MW"));
}

std::string ac_flow_summary(const grid::System& system, grid::Span span,
                            const AcFlowFinding& finding, std::size_t rows) {
    const kernels::AcSummary& s = finding.summary;
    std::vector<AcHourFinding> solved;
    std::copy_if(finding.hours.begin(), finding.hours.end(), std::back_inserter(solved),
                 [](const AcHourFinding& h) { return h.status != AcStatus::not_converged; });
    std::string text = fmt::format(
        "AC power flow: {} h; parts of the network solved with the shared factor {}, by a "
        "Newton of their own {}, damped "
        "{}; reactive limits open {}, not converged {}\n",
        finding.hours.size(), s.by_shared_factor, s.by_own_newton, s.by_damped_newton,
        s.limits_open, s.not_converged);
    if (finding.slack.cases > 0) {
        text += slack_words(finding.slack) + "\n";
    }
    if (!solved.empty()) {
        text += loading_table(system, span, loadings(solved), rows, "MVA");
        text += fmt::format("\n{}", voltage_table(system, span, solved, rows, true));
        text += fmt::format("\n{}", voltage_table(system, span, solved, rows, false));
    }
    text += unsolved_table(system, span, finding.hours, rows);
    return text + comparison_table(system, span, finding.compared);
}

} // namespace longyang::report
