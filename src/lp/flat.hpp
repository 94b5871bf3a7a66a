#pragma once

#include "lp/block.hpp"
#include "lp/coupling.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace longyang::lp {

/// Rows by row (CSR): of a whole programme, or a batch to be added to one.
struct SparseRows {
    std::vector<double> lower, upper;
    std::vector<std::int64_t> start{0};
    std::vector<int> column;
    std::vector<double> value;
};

/// A whole programme as one matrix: the columns of all blocks in their order, the rows of all
/// blocks in their order, then the coupling rows in theirs.
struct FlatProgramme {
    double offset = 0.0; ///< constant part of the cost
    std::vector<double> cost, lower, upper;
    std::vector<char> integer;
    SparseRows rows;
    std::vector<int> first_column; ///< per block, and one behind the last
    std::vector<int> first_row;    ///< per block, and one behind the last: the first coupling row
};

/// Puts a programme together. `blocks` is the whole programme, in order. Constants that blocks give
/// to a channel move to the right-hand side. Throws Error (defect) where a port names no channel or
/// hour.
[[nodiscard]] FlatProgramme flatten(std::span<const Block> blocks, const Coupling& coupling);

/// The coupling rows [first, last) over the flat columns, to be added to a programme that is there
/// already.
[[nodiscard]] SparseRows flatten_rows(std::span<const Block> blocks, const Coupling& coupling,
                                      std::size_t first, std::size_t last);

/// What blocks consist of, counted without putting them together: for forecasts. Sums over parts of
/// the blocks (of the ranks) are those of all blocks.
struct Size {
    long long columns = 0, integers = 0;
    long long rows = 0, nonzeros = 0; ///< of the blocks' own rows
    /// Of coupling rows. At most as many are left in a flat programme: one where a column reaches a
    /// row through several ports.
    long long coupling_nonzeros = 0;
};
[[nodiscard]] Size size_of(std::span<const Block> blocks, const Coupling& coupling);

/// Name of a flat column or row, without spaces, unique, as "thermal:datong_coal.thermal_on.17" or
/// "NW-1.balance.3" (over several hours "CT-1.yuanxia_january.0-24"): used in MPS files and in
/// messages. Where a name would stand again (segments of one hour), "#2", "#3", ... follow it.
[[nodiscard]] std::vector<std::string> column_names(std::span<const Block> blocks);
[[nodiscard]] std::vector<std::string> row_names(std::span<const Block> blocks,
                                                 const Coupling& coupling);

/// A point and its duals. Duals and reduced costs: change of the optimal cost by one unit more of
/// the row's or column's active bound.
struct Point {
    std::vector<double> column, row_dual, reduced_cost;
};

/// How well a point fits the optimality conditions of a (relaxed) programme, found without any
/// solver.
struct Optimality {
    double primal_cost = 0.0;
    /// Valid by weak duality: from row_dual alone, every column at its better bound under its
    /// reduced cost, which is worked out here. A dual that points to an infinite side of its row
    /// counts as 0. Where a column's better bound is infinite, the finite one that the rows imply
    /// stands for it (so that 1e-9 of reduced cost does not ruin the bound); where they imply none,
    /// the bound is -infinity. Also -infinity where the point has no duals.
    double dual_bound = 0.0;
    double primal_infeasibility = 0.0; ///< largest, relative to 1 + |bound|
    /// Largest reduced cost that points to an infinite bound of its column, or dual that points to
    /// an infinite side of its row; absolute.
    double dual_infeasibility = 0.0;
    double integrality = 0.0;  ///< largest distance of an integer column from a whole number
    double relative_gap = 0.0; ///< (primal_cost - dual_bound) / max(1, |primal_cost|)
    /// Name of the row or column with the largest primal infeasibility; empty where there is none.
    std::string worst_row;
};

/// integer_too: also measure integrality. Throws Error (defect) where sizes do not fit.
[[nodiscard]] Optimality check_optimality(const FlatProgramme& programme, const Point& point,
                                          std::span<const Block> blocks, const Coupling& coupling,
                                          bool integer_too);

} // namespace longyang::lp
