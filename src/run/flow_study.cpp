#include "run/flow_study.hpp"

#include "caseio/check_case.hpp"
#include "grid/calendar.hpp"
#include "grid/connected_machines.hpp"
#include "grid/given_dispatch.hpp"
#include "grid/leave_out_branches.hpp"
#include "grid/service.hpp"
#include "results/read.hpp"
#include "run/flow_stages.hpp"
#include "run/journal.hpp"
#include "security/export_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace longyang::run {
namespace {

/// The case, and the dispatch that is looked at.
struct GivenStudy {
    RunOptions options;
    grid::System system;
    grid::Schedule schedule;
    powerflow::AcInjections injections;
    std::vector<double> slack_weight;
    std::vector<double> connected; ///< per row of machines, of a dispatch; of a run: empty
};

bool is_given(const Request& request, const char* name) {
    return std::any_of(request.given.begin(), request.given.end(),
                       [&](const GivenOption& o) { return o.name == name; });
}

RunOptions options_of(const caseio::LoadedCase& loaded, const Request& request) {
    std::vector<GivenOption> given = given_by(loaded);
    std::erase_if(given, [](const GivenOption& option) {
        return option.name == "from" || option.name == "hours";
    });
    given.insert(given.end(), request.given.begin(), request.given.end());
    std::vector<std::pair<std::string, std::string>> in_force;
    return resolve_options(given, in_force);
}

/// Hours [first, first + span.hours) of a schedule's tables of power.
void cut(grid::Schedule& schedule, std::size_t first, grid::Span span) {
    for (const auto member : grid::power_tables) {
        const grid::HourTable& from = schedule.*member;
        grid::HourTable part(from.items, span.size());
        for (std::size_t i = 0; i < from.items; ++i) {
            std::copy_n(from.row(i).begin() + static_cast<std::ptrdiff_t>(first), span.size(),
                        part.row(i).begin());
        }
        schedule.*member = std::move(part);
    }
    schedule.span = span;
}

/// The part of the schedule that was asked for; all of it where nothing was.
void choose_hours(const Request& request, GivenStudy& study) {
    const grid::Span all = study.schedule.span;
    grid::Span wanted = all;
    if (!study.options.from.empty()) {
        wanted.begin = grid::hour_of_date(study.options.from, study.system.info.year);
        wanted.hours = all.begin + all.hours - wanted.begin;
    }
    if (is_given(request, "hours")) {
        wanted.hours = study.options.hours;
    }
    if (wanted.begin < all.begin || wanted.hours < 1 ||
        wanted.begin + wanted.hours > all.begin + all.hours) {
        const int year = study.system.info.year;
        throw Error(
            Exit::usage,
            fmt::format("options from and hours: found {}{}, expected some of the schedule's {} h "
                        "from {}",
                        wanted.hours < 1 ? "" : fmt::format("{} h from ", wanted.hours),
                        grid::date_of_hour(wanted.begin, year), all.hours,
                        grid::date_of_hour(all.begin, year)));
    }
    cut(study.schedule, static_cast<std::size_t>(wanted.begin - all.begin), wanted);
}

/// Changes of the case: those that the schedule was made with, then those of the command line.
std::vector<caseio::Change> changes(const Request& request) {
    std::vector<caseio::Change> all;
    for (const GivenOption& option : request.given) {
        if (option.name == "schedule" && !option.value.empty()) {
            const results::Stored stored = results::read_results(option.value);
            all = caseio::changes_of({results::option_in_force(stored, "set")},
                                     {results::option_in_force(stored, "without")});
        }
    }
    const std::vector<caseio::Change> given = changes_of(request.given);
    all.insert(all.end(), given.begin(), given.end());
    return all;
}

/// SV-6: all that this command looks at has one network, that of the span's hours, so branches that
/// are not in service there are left out of the case, with what refers to them.
void require_one_network(GivenStudy& study) {
    const grid::Span span = study.schedule.span;
    const std::vector<grid::NetworkSpan> networks = grid::network_spans(study.system, span);
    const auto date = [&](int t) {
        return grid::date_of_hour(span.begin + t, study.system.info.year);
    };
    if (networks.size() > 1) {
        throw Error(Exit::usage,
                    fmt::format("options from and hours: branches enter or leave service at {}; "
                                "expected hours with one network, such as --from {} --hours {}",
                                date(networks[1].begin), date(0).substr(0, 13), networks[0].end));
    }
    grid::leave_out_branches(study.system, networks.front().out);
}

GivenStudy read_given(const Comm& comm, const Request& request, Journal& journal) {
    GivenStudy study;
    caseio::LoadedCase loaded = caseio::load_case(comm, request.case_folder, changes(request));
    study.options = options_of(loaded, request);
    study.system = std::move(loaded.system);
    if (study.options.schedule.empty()) {
        if (study.system.dispatch.line.empty()) {
            throw Error(Exit::usage, fmt::format("{} has no dispatch.csv; expected --schedule with "
                                                 "a results file",
                                                 request.case_folder));
        }
        for (const char* option : {"from", "hours"}) {
            if (is_given(request, option)) {
                throw Error(Exit::usage,
                            fmt::format("option {}: the dispatch.csv of {} is of one hour; "
                                        "expected --schedule with a results file beside it",
                                        option, request.case_folder));
            }
        }
        const grid::DispatchedHour hour = grid::dispatched_hour(study.system);
        study.schedule = hour.schedule;
        require_one_network(study);
        study.injections = powerflow::ac_injections(study.system, hour);
        study.slack_weight = hour.slack_weight;
        study.connected = grid::connected_machines(study.system, study.schedule).values;
        return study;
    }
    const results::Stored stored = results::read_results(study.options.schedule);
    if (stored.info.hash != study.system.info.hash) {
        journal.say(fmt::format("{}: made from another state of the case ({}, now {})",
                                study.options.schedule, stored.info.hash, study.system.info.hash));
    }
    if (std::isnan(stored.certificate.cost_cny)) {
        throw Error(Exit::file, fmt::format("'{}' holds no schedule: the run did not get there",
                                            study.options.schedule));
    }
    study.schedule = results::read_schedule(stored, study.system);
    choose_hours(request, study);
    require_one_network(study);
    study.injections = powerflow::ac_injections(study.system, study.schedule);
    return study;
}

/// Throws Error (usage) where an hour that is to be told in full is none of the schedule's, or the
/// case has no export limits.
void require_explained_hours(const GivenStudy& study) {
    const grid::Span span = study.schedule.span;
    const int year = study.system.info.year;
    const std::string lacking = security::why_no_export_limits(study.system);
    if (!study.options.explain_hour.empty() && !lacking.empty()) {
        throw Error(Exit::usage, "option explain_hour: " + lacking);
    }
    for (const std::string& date : study.options.explain_hour) {
        const int hour = grid::hour_of_date(date, year);
        if (hour < span.begin || hour >= span.begin + span.hours) {
            throw Error(
                Exit::usage,
                fmt::format("option explain_hour: found {}, expected an hour of the {} from {}",
                            date, span.hours, grid::date_of_hour(span.begin, year)));
        }
    }
}

/// Who takes up an imbalance of the DC power flow: as in AC, or all buses of the island alike.
std::vector<double> slack_shares(const FlowContext& c) {
    if (c.ac_network) {
        return c.ac_network->slack_share;
    }
    const std::vector<int>& island = c.grid.network().island;
    std::vector<double> share;
    share.reserve(island.size());
    for (const int of_bus : island) {
        share.push_back(1.0 /
                        static_cast<double>(std::count(island.begin(), island.end(), of_bus)));
    }
    return share;
}

/// The active injections of the AC power flow, without the losses of machines (a run's balances do
/// not have them), less what shunts draw at 1 pu, balanced on every island. On the root; zeros
/// elsewhere.
void balance(FlowContext& c) {
    const std::size_t hours = c.schedule.span.size();
    const std::vector<double> share = slack_shares(c);
    std::vector<double>& injection = c.dc_injection_mw;
    injection = c.injections.p_pu;
    for (std::size_t k = 0; k < injection.size(); ++k) {
        injection[k] = (injection[k] + c.injections.machine_loss_pu[k]) * c.system.info.base_mva;
    }
    for (std::size_t k = 0; k < c.system.shunts.bus.size(); ++k) {
        const auto bus = static_cast<std::size_t>(c.system.shunts.bus[k]);
        for (std::size_t h = 0; h < hours; ++h) {
            injection[bus * hours + h] -= c.system.shunts.g_mw[k];
        }
    }
    const std::vector<int>& island = c.grid.network().island;
    std::vector<double> surplus(share.size());
    for (std::size_t h = 0; h < hours; ++h) {
        std::fill(surplus.begin(), surplus.end(), 0.0);
        for (std::size_t b = 0; b < share.size(); ++b) {
            surplus[static_cast<std::size_t>(island[b])] += injection[b * hours + h];
        }
        double imbalance = 0.0;
        for (const double of_island : surplus) {
            imbalance += std::abs(of_island);
        }
        c.imbalance_mw = std::max(c.imbalance_mw, imbalance);
        for (std::size_t b = 0; b < share.size(); ++b) {
            injection[b * hours + h] -= share[b] * surplus[static_cast<std::size_t>(island[b])];
        }
    }
    if (!c.comm.root()) {
        std::fill(injection.begin(), injection.end(), 0.0);
    }
}

} // namespace

