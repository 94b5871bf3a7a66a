#include "run/by_programme.hpp"

#include "powerflow/limits.hpp"
#include "run/forecast.hpp"
#include "run/programme.hpp"
#include "run/programme_search.hpp"
#include "run/record.hpp"
#include "run/restart.hpp"
#include "run/stop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace longyang::run {
namespace {

using solve::highs::Status;

/// From so many columns on, more than two days of the northwest, a relaxed run chooses the interior
/// point method (measured in docs/decisions.md).
constexpr long long interior_from_columns = 150000;

solve::highs::Method method_of(const Study& study, const lp::Size& size) {
    const std::string& asked = study.options.relaxed_by;
    const bool large = study.options.relax && size.columns > interior_from_columns;
    return asked == "interior" || (asked == "choose" && large) ? solve::highs::Method::interior
                                                               : solve::highs::Method::simplex;
}

solve::highs::Settings engine_settings(const Study& study, solve::highs::Method method,
                                       const Deadline& deadline, Journal& journal) {
    solve::highs::Settings settings;
    settings.method = method;
    settings.gap = study.options.gap;
    settings.threads = study.options.threads;
    settings.time_limit_s = deadline.limited() ? std::max(deadline.left_s(), 0.1) : 0.0;
    settings.stop = [] { return StopSignals::asked(); };
    settings.progress = [&journal, &deadline](double cost, double bound, double seconds) {
        std::string words = "no schedule yet";
        if (std::isfinite(cost)) {
            words = fmt::format("cost {:.6g} CNY", cost);
        }
        if (std::isfinite(cost) && std::isfinite(bound)) {
            words += fmt::format(", gap {:.3f} %",
                                 100.0 * (cost - bound) / std::max(std::abs(cost), 1.0));
        } else {
            words +=
                std::isfinite(bound) ? fmt::format(", bound {:.6g} CNY", bound) : ", no bound yet";
        }
        journal.progress(fmt::format("{}, {:.0f} s", words, seconds),
                         deadline.limited() ? std::max(deadline.left_s(), 0.0) : -1.0);
    };
    return settings;
}

/// Notes why the search ends early, on all ranks alike; false where it goes on.
bool stopped(const Comm& comm, const Deadline& deadline, ProgrammeSearch& search) {
    const bool signal = sum(comm, StopSignals::asked() ? 1LL : 0LL) > 0;
    const bool late = max(comm, deadline.passed() ? 1.0 : 0.0) > 0.0;
    if (signal) {
        search.end = Exit::checkpoint;
        search.end_words = "stopped by a signal";
    } else if (late) {
        search.end = Exit::limit;
        search.end_words = "stopped by the time limit";
    }
    return signal || late;
}

powerflow::FlowCheck check_flows(const Comm& comm, const Study& study, const GridFactors& grid,
                                 const Programme& programme, const Programme::Solution& solution) {
    return run::check_flows(
        comm, grid, study.system, study.span.size(), programme.own_injection_mw(solution),
        {study.options.flow_tolerance_mw, static_cast<std::size_t>(study.options.limits_per_hour)});
}

/// Solves, looks at all flows, lets violated limits enter, and solves again until none is left (or
/// time or rounds are up). The search gets the best solution, as `is_beaten_by` has it.
/// start: for an integer solve a good point or nothing; for a fixed one the whole values to hold.
void solve_with_limits(const Comm& comm, const Study& study, const GridFactors& grid,
                       Programme& programme, Programme::How how, std::vector<double> start,
                       const Deadline& deadline, Journal& journal, ProgrammeSearch& search) {
    const bool integer = how == Programme::How::integer;
    const std::string stage = how == Programme::How::relaxed ? "price"
                              : integer                      ? "commit"
                                                             : "dispatch";
    for (int round = 1;; ++round) {
        auto solution = journal.stage(stage, [&] {
            return programme.solve(how, engine_settings(study, search.method, deadline, journal),
                                   start);
        });
        if (solution.status == Status::infeasible && how == Programme::How::relaxed) {
            throw Error(Exit::infeasible,
                        "there is no schedule: " + programme.conflict_words(60.0));
        }
        if (solution.status == Status::infeasible && integer) {
            throw Error(Exit::infeasible,
                        "there is no schedule with whole units, though one with fractions");
        }
        if (solution.status == Status::failed) {
            throw Error(Exit::numerical, "HiGHS failed: " + solution.words);
        }
        const bool stop = stopped(comm, deadline, search);
        if (solution.status == Status::limit && !stop) {
            search.end = Exit::limit;
            search.end_words = "stopped by the time limit";
        }
        if (integer && std::isfinite(solution.bound)) {
            search.integer_bound_cny = std::max(search.integer_bound_cny, solution.bound);
        }
        if (!solution.has_point) {
            return;
        }
        const bool relaxed = how == Programme::How::relaxed;
        const lp::Optimality optimality = programme.optimality(solution, !relaxed, true);
        if (relaxed && solution.status == Status::optimal) {
            search.relaxed_bound_cny = std::max(search.relaxed_bound_cny, optimality.dual_bound);
        }
        auto flows = journal.stage(
            "flow", [&] { return check_flows(comm, study, grid, programme, solution); });
        const auto excess = flows.violations.size();
        const bool last = search.end != Exit::ok || round == study.options.max_rounds;
        const std::size_t added =
            excess == 0 || last ? 0 : programme.add_limits(grid, flows.violations);
        start = solution.whole.column;
        const double cost_cny = solution.cost;
        if (search.is_beaten_by(solution, relaxed, flows)) {
            search.best = std::move(solution);
            search.flows = std::move(flows);
            search.optimality = optimality;
            search.relaxed = relaxed;
        }
        journal.say(fmt::format("{} round {}: cost {:.8g} CNY, {} limits violated, {} added; best "
                                "{:.8g} CNY, gap {:.4f} %",
                                stage, round, cost_cny, excess, added, search.best->cost,
                                100.0 * search.gap()));
        if (added == 0) {
            if (excess > 0 && search.end == Exit::ok) {
                search.end = Exit::limit;
                const std::size_t broken = search.flows->violations.size();
                search.end_words =
                    broken > 0
                        ? fmt::format("{} limits of the network are still violated after "
                                      "{} rounds",
                                      broken, round)
                        : fmt::format("stopped after {} rounds of limits of the network", round);
            }
            return;
        }
    }
}

/// Whole units and levels: the relaxed solution rounded block by block in a few ways, the rest
/// dispatched; the best one counts. Where that is not within the gap asked for, HiGHS searches on
/// from it.
void commit(const Comm& comm, const Study& study, const GridFactors& grid, Programme& programme,
            std::vector<double> start, const Deadline& deadline, Journal& journal,
            ProgrammeSearch& search) {
    const Programme::Solution relaxed = *search.best;
    std::optional<ProgrammeSearch> found;
    const auto better = [&](std::vector<double> whole) {
        ProgrammeSearch trial = search;
        solve_with_limits(comm, study, grid, programme, Programme::How::fixed, std::move(whole),
                          deadline, journal, trial);
        // A point that cannot be dispatched, or was not in time, leaves the trial relaxed.
        if (!trial.relaxed &&
            (!found || found->is_beaten_by(*trial.best, trial.relaxed, *trial.flows))) {
            found = trial;
        }
        if (trial.relaxed && trial.end != Exit::ok) {
            search.end = trial.end;
            search.end_words = trial.end_words;
        }
    };
    const auto done = [&] {
        return search.end != Exit::ok ||
               (found && (found->end != Exit::ok || found->gap() <= study.options.gap));
    };
    if (broadcast(comm, static_cast<long long>(start.size())) > 0) {
        better(std::move(start));
    }
    for (const double lift : {0.0, 0.2, -0.1}) {
        if (done()) {
            break;
        }
        std::vector<double> whole = journal.stage("commit", [&] {
            return programme.round(relaxed, {.lift = lift, .stop = [&] {
                                                 return StopSignals::asked() || deadline.passed();
                                             }});
        });
        if (!stopped(comm, deadline, search)) {
            better(std::move(whole));
        }
    }
    if (found) {
        search = std::move(*found);
    }
    if (search.end == Exit::ok && (search.relaxed || search.gap() > study.options.gap)) {
        solve_with_limits(comm, study, grid, programme, Programme::How::integer,
                          search.relaxed ? std::vector<double>{} : search.best->whole.column,
                          deadline, journal, search);
        if (!search.relaxed && search.best->coupling_dual.empty() &&
            search.end != Exit::checkpoint) {
            // Once more with whole units held: the cheapest dispatch of them, and prices.
            solve_with_limits(comm, study, grid, programme, Programme::How::fixed,
                              search.best->whole.column, deadline, journal, search);
        }
    }
}

/// What the independent check of optimality conditions found decides what is reported.
results::Certificate certify(const ProgrammeSearch& search) {
    results::Certificate certificate;
    const bool with_duals = !search.best->coupling_dual.empty();
    const lp::Optimality& found = search.optimality;
    certificate.cost_cny = found.primal_cost;
    certificate.primal_infeasibility = found.primal_infeasibility;
    certificate.dual_infeasibility = found.dual_infeasibility;
    certificate.integrality = found.integrality;
    certificate.bound_cny = search.bound_cny();
    certificate.bound_source =
        search.bound_cny() > search.relaxed_bound_cny
            ? "HiGHS's own bound of the integer programme"
            : "weak duality of the relaxed programme, worked out by lp::check_optimality";
    certificate.gap = (certificate.cost_cny - certificate.bound_cny) /
                      std::max(std::abs(certificate.cost_cny), 1.0);
    constexpr double tolerance = 1e-6;
    if (found.primal_infeasibility > tolerance ||
        (!search.relaxed && found.integrality > tolerance) ||
        (with_duals && found.relative_gap > tolerance) || certificate.gap < -tolerance) {
        throw Error(Exit::numerical,
                    fmt::format("HiGHS's answer fails the check of optimality conditions: primal "
                                "infeasibility {:.3g} ({}), integrality {:.3g}, gap of the last "
                                "linear programme {:.3g}, gap {:.3g}; each may be {:.0e}",
                                found.primal_infeasibility, found.worst_row, found.integrality,
                                found.relative_gap, certificate.gap, tolerance));
    }
    return certificate;
}

std::optional<Answer> answer_of(const Programme& programme, const ProgrammeSearch& search) {
    if (!search.best) {
        return std::nullopt;
    }
    const Programme::Solution& solution = *search.best;
    return Answer{programme.schedule(solution), programme.own_injection_mw(solution),
                  programme.cost_parts_cny(solution), solution.whole.column,
                  solution.coupling_dual};
}

} // namespace

