#include "base/error.hpp"
#include "lp/flat.hpp"
#include "lp/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace longyang::lp {
namespace {

/// What lies outside of [lower, upper], relative to 1 + |limit|. A number that is none is as wrong
/// as can be.
double violation(double value, double lower, double upper) {
    if (std::isnan(value)) {
        return infinity;
    }
    double found = 0.0;
    if (value < lower) {
        found = (lower - value) / (1.0 + std::abs(lower));
    }
    if (value > upper) {
        found = std::max(found, (value - upper) / (1.0 + std::abs(upper)));
    }
    return found;
}

void check_sizes(const FlatProgramme& programme, const Point& point) {
    if (point.column.size() != programme.cost.size() ||
        (!point.row_dual.empty() && point.row_dual.size() != programme.rows.lower.size())) {
        throw Error(Exit::defect, fmt::format("a point of {} columns and {} row duals for a "
                                              "programme of {} columns and {} rows",
                                              point.column.size(), point.row_dual.size(),
                                              programme.cost.size(), programme.rows.lower.size()));
    }
}

/// Calls use(column, value) for each entry of a row.
template <typename Use>
void each_entry(const SparseRows& rows, std::size_t row, const Use& use) {
    const auto end = static_cast<std::size_t>(rows.start[row + 1]);
    for (auto e = static_cast<std::size_t>(rows.start[row]); e < end; ++e) {
        use(static_cast<std::size_t>(rows.column[e]), rows.value[e]);
    }
}

/// One end of the range of a row's sum: the finite parts, and how many parts are infinite.
struct Reach {
    double end; ///< -infinity or infinity
    double finite = 0.0;
    int infinite = 0;

    void add(double part) {
        if (std::isfinite(part)) {
            finite += part;
        } else {
            ++infinite;
        }
    }
    /// Without one part.
    [[nodiscard]] double others(double part) const {
        const bool own = !std::isfinite(part);
        return infinite > (own ? 1 : 0) ? end : finite - (own ? 0.0 : part);
    }
};

/// Puts finite bounds in place of infinite ones where the rows imply them: with r the smallest sum
/// of the other columns, a x + r <= U gives a x <= U - r. A pass may give what the next one stands
/// on (a cascade's spill flows into the next reservoir).
void imply_bounds(const SparseRows& rows, std::vector<double>& lower, std::vector<double>& upper) {
    constexpr int passes = 20;
    bool changed = true;
    // Outward, so that rounding cannot cut off a point.
    const auto set_upper = [&](std::size_t column, double bound) {
        upper[column] = bound + 1e-9 * (1.0 + std::abs(bound));
        changed = true;
    };
    const auto set_lower = [&](std::size_t column, double bound) {
        lower[column] = bound - 1e-9 * (1.0 + std::abs(bound));
        changed = true;
    };
    for (int pass = 0; pass < passes && changed; ++pass) {
        changed = false;
        for (std::size_t r = 0; r < rows.lower.size(); ++r) {
            Reach least{-infinity};
            Reach most{infinity};
            each_entry(rows, r, [&](std::size_t column, double a) {
                least.add(a * (a > 0.0 ? lower[column] : upper[column]));
                most.add(a * (a > 0.0 ? upper[column] : lower[column]));
            });
            if (least.infinite + most.infinite == 0) {
                continue;
            }
            // The sums stay those of before: what is found here can only narrow them.
            each_entry(rows, r, [&](std::size_t column, double a) {
                const double own_least = a * (a > 0.0 ? lower[column] : upper[column]);
                const double own_most = a * (a > 0.0 ? upper[column] : lower[column]);
                const double highest = rows.upper[r] - least.others(own_least);
                const double lowest = rows.lower[r] - most.others(own_most);
                if (!std::isfinite(own_most) && std::isfinite(highest)) {
                    a > 0.0 ? set_upper(column, highest / a) : set_lower(column, highest / a);
                }
                if (!std::isfinite(own_least) && std::isfinite(lowest)) {
                    a > 0.0 ? set_lower(column, lowest / a) : set_upper(column, lowest / a);
                }
            });
        }
    }
}

struct DualSide {
    double bound = 0.0;
    double infeasibility = 0.0;
};

/// Weak duality: for any y, the least cost - y'(A x - b) over the columns' bounds is a lower bound,
/// with b the side of each row that y's sign points to.
DualSide dual_side(const FlatProgramme& programme, const std::vector<double>& row_dual) {
    const SparseRows& rows = programme.rows;
    DualSide side;
    // More digits than a double has: many large parts cancel.
    long double bound = programme.offset;
    std::vector<double> reduced = programme.cost;
    std::vector<double> size(reduced.size()); // of what was added up, for its rounding error
    std::transform(reduced.begin(), reduced.end(), size.begin(),
                   [](double cost) { return std::abs(cost); });
    for (std::size_t r = 0; r < rows.lower.size(); ++r) {
        const double y = row_dual[r];
        if (std::isnan(y)) {
            return {-infinity, infinity};
        }
        if (y == 0.0) {
            continue;
        }
        const double limit = y > 0.0 ? rows.lower[r] : rows.upper[r];
        if (!std::isfinite(limit)) {
            side.infeasibility = std::max(side.infeasibility, std::abs(y));
            continue; // taken as 0
        }
        bound += static_cast<long double>(y) * limit;
        each_entry(rows, r, [&](std::size_t column, double a) {
            reduced[column] -= a * y;
            size[column] += std::abs(a * y);
        });
    }

    std::vector<std::size_t> open; // columns whose better bound is infinite
    for (std::size_t j = 0; j < reduced.size(); ++j) {
        const double d = reduced[j];
        const double better = d > 0.0 ? programme.lower[j] : programme.upper[j];
        if (d == 0.0) {
            continue;
        }
        if (std::isfinite(better)) {
            bound += static_cast<long double>(d) * better;
        } else if (std::abs(d) > 16.0 * std::numeric_limits<double>::epsilon() * size[j]) {
            open.push_back(j);
            side.infeasibility = std::max(side.infeasibility, std::abs(d));
        } // else it cannot be told from 0
    }
    if (!open.empty()) {
        std::vector<double> lower = programme.lower;
        std::vector<double> upper = programme.upper;
        imply_bounds(rows, lower, upper);
        for (const std::size_t j : open) {
            bound +=
                static_cast<long double>(reduced[j]) * (reduced[j] > 0.0 ? lower[j] : upper[j]);
        }
    }
    side.bound = static_cast<double>(bound);
    return side;
}

/// The name of a flat row, from the blocks' or the coupling's.
std::string name_of_row(const FlatProgramme& programme, std::size_t row,
                        std::span<const Block> blocks, const Coupling& coupling) {
    const auto after =
        std::upper_bound(programme.first_row.begin(), programme.first_row.end(), row,
                         [](std::size_t value, int first) { return std::cmp_less(value, first); });
    const auto first = static_cast<std::size_t>(*(after - 1));
    const auto block = static_cast<std::size_t>(after - programme.first_row.begin()) - 1;
    return block < blocks.size() ? plain_row_name(blocks[block], static_cast<int>(row - first))
                                 : plain_row_name(coupling, coupling.rows.at(row - first));
}

std::string name_of_column(const FlatProgramme& programme, std::size_t column,
                           std::span<const Block> blocks) {
    const auto after =
        std::upper_bound(programme.first_column.begin(), programme.first_column.end(), column,
                         [](std::size_t value, int first) { return std::cmp_less(value, first); });
    const auto block = static_cast<std::size_t>(after - programme.first_column.begin()) - 1;
    return plain_column_name(blocks[block],
                             static_cast<int>(column) - programme.first_column[block]);
}

} // namespace

