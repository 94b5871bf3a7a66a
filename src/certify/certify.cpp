#include "certify/certify.hpp"

#include "base/error.hpp"
#include "caseio/check_case.hpp"
#include "certify/general.hpp"
#include "certify/heat_plants.hpp"
#include "certify/limits_of_security.hpp"
#include "certify/options.hpp"
#include "grid/clean_spans.hpp"
#include "grid/outages.hpp"
#include "model/blocks.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "results/read.hpp"
#include "verify/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>

namespace longyang::certify {
namespace {

grid::System read_system(const Comm& comm, const Request& request, const results::Stored& stored) {
    const std::string folder =
        request.case_folder.empty() ? stored.info.folder : request.case_folder;
    const auto changes = caseio::changes_of({results::option_in_force(stored, "set")},
                                            {results::option_in_force(stored, "without")});
    grid::System system = std::move(caseio::load_case(comm, folder, changes).system);
    if (system.info.hash != stored.info.hash) {
        throw Error(Exit::file,
                    fmt::format("'{}' was made from another state of the case than '{}' has now "
                                "(hash {} and {})",
                                stored.path, folder, stored.info.hash, system.info.hash));
    }
    grid::draw_forced_outages(system, number_in_force<std::uint64_t>(stored, "outage_seed"));
    const std::string clean = results::option_in_force(stored, "all_clean");
    for (const grid::CleanSpan& span : grid::parse_clean_spans(system, clean)) {
        grid::hold_clean(system, span, stored.span);
    }
    return system;
}

/// A table of prices; numbers that are not there count as 0.
grid::HourTable prices_of(const results::Stored& stored, const std::string& path,
                          std::size_t items) {
    grid::HourTable table = results::hourly(stored, path);
    if (table.items != items || table.hours != stored.span.size()) {
        throw Error(Exit::file, fmt::format("'{}': {} has {} x {} values, the case {} items",
                                            stored.path, path, table.items, table.hours, items));
    }
    std::replace_if(
        table.values.begin(), table.values.end(), [](double x) { return !std::isfinite(x); }, 0.0);
    return table;
}

/// Prices with which lines keep their contracts go to the rows that they are of.
void add_contract_prices(const results::Stored& stored, PricedRows& rows) {
    rows.of_line.assign(rows.price.size(), 0);
    for (const results::StoredContract& period : stored.contracts) {
        if (period.price_cny_per_mwh == 0.0) {
            continue;
        }
        const auto found = std::find_if(
            rows.coupling.rows.begin(), rows.coupling.rows.end(), [&](const lp::CouplingRow& row) {
                const lp::Pattern& pattern =
                    rows.coupling.patterns[static_cast<std::size_t>(row.pattern)];
                return pattern.tag == "CT-1" && pattern.name == "contract " + period.name &&
                       row.begin == period.begin && row.end == period.end;
            });
        if (found == rows.coupling.rows.end()) {
            rows.faults.push_back(fmt::format("contract {}: no line has one over hours {} to {}",
                                              period.name, period.begin, period.end));
            continue;
        }
        const auto row = static_cast<std::size_t>(found - rows.coupling.rows.begin());
        rows.price[row] += period.price_cny_per_mwh;
        rows.of_line[row] = 1;
    }
}

/// The schedule's cost by row and its breaches, by the separate checker.
verify::Report check(const Comm& comm, const results::Stored& stored, const grid::System& system,
                     const grid::Schedule& schedule, double flow_tolerance_mw) {
    const partition::Owners owners = partition::share_out(system, 1);
    std::vector<int> branches;
    std::vector<double> flows;
    const grid::HourTable sections = results::hourly(stored, "sections/flow_mw");
    if (comm.root()) {
        flows = results::hourly(stored, "branches/flow_mw").values;
        branches.resize(system.branches.line.size());
        std::iota(branches.begin(), branches.end(), 0);
    }
    return verify::check_schedule(comm, system, owners, schedule,
                                  {branches, flows, sections.values},
                                  {.flow_tolerance_mw = flow_tolerance_mw});
}

void add(const Part& from, Part& to) {
    to.bound_cny += from.bound_cny;
    to.cost_cny += from.cost_cny;
    to.gap_cny += from.gap_cny;
    for (std::size_t m = 0; m < to.month_cny.size(); ++m) {
        to.month_cny[m] += from.month_cny[m];
    }
}

/// Cells of heat stores to begin with, fewer over longer spans; where the stored bound is not
/// confirmed, four times as many are tried, and again.
int first_heat_cells(int hours) {
    return std::clamp(400'000 / std::max(hours, 1), 64, 256);
}
constexpr int finer_heat_cells = 4, most_rounds = 3;

bool is_below(const Report& report) {
    return !(report.bound_cny >= report.stored_bound_cny -
                                     tolerance * std::max(1.0, std::abs(report.stored_bound_cny)));
}

/// Parts of all blocks on every rank, each worked out by one rank.
std::vector<Part> evaluate_all(const Comm& comm, const Blocks& blocks, std::vector<double>& given) {
    constexpr std::size_t width = 3 + 12;
    std::vector<double> values(blocks.ids().size() * width, 0.0);
    agree(comm, [&] {
        for (std::size_t k = static_cast<std::size_t>(comm.rank()); k < blocks.ids().size();
             k += static_cast<std::size_t>(comm.size())) {
            const Part part = blocks.evaluate(k, given);
            const auto at = values.begin() + static_cast<std::ptrdiff_t>(k * width);
            at[0] = part.bound_cny;
            at[1] = part.cost_cny;
            at[2] = part.gap_cny;
            std::copy(part.month_cny.begin(), part.month_cny.end(), at + 3);
        }
    });
    sum_in_order(comm, values);
    sum_in_order(comm, given);
    std::vector<Part> parts(blocks.ids().size());
    for (std::size_t k = 0; k < parts.size(); ++k) {
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(k * width);
        parts[k] = {at[0], at[1], at[2], {}};
        std::copy(at + 3, at + 15, parts[k].month_cny.begin());
    }
    return parts;
}

/// All parts at the rows' prices, but for those of heat that has none since plants count together.
struct Evaluation {
    Evaluation(const model::Context& context_, const PricedRows& rows_, const InnerPrices& inner_,
               const grid::Schedule* schedule_, const verify::Costs* costs_)
        : context(context_), rows(rows_), inner(inner_), schedule(schedule_), costs(costs_),
          channel_price(prices_of_channels(rows)), prices{channel_price, context.span.size()} {}
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    /// cells: of heat stores, in joint bounds.
    void work(const Comm& comm, int cells);

    const model::Context& context;
    PricedRows rows;
    const InnerPrices& inner;
    const grid::Schedule* schedule;
    const verify::Costs* costs;
    std::vector<double> channel_price; ///< channels x hours
    Prices prices;
    std::vector<JointBound> joint;
    std::optional<Blocks> blocks;
    std::vector<Part> parts;   ///< per block
    std::vector<double> given; ///< by the schedule, channels x hours
};

void Evaluation::work(const Comm& comm, int cells) {
    joint = joint_bounds(comm, context, rows, prices, inner.storage_cny_per_mwh, cells);
    leave_out_heat(context, joint, rows);
    channel_price = prices_of_channels(rows);
    prices.value = channel_price;
    blocks.emplace(context, rows, prices, inner, joint, schedule, costs);
    given.assign(channel_price.size(), 0.0);
    parts = evaluate_all(comm, *blocks, given);
}

/// What the schedule breaks rows by that may be broken at a price, CNY.
double broken_cny(const lp::Coupling& coupling, const std::vector<double>& given) {
    double cny = 0.0;
    for (const lp::CouplingRow& row : coupling.rows) {
        if (!row.must_hold()) {
            const double sum = sum_of_row(coupling, row, given);
            cny += row.breach_cny * std::max({0.0, row.lower - sum, sum - row.upper});
        }
    }
    return cny;
}

/// Adds to the part of a name, which is put behind the others where it is new.
void add_to(const std::string& name, const Part& part, Report& report) {
    auto found = std::find_if(report.parts.begin(), report.parts.end(),
                              [&](const auto& known) { return known.first == name; });
    if (found == report.parts.end()) {
        found = report.parts.insert(found, {name, {}});
    }
    add(part, found->second);
}

/// By kind, in the order of the blocks; then the rows by family.
void add_up(const Blocks& blocks, const std::vector<Part>& parts, const std::vector<double>& given,
            Report& report) {
    for (std::size_t k = 0; k < parts.size(); ++k) {
        add_to(blocks.kind(k), parts[k], report);
    }
    for (const auto& [name, part] : blocks.rows(given)) {
        add_to(name, part, report);
    }
    long double bound = 0.0L; // large parts cancel
    for (const auto& [name, part] : report.parts) {
        bound += part.bound_cny;
    }
    report.bound_cny = static_cast<double>(bound);
}

/// The blocks with the largest parts of the gap, at most `most` of them.
std::vector<std::pair<std::string, Part>> largest_gaps(const grid::System& system,
                                                       const Blocks& blocks,
                                                       const std::vector<Part>& parts, int most) {
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return parts[a].gap_cny > parts[b].gap_cny;
    });
    order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
    std::vector<std::pair<std::string, Part>> largest;
    largest.reserve(order.size());
    for (const std::size_t k : order) {
        largest.emplace_back(model::block_name(system, blocks.ids()[k]), parts[k]);
    }
    return largest;
}

/// The kinds whose stored parts lie above those found here, in words; empty where none are stored.
std::string kinds_above(const Report& report) {
    std::string words;
    for (const auto& [name, stored] : report.stored_parts_cny) {
        const double above = stored - report.bound_of(name);
        if (above > tolerance * std::abs(report.stored_bound_cny)) {
            words += fmt::format("{}{} by {:.6g} CNY", words.empty() ? "; too high: " : ", ", name,
                                 above);
        }
    }
    return words;
}

/// Cost and gap of the stored schedule against what the file says; what is no number is not so.
void judge_schedule(Report& report) {
    const double size = std::max({1.0, std::abs(report.cost_cny), std::abs(report.bound_cny)});
    // A stored cost or gap that is too high misleads nobody.
    if (!(report.tables_cost_cny <= report.stored_cost_cny + tolerance * size)) {
        report.faults.push_back(
            fmt::format("the stored cost is {:.10g} CNY, that of the stored schedule {:.10g} CNY",
                        report.stored_cost_cny, report.tables_cost_cny));
    }
    if (!(report.gap <= report.stored_gap + 2.0 * tolerance)) {
        report.faults.push_back(
            fmt::format("the stored gap is {:.6g}, that of cost and bound {:.6g}",
                        report.stored_gap, report.gap));
    }
    if (!(report.broken_limits_cny <= report.stored_broken_limits_cny + tolerance * size)) {
        report.faults.push_back(
            fmt::format("what the schedule breaks limits of security by counts {:.10g} CNY, by the "
                        "file {:.10g} CNY",
                        report.broken_limits_cny, report.stored_broken_limits_cny));
    }
    if (report.breaches > 0) {
        report.faults.push_back(fmt::format(
            "the separate checker finds {}",
            report.breaches == 1 ? "1 breach" : fmt::format("{} breaches", report.breaches)));
    } else if (!(report.bound_cny <= report.bounded_cny() + tolerance * size)) {
        report.faults.push_back(fmt::format("the bound found here, {:.10g} CNY, lies above the "
                                            "cost of a schedule without breaches, {:.10g} CNY",
                                            report.bound_cny, report.bounded_cny()));
    }
}

void judge(Report& report) {
    const double size = std::max(1.0, std::abs(report.stored_bound_cny));
    if (is_below(report)) {
        report.faults.push_back(fmt::format(
            "the stored bound, {:.10g} CNY, lies {:.6g} CNY ({:.3g} of it) above what its prices "
            "give, {:.10g} CNY{}",
            report.stored_bound_cny, report.stored_bound_cny - report.bound_cny,
            (report.stored_bound_cny - report.bound_cny) / size, report.bound_cny,
            kinds_above(report)));
    }
    if (report.scheduled) {
        judge_schedule(report);
    } else if (std::isfinite(report.stored_gap)) {
        report.faults.push_back(
            fmt::format("the file tells a gap, {:.6g}, and holds no schedule", report.stored_gap));
    }
    for (const GeneralCheck& check : report.general) {
        if (check.refuted) {
            report.faults.push_back(fmt::format("{}: HiGHS has a plan at {:.10g} CNY, below the "
                                                "bound found here, {:.10g}",
                                                check.block, check.plan_cny, check.bound_cny));
        }
    }
}

} // namespace

