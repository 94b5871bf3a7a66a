#include "against_highs.hpp"

#include "base/error.hpp"
#include "grid/expand_units.hpp"
#include "hold_schedule.hpp"
#include "lp/flat.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"
#include "powerflow/limits.hpp"
#include "run/by_prices.hpp"
#include "run/conflict.hpp"
#include "run/grid_factors.hpp"
#include "run/limit_rows.hpp"
#include "solve/highs/engine.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace longyang::testing {
namespace {

namespace highs = solve::highs;

/// A span of a system, put together once for both.
struct Same {
    const Comm& comm;
    const grid::System& system;
    model::Context context;
    partition::Owners owners;
    run::GridFactors grid;

    Same(const Comm& comm_, const grid::System& system_, grid::Span span)
        : comm(comm_), system(system_), context(system_, span),
          owners(partition::share_out(system_, 1)),
          grid(run::factorise(comm_, system_, owners, span)) {}
};

run::Outcome run_engine(const Same& same, const Effort& effort, Engine& found) {
    run::Study study;
    study.options = run::resolve_options(
        std::vector<run::GivenOption>{{"engine", "prices", "test"},
                                      {"iterations", fmt::format("{}", effort.iterations), "test"},
                                      {"passes", fmt::format("{}", effort.passes), "test"},
                                      {"gap", fmt::format("{}", effort.engine_gap), "test"}},
        study.in_force);
    study.system = same.system;
    study.span = same.context.span;
    study.options.hours = study.span.hours;
    run::Journal journal(same.comm);
    const auto begin = std::chrono::steady_clock::now();
    run::Outcome outcome =
        run::solve_by_prices(same.comm, study, same.context, same.owners, same.grid,
                             run::Deadline(0.0, 0.0), journal, [](const run::Outcome&) {});
    found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    found.has_schedule = outcome.flows.has_value();
    found.bound_cny = outcome.content.certificate.bound_cny;
    found.cost_cny = outcome.content.certificate.cost_cny;
    for (const auto& [name, cny] : outcome.content.cost_parts_cny) {
        found.gross_cny += std::abs(cny);
    }
    found.broken_flows =
        found.has_schedule ? static_cast<int>(outcome.flows->violations.size()) : 0;
    return outcome;
}

/// The whole programme with the limits of the network that have entered.
class Programme {
public:
    explicit Programme(const Same& same)
        : same_(same), ids_(model::list_blocks(same.system)), blocks_(ids_.size()),
          coupling_(model::make_coupling(same.context)), limits_(same.comm, same.context) {
        for (std::size_t k = 0; k < ids_.size(); ++k) {
            model::build_block(same.context, ids_[k], blocks_[k]);
        }
        limits_.add_section_contracts(same.grid, coupling_);
    }

