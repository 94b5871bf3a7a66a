#include "run/record.hpp"

#include "base/version.hpp"
#include "grid/calendar.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "model/reserves.hpp"
#include "run/memory.hpp"
#include "run/record_emission_caps.hpp"
#include "run/record_targets.hpp"
#include "solve/highs/engine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace longyang::run {
namespace {

std::string utc(std::chrono::system_clock::time_point time) {
    return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

/// Rows [first, first + count) of channel prices.
grid::HourTable price_rows(const std::vector<double>& prices, std::size_t first, std::size_t count,
                           std::size_t hours) {
    grid::HourTable table(count, hours);
    std::copy_n(prices.begin() + static_cast<std::ptrdiff_t>(first * hours), count * hours,
                table.values.begin());
    return table;
}

std::vector<results::ActiveLimit> active_limits(const std::vector<Limit>& entered,
                                                const std::vector<double>& dual) {
    std::vector<results::ActiveLimit> limits;
    for (const Limit& limit : entered) {
        const double price = dual.empty() ? 0.0 : dual[limit.row];
        // A cost that falls when the upper limit rises: a negative dual; the other way round below.
        const int side = price > 0.0 ? -1 : 1;
        limits.push_back(
            {limit.kind == powerflow::LimitViolation::Kind::branch ? "branch" : "section",
             limit.item, limit.hour, side, side > 0 ? limit.upper_mw : limit.lower_mw,
             std::abs(price)});
    }
    return limits;
}

/// The energy of contracts whose carrier is a section is known only from the flows.
void section_contract_energy(const grid::System& system, const grid::HourTable& section_flow_mw,
                             bool root, grid::Schedule& schedule) {
    for (std::size_t k = 0; k < schedule.contract_of_period.size(); ++k) {
        const auto c = static_cast<std::size_t>(schedule.contract_of_period[k]);
        if (system.contracts.kind[c] != "section" || !root) {
            continue; // rank 0 owns a section's contract
        }
        const auto section = std::find(system.sections.name.begin(), system.sections.name.end(),
                                       system.contracts.of[c]) -
                             system.sections.name.begin();
        const auto flow = section_flow_mw.row(static_cast<std::size_t>(section));
        double energy = 0.0;
        for (int t = schedule.contract_begin[k]; t < schedule.contract_end[k]; ++t) {
            energy += flow[static_cast<std::size_t>(t)];
        }
        schedule.contract_energy_mwh[k] = energy;
    }
}

/// Prices of the contracts' rows (CT-1, CT-2), per contract and period of the schedule.
std::vector<double> contract_prices(const model::Context& context, const lp::Coupling& coupling,
                                    const std::vector<double>& dual) {
    const std::vector<model::ContractPeriod> periods =
        model::contract_periods(context.system, context.span);
    std::vector<double> prices(periods.size(), 0.0);
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        for (std::size_t k = 0; pattern.tag.starts_with("CT-") && k < periods.size(); ++k) {
            const auto contract = static_cast<std::size_t>(periods[k].contract);
            if (periods[k].begin == row.begin && periods[k].end == row.end &&
                pattern.name == "contract " + context.system.contracts.name[contract]) {
                prices[k] = dual[r];
            }
        }
    }
    return prices;
}

/// Minus the duals of NW-4: what is taken off the bus's price, connections x hours.
grid::HourTable connection_prices(const model::Context& context, const lp::Coupling& coupling,
                                  const std::vector<double>& dual) {
    const grid::Names& names = context.system.connections.name;
    grid::HourTable prices(names.size(), context.span.size());
    std::vector<std::ptrdiff_t> connection(coupling.patterns.size(), -1);
    for (std::size_t p = 0; p < connection.size(); ++p) {
        const lp::Pattern& pattern = coupling.patterns[p];
        for (std::size_t k = 0; pattern.tag == "NW-4" && k < names.size(); ++k) {
            if (pattern.name == "connection " + names[k]) {
                connection[p] = static_cast<std::ptrdiff_t>(k);
            }
        }
    }
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        if (const auto k = connection[static_cast<std::size_t>(row.pattern)]; k >= 0) {
            prices.row(static_cast<std::size_t>(k))[static_cast<std::size_t>(row.begin)] =
                0.0 - dual[r];
        }
    }
    return prices;
}

} // namespace