double Report::bound_of(std::string_view name) const {
    double found = 0.0;
    for (const auto& [kind, part] : parts) {
        found +=
            kind == name || (name == "rows" && kind.starts_with("rows ")) ? part.bound_cny : 0.0;
    }
    return found;
}

Report certify(const Comm& comm, const Request& request) {
    const auto begin = std::chrono::steady_clock::now();
    const results::Stored stored = results::read_results(request.results);
    const results::RowPrices prices = results::read_row_prices(stored);
    if (prices.pattern.empty()) {
        throw Error(Exit::usage, fmt::format("'{}' holds no prices of rows: only a run with "
                                             "--engine prices can be certified",
                                             request.results));
    }
    if (!std::isfinite(stored.certificate.bound_cny)) {
        throw Error(Exit::usage, fmt::format("'{}' holds no bound: its run ended before there was "
                                             "a schedule; go on with --restart",
                                             request.results));
    }
    const grid::System system = read_system(comm, request, stored);
    const model::Context context(system, stored.span, is_secured(stored));

    Report report;
    report.case_name = system.info.name;
    report.start = stored.start;
    report.hours = stored.span.hours;
    report.stored_bound_cny = stored.certificate.bound_cny;
    report.stored_cost_cny = stored.certificate.cost_cny;
    report.stored_gap = stored.certificate.gap;
    report.stored_broken_limits_cny = stored.certificate.broken_limits_cny;
    report.stored_parts_cny = stored.bound_parts_cny;

    std::optional<grid::Schedule> schedule;
    const grid::HourTable branch_flow = results::hourly(stored, "branches/flow_mw");
    if (branch_flow.items != system.branches.line.size() ||
        branch_flow.hours != stored.span.size()) {
        throw Error(Exit::file,
                    fmt::format("'{}': branches/flow_mw has {} x {} values, expected {} branches "
                                "and {} hours",
                                request.results, branch_flow.items, branch_flow.hours,
                                system.branches.line.size(), stored.span.size()));
    }
    const auto is_there = [](double mw) { return std::isfinite(mw); };
    report.scheduled = is_there(report.stored_cost_cny) ||
                       std::any_of(branch_flow.values.begin(), branch_flow.values.end(), is_there);
    std::optional<StoredSchedule> of_rows;
    if (report.scheduled) {
        if (!std::all_of(branch_flow.values.begin(), branch_flow.values.end(), is_there)) {
            throw Error(Exit::file,
                        fmt::format("'{}': branches/flow_mw lacks numbers", request.results));
        }
        schedule = results::read_schedule(stored, system);
        of_rows.emplace(StoredSchedule{*schedule, branch_flow});
    }
    PricedRows rows = priced_rows(comm, context, prices, of_rows ? &*of_rows : nullptr,
                                  number_in_force<double>(stored, "security_cny_per_mwh"));
    add_contract_prices(stored, rows);
    report.faults = rows.faults;
    report.security_rows = rows.of_schedule;
    const InnerPrices inner{
        prices_of(stored, "storages/value_cny_per_mwh", system.storages.line.size()),
        prices_of(stored, "flexible_loads/value_cny_per_mwh", system.flexible_loads.line.size()),
        prices_of(stored, "reservoirs/value_cny_per_hm3", system.reservoirs.line.size()),
        prices_of(stored, "hydro/head_price_cny_per_hm3", system.hydro.line.size())};

    verify::Report checked;
    if (report.scheduled) {
        report.flow_tolerance_mw = number_in_force<double>(stored, "flow_tolerance_mw");
        checked = check(comm, stored, system, *schedule, report.flow_tolerance_mw);
        report.tables_cost_cny = checked.cost_cny;
        report.cost_cny = is_there(report.stored_cost_cny)
                              ? std::max(report.stored_cost_cny, checked.cost_cny)
                              : checked.cost_cny;
        report.breaches = checked.found;
        if (is_secured(stored)) {
            look_at_security(comm, stored, system, *schedule, report);
        }
    }
    const bool heat = !grid::heat_plants(system).empty();
    std::optional<Evaluation> found;
    int cells = first_heat_cells(context.span.hours);
    for (int round = 0; round < most_rounds; ++round, cells *= finer_heat_cells) {
        found.emplace(context, rows, inner, schedule ? &*schedule : nullptr,
                      schedule ? &checked.costs : nullptr);
        found->work(comm, cells);
        report.parts.clear();
        add_up(*found->blocks, found->parts, found->given, report);
        if (const double apart_cny = report.cost_cny - report.tables_cost_cny; apart_cny > 0.0) {
            add_to("units apart", {0.0, apart_cny, apart_cny, {}}, report);
        }
        if (schedule) {
            report.broken_limits_cny = broken_cny(found->rows.coupling, found->given);
        }
        if (const double cny = report.broken_limits_cny; cny > 0.0) {
            add_to("limits broken", {0.0, cny, cny, {}}, report);
        }
        if (!heat || !is_below(report)) {
            break;
        }
    }
    const std::vector<Part>& parts = found->parts;
    report.gap =
        (report.bounded_cny() - report.bound_cny) / std::max(1.0, std::abs(report.bounded_cny()));
    if (report.scheduled) {
        report.largest = largest_gaps(system, *found->blocks, parts, request.largest);
    }
    if (schedule && is_secured(stored)) {
        look_at_outages(
            comm, stored, system, *schedule,
            model::bus_injections_mw(context.channels, stored.span.size(), found->given), report);
    }
    if (request.general > 0) {
        std::vector<double> bounds;
        bounds.reserve(parts.size());
        for (const Part& part : parts) {
            bounds.push_back(part.bound_cny);
        }
        report.general =
            general_checks(comm, context, *found->blocks, found->prices, bounds, request.general);
    }
    judge(report);
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return report;
}

} // namespace longyang::certify