Optimality check_optimality(const FlatProgramme& programme, const Point& point,
                            std::span<const Block> blocks, const Coupling& coupling,
                            bool integer_too) {
    check_sizes(programme, point);
    if (programme.first_row.size() != blocks.size() + 1) {
        throw Error(Exit::defect, "the blocks are not those of the flat programme");
    }
    Optimality found;
    long double cost = programme.offset;
    std::size_t worst_column = programme.cost.size();
    for (std::size_t j = 0; j < programme.cost.size(); ++j) {
        const double value = point.column[j];
        cost += static_cast<long double>(programme.cost[j]) * value;
        const double wrong = violation(value, programme.lower[j], programme.upper[j]);
        if (wrong > found.primal_infeasibility) {
            found.primal_infeasibility = wrong;
            worst_column = j;
        }
        if (integer_too && programme.integer[j] != 0) {
            const double off = std::abs(value - std::round(value));
            found.integrality = std::max(found.integrality, std::isnan(off) ? infinity : off);
        }
    }
    std::size_t worst_row = programme.rows.lower.size();
    for (std::size_t r = 0; r < programme.rows.lower.size(); ++r) {
        long double sum = 0.0;
        each_entry(programme.rows, r, [&](std::size_t column, double a) {
            sum += static_cast<long double>(a) * point.column[column];
        });
        const double wrong =
            violation(static_cast<double>(sum), programme.rows.lower[r], programme.rows.upper[r]);
        if (wrong > found.primal_infeasibility) {
            found.primal_infeasibility = wrong;
            worst_row = r;
        }
    }
    if (worst_row < programme.rows.lower.size()) {
        found.worst_row = name_of_row(programme, worst_row, blocks, coupling);
    } else if (worst_column < programme.cost.size()) {
        found.worst_row = name_of_column(programme, worst_column, blocks);
    }
    found.primal_cost = static_cast<double>(cost);
    const bool no_duals = point.row_dual.empty() && !programme.rows.lower.empty();
    const DualSide dual =
        no_duals ? DualSide{-infinity, 0.0} : dual_side(programme, point.row_dual);
    found.dual_bound = dual.bound;
    found.dual_infeasibility = dual.infeasibility;
    found.relative_gap =
        (found.primal_cost - found.dual_bound) / std::max(1.0, std::abs(found.primal_cost));
    return found;
}

} // namespace longyang::lp
