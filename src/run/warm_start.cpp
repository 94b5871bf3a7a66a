#include "run/warm_start.hpp"

#include "base/error.hpp"
#include "results/read.hpp"
#include "run/known_prices.hpp"
#include "run/restart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace longyang::run {
namespace {

using powerflow::LimitViolation;

int place(const grid::Names& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

/// Kind, item and hour of every known limit that this case has, in hours of this span.
std::vector<double> known_limits(const KnownPrices& known, const model::Context& context) {
    std::vector<double> limits;
    for (int t = 0; t < context.span.hours; ++t) {
        for (const auto& [kind, name] : known.limits_in(context.span.begin + t)) {
            const bool branch = kind == "branch";
            const int item = branch ? place(context.system.branches.name, name)
                                    : place(context.system.sections.name, name);
            const bool limited =
                item >= 0 &&
                (!branch ||
                 context.system.branches.rating_mw[static_cast<std::size_t>(item)] > 0.0);
            if (limited) {
                limits.insert(limits.end(), {branch ? 0.0 : 1.0, static_cast<double>(item),
                                             static_cast<double>(t)});
            }
        }
    }
    return limits;
}

std::vector<LimitViolation> violations(std::span<const double> limits) {
    std::vector<LimitViolation> wanted;
    for (std::size_t k = 0; k + 2 < limits.size(); k += 3) {
        LimitViolation& limit = wanted.emplace_back();
        limit.kind =
            limits[k] == 0.0 ? LimitViolation::Kind::branch : LimitViolation::Kind::section;
        limit.item = static_cast<int>(limits[k + 1]);
        limit.hour = static_cast<int>(limits[k + 2]);
    }
    return wanted;
}

} // namespace

WarmStart warm_start(const Comm& comm, std::span<const std::string> paths, bool goes_on,
                     const model::Context& context, const GridFactors& grid, LimitRows& limits,
                     lp::Coupling& coupling) {
    WarmStart start;
    KnownPrices known;
    std::vector<std::byte> message;
    on_root(comm, [&] {
        for (const std::string& path : paths) {
            const results::Stored stored = results::read_results(path);
            if (goes_on) {
                require_same_run(stored, context.system, context.span);
            }
            const results::RowPrices rows = results::read_row_prices(stored);
            if (rows.pattern.empty()) {
                throw Error(Exit::file, fmt::format("'{}' holds no prices of rows: option {} wants "
                                                    "the results of a run with engine prices",
                                                    path, goes_on ? "restart" : "warm"));
            }
            start.iterations = results::iterations_of(stored);
            known.add(stored, rows);
        }
        message = bytes_of(known_limits(known, context));
    });
    broadcast_bytes(comm, message);
    limits.add(grid, violations(numbers_of(message)), coupling);
    on_root(comm, [&] {
        std::vector<double> price;
        price.reserve(coupling.rows.size());
        for (const lp::CouplingRow& row : coupling.rows) {
            const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
            price.push_back(known.price(pattern.tag, pattern.name, context.span.begin + row.begin,
                                        context.span.begin + row.end));
        }
        message = bytes_of(price);
    });
    broadcast_bytes(comm, message);
    start.row_price = numbers_of(message);
    start.iterations = static_cast<int>(broadcast(comm, static_cast<long long>(start.iterations)));
    return start;
}

bool near_already(const Comm& comm, std::span<const std::string> paths, const Study& study) {
    const grid::Span span = study.span;
    // What the hash of the case does not have and prices follow.
    const auto alike = [&](const results::Stored& stored) {
        return stored.info.hash == study.system.info.hash &&
               std::all_of(study.in_force.begin(), study.in_force.end(), [&](const auto& option) {
                   const auto& [name, value] = option;
                   return (name != "outage_seed" && name != "all_clean" && name != "security") ||
                          results::option_in_force(stored, name) == value;
               });
    };
    bool near = false;
    on_root(comm, [&] {
        std::vector<char> had(span.size(), 0);
        for (const std::string& path : paths) {
            const results::Stored stored = results::read_results(path);
            const int from = std::max(stored.span.begin - span.begin, 0);
            const int to = std::min(stored.span.begin + stored.span.hours - span.begin, span.hours);
            // A run that was stopped before it had a bound may be anywhere.
            if (alike(stored) && std::isfinite(stored.certificate.bound_cny) && from < to) {
                std::fill(had.begin() + from, had.begin() + to, 1);
            }
        }
        near = std::find(had.begin(), had.end(), 0) == had.end();
    });
    return broadcast(comm, near ? 1LL : 0LL) != 0;
}

} // namespace longyang::run