    /// Limits that a run has found.
    void take(const std::vector<results::ActiveLimit>& limits) {
        std::vector<powerflow::LimitViolation> wanted;
        for (const results::ActiveLimit& limit : limits) {
            powerflow::LimitViolation one;
            one.kind = limit.kind == "branch" ? powerflow::LimitViolation::Kind::branch
                                              : powerflow::LimitViolation::Kind::section;
            one.item = limit.item;
            one.hour = limit.hour;
            wanted.push_back(one);
        }
        static_cast<void>(limits_.add(same_.grid, wanted, coupling_));
    }
    [[nodiscard]] highs::Outcome relaxed(const highs::Settings& settings) {
        return with_limits(blocks_, [&](highs::Engine& engine, const std::vector<double>&) {
            return engine.solve_relaxed(settings);
        });
    }
    [[nodiscard]] highs::Outcome integer(const highs::Settings& settings,
                                         std::vector<double> start) {
        return with_limits(
            blocks_,
            [&](highs::Engine& engine, const std::vector<double>& from) {
                return engine.solve_integer(settings, from);
            },
            std::move(start));
    }
    /// With all that a schedule says held; in words what cannot be.
    [[nodiscard]] highs::Outcome held(const grid::Schedule& schedule, double share,
                                      const highs::Settings& settings,
                                      std::vector<std::string>& faults) {
        const std::vector<lp::Block> blocks = held_blocks(schedule, share, faults);
        return with_limits(blocks, [&](highs::Engine& engine, const std::vector<double>&) {
            highs::Outcome outcome = engine.solve_integer(settings, {});
            // Between limits this narrow its presolve may leave dear segments in place of cheap
            // ones (1.15.1, seeds 24 and 97): the linear programme with its whole decisions counts.
            if (outcome.has_point) {
                outcome = engine.solve_fixed(settings, outcome.point.column);
            } else if (const std::vector<double> whole = whole_decisions(schedule, share, settings);
                       !whole.empty()) {
                outcome = engine.solve_fixed(settings, whole);
            }
            if (outcome.status == highs::Status::infeasible) {
                outcome.words += "; " + run::describe_conflict(same_.context, blocks, coupling_,
                                                               lp::flatten(blocks, coupling_),
                                                               engine.find_conflict(30.0));
            }
            return outcome;
        });
    }

private:
    [[nodiscard]] std::vector<lp::Block> held_blocks(const grid::Schedule& schedule, double share,
                                                     std::vector<std::string>& faults) const {
        std::vector<lp::Block> blocks = blocks_;
        for (std::size_t k = 0; k < ids_.size(); ++k) {
            for (std::string& fault :
                 hold_schedule(same_.context, ids_[k], schedule, share, blocks[k])) {
                faults.push_back("the schedule: " + std::move(fault));
            }
        }
        return blocks;
    }
    /// Columns of a point that is held within wider limits, of which the whole ones are asked for:
    /// the search for them may lose them between narrow limits (1.15.1, seed 19).
    [[nodiscard]] std::vector<double> whole_decisions(const grid::Schedule& schedule, double share,
                                                      const highs::Settings& settings) const {
        constexpr double wider = 100.0;
        std::vector<std::string> faults;
        const std::vector<lp::Block> blocks = held_blocks(schedule, wider * share, faults);
        const highs::Outcome outcome =
            highs::Engine(lp::flatten(blocks, coupling_)).solve_integer(settings, {});
        return outcome.has_point ? outcome.point.column : std::vector<double>{};
    }

    /// Solves, lets the limits enter that the answer breaks, and solves again until there are none.
    template <class Solve>
    highs::Outcome with_limits(const std::vector<lp::Block>& blocks, const Solve& solve,
                               std::vector<double> start = {}) {
        const lp::FlatProgramme flat = lp::flatten(blocks, coupling_);
        highs::Engine engine(flat);
        for (;;) {
            highs::Outcome outcome = solve(engine, start);
            if (!outcome.has_point) {
                return outcome;
            }
            const powerflow::FlowCheck flows =
                run::check_flows(same_.comm, same_.grid, same_.system, same_.context.span.size(),
                                 injection_mw(blocks, flat, outcome.point.column), {1e-3, 0});
            const std::size_t first = coupling_.rows.size();
            if (limits_.add(same_.grid, flows.violations, coupling_) == 0) {
                return outcome;
            }
            engine.add_rows(lp::flatten_rows(blocks, coupling_, first, coupling_.rows.size()));
            start.clear();
        }
    }
    [[nodiscard]] std::vector<double> injection_mw(const std::vector<lp::Block>& blocks,
                                                   const lp::FlatProgramme& flat,
                                                   const std::vector<double>& column) const {
        const std::size_t hours = same_.context.span.size();
        const int buses = same_.context.channels.buses;
        std::vector<double> injection(static_cast<std::size_t>(buses) * hours, 0.0);
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            for (const lp::Port& port : blocks[b].ports) {
                if (port.channel < buses) {
                    injection[static_cast<std::size_t>(port.channel) * hours +
                              static_cast<std::size_t>(port.hour)] +=
                        port.value * (port.column < 0 ? 1.0
                                                      : column[static_cast<std::size_t>(
                                                            flat.first_column[b] + port.column)]);
                }
            }
        }
        return injection;
    }

    const Same& same_;
    std::vector<model::BlockId> ids_;
    std::vector<lp::Block> blocks_;
    lp::Coupling coupling_;
    run::LimitRows limits_;
};