Exit flow_study(const Comm& comm, const Request& request) {
    Journal journal(comm);
    const GivenStudy study =
        journal.stage("read", [&] { return read_given(comm, request, journal); });
    require_explained_hours(study);
    journal.say(fmt::format(
        "{}: {} h from {}, {} ranks", study.system.info.name, study.schedule.span.hours,
        grid::date_of_hour(study.schedule.span.begin, study.system.info.year), comm.size()));
    const auto owners =
        journal.stage("partition", [&] { return partition::share_out(study.system, comm.size()); });
    const GridFactors grid = journal.stage(
        "factorise", [&] { return factorise(comm, study.system, owners, study.schedule.span); });

    FlowContext context{comm,
                        study.options,
                        study.system,
                        owners,
                        grid,
                        study.schedule,
                        study.injections,
                        {},
                        {},
                        0.0,
                        {}};
    if (powerflow::islands_without_voltage(study.system).empty()) {
        context.ac_network =
            powerflow::make_ac_network(study.system, study.slack_weight, study.connected);
    }
    balance(context);

    auto end = Exit::ok;
    for (const FlowStage& stage : flow_stages) {
        const FlowFinding finding = journal.stage(stage.name, [&] { return stage.work(context); });
        if (comm.root()) {
            fmt::print("{}{}", finding.words, finding.words.empty() ? "" : "\n");
        }
        end = end == Exit::ok ? finding.end : end;
    }
    return end;
}

} // namespace longyang::run