results::Content record(const Comm& comm, const model::Context& context,
                        const lp::Coupling& coupling, const std::vector<Limit>& limits,
                        const Answer* answer, const GridFactors& grid,
                        const powerflow::FlowCheck* flows) {
    const grid::System& system = context.system;
    const std::size_t hours = context.span.size();
    const std::size_t buses = system.buses.line.size();
    const std::size_t reserves = system.reserves.line.size();
    results::Content content;
    content.span = context.span;
    std::vector<double> dual;
    if (answer == nullptr) {
        // Tables without a shape and no figures: the file says that the run did not get there.
        content.schedule.span = context.span;
        constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
        content.certificate.cost_cny = content.certificate.bound_cny = content.certificate.gap =
            content.certificate.checked_cost_cny = unknown;
    } else {
        content.schedule = answer->schedule;
        content.bus_injection_mw = grid::HourTable(buses, hours);
        content.bus_injection_mw.values = answer->own_injection_mw;
        // A rank's plants may feed buses of others: the owner of the bus gets the sum.
        sum_in_order(comm, content.bus_injection_mw.values);
        content.cost_parts_cny = answer->cost_parts_cny;
        content.columns = answer->columns;
        dual = answer->row_dual;
    }
    if (!dual.empty()) {
        dual.resize(coupling.rows.size(), 0.0); // limits that entered since have no price
        const std::vector<double> prices = lp::channel_prices(coupling, dual);
        content.bus_price_cny_per_mwh = price_rows(
            prices, static_cast<std::size_t>(context.channels.injection(0)), buses, hours);
        content.reserve_price_cny_per_mw = price_rows(
            prices, static_cast<std::size_t>(context.channels.reserve(0)), reserves, hours);
        content.contract_price_cny_per_mwh = contract_prices(context, coupling, dual);
        content.connection_price_cny_per_mwh = connection_prices(context, coupling, dual);
        if (context.channels.security) {
            content.thermal_running_value_cny =
                price_rows(prices, static_cast<std::size_t>(context.channels.running(0)),
                           system.thermal.line.size(), hours);
        }
    }
    if (answer != nullptr) {
        content.targets = record_targets(comm, context, content.schedule, coupling, dual);
        content.emission_caps =
            record_emission_caps(comm, context, content.schedule, coupling, dual);
    }
    content.limits = active_limits(limits, dual);
    if (flows != nullptr) {
        content.branch_flow_mw = grid::HourTable(system.branches.line.size(), hours);
        content.section_flow_mw = grid::HourTable(system.sections.line.size(), hours);
        for (std::size_t k = 0; k < grid.branches().size(); ++k) {
            std::copy_n(
                flows->branch_mw.begin() + static_cast<std::ptrdiff_t>(k * hours), hours,
                content.branch_flow_mw.row(static_cast<std::size_t>(grid.branches()[k])).begin());
        }
        content.section_flow_mw.values = flows->section_mw;
        section_contract_energy(system, content.section_flow_mw, comm.root(), content.schedule);
    }
    content.reserve_requirement_mw = model::reserve_requirements_mw(system, context.span);
    return content;
}

void record_report(const verify::Report& report, results::Content& content) {
    content.certificate.checked_cost_cny = report.cost_cny;
    content.certificate.worst_deviation = report.worst;
    content.certificate.checks = report.checks;
    content.certificate.breaches = report.found;
    for (const verify::Breach& b : report.breaches) {
        content.breaches.push_back(fmt::format("{}: {}, hour {}: {:.8g} {}, limit {:.8g} (off by "
                                               "{:.2g} relative)",
                                               b.rule, b.item, b.hour, b.found, b.unit, b.limit,
                                               b.relative));
    }
}

void record_end(const Comm& comm, const Request& request,
                const std::vector<std::pair<std::string, std::string>>& options, Outcome& outcome,
                const Journal& journal) {
    results::Content& content = outcome.content;
    results::Header& header = content.header;
    const Exit end = outcome.end;
    header.status = end == Exit::numerical || end == Exit::infeasible ? "faulty"
                    : end == Exit::limit || end == Exit::checkpoint   ? "stopped"
                    : outcome.relaxed                                 ? "relaxed"
                                                                      : "complete";
    header.status_words = outcome.end_words;
    header.program_version = base::version;
    header.git_hash = base::git_hash;
    header.command_line = request.command_line;
    header.options = options;
    header.libraries = {{"kernels", kernels::describe_backend()},
                        {"linear algebra", linalg::describe_petsc()},
                        {"engine", solve::highs::describe()}};
    header.ranks = comm.size();
    const auto now = std::chrono::system_clock::now();
    header.ended = utc(now);
    header.started = utc(now - std::chrono::seconds(std::lround(journal.seconds())));
    content.stages = journal.stages();
    content.forecast.seconds_used = journal.seconds();
    content.forecast.memory_used_mb = broadcast(comm, memory_used_mb());
}

} // namespace longyang::run