/// What must hold of a run of the engine, whatever HiGHS has proven.
void judge(const Comparison& found, const Engine& engine, const std::string& which,
           std::vector<std::string>& faults) {
    const double room_cny = 1e-6 * std::max(engine.gross_cny, 1.0);
    if (found.has_schedule && engine.bound_cny > found.highs_cost_cny + room_cny) {
        faults.push_back(fmt::format("{}: bound {:.10g} above HiGHS's best cost {:.10g}", which,
                                     engine.bound_cny, found.highs_cost_cny));
    }
    if (engine.has_schedule && found.highs_bound_cny > engine.cost_cny + room_cny) {
        faults.push_back(fmt::format("{}: HiGHS's bound {:.10g} above the cost {:.10g}", which,
                                     found.highs_bound_cny, engine.cost_cny));
    }
    if (engine.has_schedule && engine.bound_cny > engine.cost_cny + room_cny) {
        faults.push_back(fmt::format("{}: bound {:.10g} above the own cost {:.10g}", which,
                                     engine.bound_cny, engine.cost_cny));
    }
    if (engine.broken_flows > 0) {
        faults.push_back(
            fmt::format("{}: {} limits of the network broken", which, engine.broken_flows));
    }
}

/// The schedule of single units in HiGHS's programme.
highs::Outcome hold(Programme& programme, const grid::Schedule& schedule, const Effort& effort,
                    Comparison& found) {
    highs::Settings settings;
    settings.gap = 1e-9;
    settings.time_limit_s = effort.highs_limit_s;
    highs::Outcome held;
    std::vector<std::string> faults;
    for (const double share : effort.held_shares) {
        faults.clear();
        held = programme.held(schedule, share, settings, faults);
        found.held_share = share;
        if (held.has_point && faults.empty()) {
            break;
        }
    }
    found.faults.insert(found.faults.end(), faults.begin(), faults.end());
    found.held = held.has_point;
    found.held_cost_cny = held.cost;
    if (!held.has_point) {
        found.faults.push_back("the schedule is not feasible in HiGHS's programme: " + held.words);
    } else if (std::abs(held.cost - found.units.cost_cny) >
               1e-6 * std::max(found.units.gross_cny, 1.0)) {
        found.faults.push_back(fmt::format("the schedule costs {:.10g} by the engine, {:.10g} in "
                                           "HiGHS's programme",
                                           found.units.cost_cny, held.cost));
    }
    return held;
}

} // namespace

Comparison compare_with_highs(const Comm& comm, const grid::System& system, grid::Span span,
                              const Effort& effort) {
    const grid::System single = grid::expand_units(system, span.begin);
    const Same same(comm, single, span);
    Comparison found;
    Programme programme(same);
    run::Outcome outcome;
    std::string engine_words = "the engine found no schedule";
    try {
        outcome = run_engine(same, effort, found.units);
        programme.take(outcome.content.limits);
    } catch (const Error& error) {
        engine_words += std::string(": ") + error.what(); // right where HiGHS finds none either
    }
    const auto begin = std::chrono::steady_clock::now();
    const highs::Outcome relaxed = programme.relaxed({});
    if (!relaxed.has_point) {
        throw Error(Exit::infeasible, "HiGHS: " + relaxed.words);
    }
    found.relaxed_cny = relaxed.cost;
    found.highs_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    highs::Outcome held;
    if (found.units.has_schedule) {
        held = hold(programme, outcome.content.schedule, effort, found);
    } else {
        found.faults.push_back(engine_words);
    }

    highs::Settings settings;
    settings.gap = effort.highs_gap;
    settings.time_limit_s = effort.highs_limit_s;
    const highs::Outcome best =
        programme.integer(settings, effort.start_highs ? held.point.column : std::vector<double>{});
    found.highs_s += best.seconds;
    found.has_schedule = best.has_point;
    found.proven = best.status == highs::Status::optimal;
    found.highs_cost_cny = best.cost;
    found.highs_bound_cny = std::max(best.bound, relaxed.bound);
    if (best.status == highs::Status::infeasible) {
        if (found.units.has_schedule) {
            found.faults.emplace_back("HiGHS finds no schedule with whole units, the engine did");
        } else {
            throw Error(Exit::infeasible, best.words);
        }
    }
    judge(found, found.units, "single units", found.faults);
    if (effort.clusters_too) {
        const Same as_it_is(comm, system, span);
        (void)run_engine(as_it_is, effort, found.clusters);
        judge(found, found.clusters, "clusters", found.faults);
    }
    return found;
}

} // namespace longyang::testing
