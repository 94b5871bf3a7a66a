#include "run/restart.hpp"

#include "base/error.hpp"
#include "results/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace longyang::run {
namespace {

using powerflow::LimitViolation;

/// The numbers of `values` on every rank, from the root.
std::vector<double> share(const Comm& comm, std::vector<double> values) {
    values.resize(static_cast<std::size_t>(broadcast(comm, static_cast<long long>(values.size()))));
    if (!comm.root()) {
        std::fill(values.begin(), values.end(), 0.0);
    }
    sum_in_order(comm, values);
    return values;
}

/// The older schedule, of the same task and without breaches, costs less.
bool is_better(const results::Stored& older, const Study& study, const Outcome& outcome) {
    constexpr std::array<std::string_view, 5> of_task = {"security", "security_cny_per_mwh",
                                                         "outage_seed", "all_clean", "relax"};
    const bool same_task =
        std::all_of(study.in_force.begin(), study.in_force.end(), [&](const auto& option) {
            const bool counts =
                std::find(of_task.begin(), of_task.end(), option.first) != of_task.end();
            return !counts || results::option_in_force(older, option.first) == option.second;
        });
    const auto cny = [](const results::Certificate& certificate) {
        return certificate.cost_cny + certificate.broken_limits_cny;
    };
    return same_task && older.certificate.breaches == 0 &&
           cny(older.certificate) < cny(outcome.content.certificate);
}

} // namespace

void require_same_run(const results::Stored& stored, const grid::System& system, grid::Span span) {
    if (stored.info.hash != system.info.hash || stored.span.begin != span.begin ||
        stored.span.hours != span.hours) {
        throw Error(Exit::usage,
                    fmt::format("{} is of case {} ({}), {} h from hour {}; this run is of {} "
                                "({}), {} h from hour {}",
                                stored.path, stored.info.name, stored.info.hash, stored.span.hours,
                                stored.span.begin, system.info.name, system.info.hash, span.hours,
                                span.begin));
    }
}

std::vector<double> restart_from(const Comm& comm, const std::string& path,
                                 const grid::System& system, grid::Span span,
                                 const GridFactors& grid, Programme& programme) {
    std::vector<double> columns;
    std::vector<double> limits; // kind, item, hour of each
    agree(comm, [&] {
        if (!comm.root()) {
            return;
        }
        const results::Stored stored = results::read_results(path);
        require_same_run(stored, system, span);
        for (const results::StoredLimit& limit : stored.limits) {
            const std::size_t rows =
                limit.kind == "branch" ? system.branches.name.size() : system.sections.name.size();
            if (limit.row < 0 || static_cast<std::size_t>(limit.row) >= rows || limit.hour < 0 ||
                limit.hour >= span.hours) {
                throw Error(Exit::file,
                            fmt::format("'{}': limits holds {} {} in hour {}, which this run does "
                                        "not have",
                                        path, limit.kind, limit.row, limit.hour));
            }
            limits.insert(limits.end(),
                          {limit.kind == "branch" ? 0.0 : 1.0, static_cast<double>(limit.row),
                           static_cast<double>(limit.hour)});
        }
        columns = results::numbers(stored, "restart/columns");
    });
    limits = share(comm, std::move(limits));
    std::vector<LimitViolation> wanted;
    for (std::size_t k = 0; k + 2 < limits.size(); k += 3) {
        LimitViolation limit;
        limit.kind =
            limits[k] == 0.0 ? LimitViolation::Kind::branch : LimitViolation::Kind::section;
        limit.item = static_cast<int>(limits[k + 1]);
        limit.hour = static_cast<int>(limits[k + 2]);
        wanted.push_back(limit);
    }
    programme.add_limits(grid, wanted);
    return columns;
}

bool holds_schedule(const Comm& comm, const std::string& path) {
    bool holds = false;
    if (comm.root() && std::filesystem::exists(path)) {
        try {
            holds = std::isfinite(results::read_results(path).certificate.cost_cny);
        } catch (const Error&) {
            holds = false; // something else
        }
    }
    return broadcast(comm, holds ? 1LL : 0LL) != 0;
}

std::string why_older_stays(const Comm& comm, const Study& study, const Outcome& outcome) {
    const RunOptions& options = study.options;
    const bool got_there = outcome.flows && (!outcome.relaxed || options.relax);
    const bool stopped = outcome.end == Exit::limit || outcome.end == Exit::checkpoint;
    bool stays = false;
    on_root(comm, [&] {
        std::error_code none;
        if ((got_there && !stopped) || options.restart.empty() ||
            !std::filesystem::equivalent(options.restart, options.output, none)) {
            return;
        }
        constexpr double whole = 1e-6;
        const results::Stored older = results::read_results(options.output);
        const bool has_schedule = std::isfinite(older.certificate.cost_cny) &&
                                  (options.relax || !(older.certificate.integrality > whole));
        stays = has_schedule && (!got_there || is_better(older, study, outcome));
    });
    if (broadcast(comm, stays ? 1LL : 0LL) == 0) {
        return "";
    }
    return got_there ? "its schedule is better than that of this run"
                     : "it has the schedule that this run went on from; this one got to none "
                       "like it";
}

} // namespace longyang::run