Outcome solve_by_programme(const Comm& comm, const Study& study, const model::Context& context,
                           const partition::Owners& owners, const GridFactors& grid,
                           const Deadline& deadline, Journal& journal) {
    std::optional<Programme> programme;
    results::Forecast expected;
    journal.stage("build", [&] {
        programme.emplace(comm, context, owners);
        programme->add_section_contracts(grid);
    });
    const lp::Size size = programme->size();
    const solve::highs::Method method = method_of(study, size);
    expected = forecast(size, study.options.relax, method == solve::highs::Method::interior);
    journal.expect(expected.seconds);
    journal.say(fmt::format("{} columns ({} whole), {} own rows, {} non-zeros; forecast: {:.0f} MB "
                            "on the rank that solves, {:.0f} s",
                            size.columns, size.integers, size.rows,
                            size.nonzeros + size.coupling_nonzeros, expected.memory_mb,
                            expected.seconds));
    ProgrammeSearch search;
    search.method = method;
    std::vector<double> start;
    if (!study.options.restart.empty()) {
        start = journal.stage("restart", [&] {
            return restart_from(comm, study.options.restart, study.system, study.span, grid,
                                *programme);
        });
    }
    journal.stage("build", [&] { programme->assemble(); });

    solve_with_limits(comm, study, grid, *programme, Programme::How::relaxed, {}, deadline, journal,
                      search);
    if (!study.options.relax && search.end == Exit::ok) {
        commit(comm, study, grid, *programme, std::move(start), deadline, journal, search);
    }
    if (!study.options.write_mps.empty()) {
        journal.stage("write",
                      [&] { programme->write_mps(study.options.write_mps, study.options.relax); });
    }

    Outcome outcome;
    outcome.content = journal.stage("record", [&] {
        const std::optional<Answer> answer = answer_of(*programme, search);
        return record(comm, context, programme->coupling(), programme->limits(),
                      answer ? &*answer : nullptr, grid, search.flows ? &*search.flows : nullptr);
    });
    outcome.content.forecast = expected;
    if (search.best) {
        outcome.content.certificate = certify(search);
        outcome.flows = std::move(search.flows);
    }
    outcome.relaxed = search.best && search.relaxed;
    outcome.end = search.end;
    outcome.end_words = search.end_words;
    if (outcome.relaxed && !study.options.relax) {
        outcome.end_words += " before units were whole: their numbers may be fractions";
    }
    return outcome;
}

std::optional<std::string> why_no_schedule(const Comm& comm, const Study& study,
                                           const model::Context& context,
                                           const partition::Owners& owners, const GridFactors& grid,
                                           const Deadline& deadline, Journal& journal) {
    std::optional<Programme> programme;
    journal.stage("build", [&] {
        programme.emplace(comm, context, owners);
        programme->add_section_contracts(grid);
        programme->assemble();
    });
    ProgrammeSearch search;
    search.method = method_of(study, programme->size());
    try {
        solve_with_limits(comm, study, grid, *programme, Programme::How::relaxed, {}, deadline,
                          journal, search);
    } catch (const Error& error) {
        if (error.code() == Exit::infeasible) {
            return error.what();
        }
        if (error.code() != Exit::numerical) {
            throw;
        }
    }
    return std::nullopt;
}

} // namespace longyang::run
