#include "run/run_study.hpp"

#include "caseio/check_case.hpp"
#include "grid/calendar.hpp"
#include "grid/clean_spans.hpp"
#include "grid/outages.hpp"
#include "partition/partition.hpp"
#include "results/write.hpp"
#include "run/by_prices.hpp"
#include "run/by_programme.hpp"
#include "run/choose_engine.hpp"
#include "run/fitting_options.hpp"
#include "run/grid_factors.hpp"
#include "run/journal.hpp"
#include "run/record.hpp"
#include "run/restart.hpp"
#include "run/stop.hpp"
#include "run/study.hpp"
#include "verify/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace longyang::run {
namespace {

/// Holds clean what is asked for, and tells what that is in the hours of the run. Throws Error
/// (usage) where the command line asks for hours that are none of them; a case may have such ones.
void hold_clean(const Request& request, Study& study) {
    for (const std::string& text : study.options.all_clean) {
        const bool of_case = std::none_of(
            request.given.begin(), request.given.end(), [&](const GivenOption& option) {
                return option.name == "all_clean" && option.value == text;
            });
        for (const grid::CleanSpan& span : grid::parse_clean_spans(study.system, text)) {
            const grid::HeldOff held = grid::hold_clean(study.system, span, study.span);
            const std::string none =
                fmt::format("all-clean {}: no hour of it is in this run", span.text);
            if (held.hours == 0 && !of_case) {
                throw Error(Exit::usage, fmt::format("{}, {} h from {}", none, study.span.hours,
                                                     grid::date_of_hour(study.span.begin,
                                                                        study.system.info.year)));
            }
            study.words.push_back(
                held.hours == 0 ? none
                                : fmt::format("all-clean {}: {} units of {} clusters held off",
                                              span.text, held.units, held.clusters));
        }
    }
}

/// Takes the engine that the results file then says was asked for.
void choose_engine(Study& study) {
    if (study.options.engine != "choose") {
        return;
    }
    study.options.engine = chosen_engine(study.options, study.system, study.span);
    for (auto& [name, value] : study.in_force) {
        value = name == "engine" ? study.options.engine : value;
    }
    study.words.push_back(fmt::format("engine {}, as the options and {} plant-hours want it",
                                      study.options.engine, plant_hours(study.system, study.span)));
}

/// Options of the case, then those of the command line. Who asks for other hours by `from` alone
/// does not want as many as the case has from its own start.
std::vector<GivenOption> all_given(const caseio::LoadedCase& loaded, const Request& request) {
    const auto asks = [&](const char* name) {
        return std::any_of(request.given.begin(), request.given.end(),
                           [&](const GivenOption& option) { return option.name == name; });
    };
    std::vector<GivenOption> given = given_by(loaded);
    if (asks("from") && !asks("hours")) {
        std::erase_if(given, [](const GivenOption& option) { return option.name == "hours"; });
    }
    given.insert(given.end(), request.given.begin(), request.given.end());
    return given;
}

Study read_study(const Comm& comm, const Request& request) {
    Study study;
    caseio::LoadedCase loaded =
        caseio::load_case(comm, request.case_folder, changes_of(request.given));
    study.options = resolve_options(all_given(loaded, request), study.in_force);
    study.system = std::move(loaded.system);
    for (const caseio::AppliedChange& change : loaded.changes) {
        study.words.push_back(words(change));
    }
    grid::draw_forced_outages(study.system, static_cast<std::uint64_t>(study.options.outage_seed));
    study.span = span_of(study.options, study.system);
    hold_clean(request, study);
    choose_engine(study);
    require_of_engine(study.options, study.system, study.span);
    return study;
}

/// By how much the bound lies above the cost of a schedule without breaches, CNY; 0 where that is
/// rounding of what is spent and earned, or where rows may be broken at a price.
double bound_above_cost_cny(const results::Content& content, const Study& study) {
    constexpr double rounding = 1e-6;
    double turnover_cny = 1.0;
    for (const auto& [name, cny] : content.cost_parts_cny) {
        turnover_cny += std::abs(cny);
    }
    const double above_cny = content.certificate.bound_cny - content.certificate.cost_cny;
    return study.options.security == "off" && above_cny > rounding * turnover_cny ? above_cny : 0.0;
}

/// The separate checker's word on the schedule.
void verify_schedule(const Comm& comm, const Study& study, const partition::Owners& owners,
                     const GridFactors& grid, Journal& journal, Outcome& outcome) {
    results::Content& content = outcome.content;
    const verify::Report report = journal.stage("verify", [&] {
        return verify::check_schedule(
            comm, study.system, owners, content.schedule,
            {grid.branches(), outcome.flows->branch_mw, outcome.flows->section_mw},
            {.whole_units = !outcome.relaxed,
             .flow_tolerance_mw = study.options.flow_tolerance_mw});
    });
    record_report(report, content);
    journal.say(fmt::format("verify: {} comparisons, {} breaches, worst relative deviation "
                            "{:.2g}; cost {:.10g} CNY, by the engine {:.10g}",
                            report.checks, report.found, report.worst, report.cost_cny,
                            content.certificate.cost_cny));
    if (report.found > 0 && outcome.end == Exit::ok) {
        outcome.end = Exit::numerical;
        outcome.end_words = fmt::format("the checker found {} breaches, the worst: {}",
                                        report.found, content.breaches.front());
    }
    const double above_cny = bound_above_cost_cny(content, study);
    if (above_cny > 0.0 && outcome.end == Exit::ok) {
        outcome.end = Exit::numerical;
        outcome.end_words = fmt::format("the bound lies {:.6g} CNY above the cost of the schedule: "
                                        "one of the two is wrong",
                                        above_cny);
    }
}

/// Where engine prices found no schedule that keeps all limits, whether there is none: told of
/// small systems, in the words of engine highs.
void look_for_conflict(const Comm& comm, const Study& study, const model::Context& context,
                       const partition::Owners& owners, const GridFactors& grid,
                       const Deadline& deadline, Journal& journal, Outcome& outcome) {
    const bool keeps_all = outcome.flows && outcome.content.certificate.breaches == 0;
    if (study.options.engine != "prices" || study.options.security != "off" ||
        outcome.end != Exit::numerical || keeps_all || !soon_relaxed(study.system, study.span)) {
        return;
    }
    journal.say(
        fmt::format("{}; engine highs is asked whether there is a schedule", outcome.end_words));
    const auto why = why_no_schedule(comm, study, context, owners, grid, deadline, journal);
    if (why) {
        outcome.end = Exit::infeasible;
        outcome.end_words = *why;
    }
}

/// What a run has reached so far goes to its output, unless a schedule stands there: that is worth
/// more than prices.
class Checkpoints {
public:
    Checkpoints(const Comm& comm, const Request& request, const Study& study,
                const partition::Owners& owners, Journal& journal)
        : comm_(comm), request_(request), study_(study), owners_(owners), journal_(journal) {}

