#include "run/warm_start.hpp"

#include "base/error.hpp"
#include "results/read.hpp"
#include "run/restart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>

namespace longyang::run {
namespace {

using powerflow::LimitViolation;

/// Family and name of a row's pattern, its first hour in the year and the one after its last.
using RowKey = std::tuple<std::string, std::string, int, int>;

int place(const grid::Names& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

/// Kind, item and hour of every stored limit that this case and span have.
std::vector<double> known_limits(const results::Stored& stored, const model::Context& context) {
    std::vector<double> limits;
    for (const results::StoredLimit& limit : stored.limits) {
        const bool branch = limit.kind == "branch";
        const int item = branch ? place(context.system.branches.name, limit.name)
                                : place(context.system.sections.name, limit.name);
        const int hour = stored.span.begin + limit.hour - context.span.begin;
        const bool limited =
            item >= 0 &&
            (!branch || context.system.branches.rating_mw[static_cast<std::size_t>(item)] > 0.0);
        if (limited && hour >= 0 && hour < context.span.hours) {
            limits.insert(limits.end(), {branch ? 0.0 : 1.0, static_cast<double>(item),
                                         static_cast<double>(hour)});
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

std::map<RowKey, double> stored_prices(const results::RowPrices& rows, int first_hour) {
    std::map<RowKey, double> prices;
    for (std::size_t r = 0; r < rows.pattern.size(); ++r) {
        const auto p = static_cast<std::size_t>(rows.pattern[r]);
        prices[{rows.tag[p], rows.what[p], first_hour + rows.begin[r], first_hour + rows.end[r]}] =
            rows.price_cny[r];
    }
    return prices;
}

} // namespace

WarmStart warm_start(const Comm& comm, const std::string& path, bool goes_on,
                     const model::Context& context, const GridFactors& grid, LimitRows& limits,
                     lp::Coupling& coupling) {
    WarmStart start;
    std::vector<std::byte> message;
    std::map<RowKey, double> prices;
    on_root(comm, [&] {
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
        prices = stored_prices(rows, stored.span.begin);
        message = bytes_of(known_limits(stored, context));
    });
    broadcast_bytes(comm, message);
    limits.add(grid, violations(numbers_of(message)), coupling);
    on_root(comm, [&] {
        std::vector<double> price;
        price.reserve(coupling.rows.size());
        for (const lp::CouplingRow& row : coupling.rows) {
            const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
            const auto found =
                prices.find({pattern.tag, pattern.name, context.span.begin + row.begin,
                             context.span.begin + row.end});
            price.push_back(found == prices.end() ? std::numeric_limits<double>::quiet_NaN()
                                                  : found->second);
        }
        message = bytes_of(price);
    });
    broadcast_bytes(comm, message);
    start.row_price = numbers_of(message);
    start.iterations = static_cast<int>(broadcast(comm, static_cast<long long>(start.iterations)));
    return start;
}

} // namespace longyang::run