    void keep(Outcome& so_far) {
        const std::string& path = study_.options.output;
        if (!looked_) {
            looked_ = true;
            spares_ = holds_schedule(comm_, path);
            if (spares_) {
                journal_.say(
                    fmt::format("{}: stays as it is until the end, it holds a schedule; no "
                                "checkpoints",
                                path));
            }
        }
        if (!spares_) {
            record_end(comm_, request_, study_.in_force, so_far, journal_);
            results::write_results(comm_, path, study_.system, owners_, so_far.content);
            journal_.say(fmt::format("{}: {}", path, so_far.end_words));
        }
    }

private:
    const Comm& comm_;
    const Request& request_;
    const Study& study_;
    const partition::Owners& owners_;
    Journal& journal_;
    bool looked_ = false, spares_ = false;
};

} // namespace

Exit run_study(const Comm& comm, const Request& request) {
    const StopSignals signals;
    Journal journal(comm);

    const Study study = journal.stage("read", [&] { return read_study(comm, request); });
    const Deadline deadline(study.options.time_limit_s, journal.seconds());
    on_root(comm, [&] {
        results::require_writable(study.options.output);
        if (!study.options.write_mps.empty()) {
            results::require_writable(study.options.write_mps, "NAME");
        }
    });
    journal.say(fmt::format("{}: {} h from {}, {} ranks", study.system.info.name, study.span.hours,
                            grid::date_of_hour(study.span.begin, study.system.info.year),
                            comm.size()));

    for (const std::string& line : study.words) {
        journal.say(line);
    }

    const auto owners = journal.stage("partition", [&] {
        partition::Owners found = partition::share_out(study.system, comm.size());
        if (study.options.engine == "prices") {
            partition::deal_plants(study.system, found);
        }
        return found;
    });
    const GridFactors grid = journal.stage(
        "factorise", [&] { return factorise(comm, study.system, owners, study.span); });

    const model::Context context(study.system, study.span, study.options.security != "off");
    Checkpoints checkpoints(comm, request, study, owners, journal);
    Outcome outcome =
        study.options.engine == "prices"
            ? solve_by_prices(comm, study, context, owners, grid, deadline, journal,
                              [&](Outcome& so_far) { checkpoints.keep(so_far); })
            : solve_by_programme(comm, study, context, owners, grid, deadline, journal);
    if (outcome.flows) {
        verify_schedule(comm, study, owners, grid, journal, outcome);
    }
    look_for_conflict(comm, study, context, owners, grid, deadline, journal, outcome);

    if (outcome.end == Exit::limit || outcome.end == Exit::checkpoint) {
        outcome.end_words += fmt::format("; go on with --restart {}", study.options.output);
    }
    results::Content& content = outcome.content;
    record_end(comm, request, study.in_force, outcome, journal);
    journal.say(fmt::format("forecast was {:.0f} MB and {:.0f} s; used {:.0f} MB and {:.1f} s",
                            content.forecast.memory_mb, content.forecast.seconds,
                            content.forecast.memory_used_mb, content.forecast.seconds_used));
    const std::string why_older = why_older_stays(comm, study, outcome);
    if (!why_older.empty()) {
        journal.say(fmt::format("{}: stays as it was, {}", study.options.output, why_older));
    } else {
        journal.stage("write", [&] {
            results::write_results(comm, study.options.output, study.system, owners, content);
        });
        journal.say(fmt::format("{}: {}", study.options.output, content.header.status));
    }
    if (outcome.end != Exit::ok) {
        journal.warn(outcome.end_words);
    }
    return outcome.end;
}

} // namespace longyang::run
