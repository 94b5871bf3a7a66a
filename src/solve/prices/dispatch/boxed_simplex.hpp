#pragma once

// Internal to solve/prices: a small linear programme that is solved again and again.

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Costs and bounds of all columns and rows of a programme; every bound is finite.
struct Boxes {
    std::span<const double> cost, lower, upper; ///< per column
    std::span<const double> row_lower, row_upper;
};

/// min c'x, with A x and x between two finite bounds each, by the dual simplex method (PE-57): with
/// boxes all around, any basis is dual feasible, so the last one is where the next programme
/// begins. The inverse of the basis is kept whole from programme to programme: for some hundred
/// rows. A column gives to a few channels, and rows are weighted sums of channels; a column may
/// also stand in a row by itself.
class BoxedSimplex {
public:
    struct Entry {
        int at = 0;
        double value = 0.0;
    };

    explicit BoxedSimplex(std::size_t channels) : channels_(channels), of_channel_(channels) {}

    /// gives: to channels. Gives its number.
    int add_column(std::vector<Entry> gives);
    /// A row over channels; gives its number. Columns of its own come by `change`.
    int add_row(std::vector<Entry> weights);
    /// Sets the entry of a column in a row, beside what its channels bring there.
    void change(int row, int column, double value);
    /// Takes out rows and columns whose marks are not 0; numbers close up. What goes must have no
    /// entries by itself in what stays.
    void take_out(std::span<const int> row_gone, std::span<const int> column_gone);

    /// False where it gives up: no solution, or rounding defeats it. The boxes must fit the
    /// columns and rows.
    [[nodiscard]] bool solve(const Boxes& boxes);

    // Of the last solution.
    [[nodiscard]] std::span<const double> value() const { return value_; }
    /// Per row: what a unit more of both its bounds costs.
    [[nodiscard]] std::span<const double> row_dual() const { return row_dual_; }
    [[nodiscard]] long pivots() const { return pivots_; } ///< of all programmes

    /// A column of A: rows and values.
    [[nodiscard]] std::vector<Entry> column(std::size_t number) const;
    [[nodiscard]] std::size_t columns() const { return columns_.size(); }
    [[nodiscard]] std::size_t rows() const { return row_state_.size(); }

private:
    /// A column, or, less than 0, the sum of row -1 - v.
    using Variable = int;
    struct State {
        int place = -1; ///< in the basis; -1: at a bound
        bool at_upper = false;
    };
    /// A variable that may enter: as the duals move, its reduced cost comes to 0 at `ratio`.
    struct Way {
        double ratio = 0.0, alpha = 0.0;
        Variable variable = 0;
    };
    struct Leaving {
        int place = -1;       ///< -1: none
        double missing = 0.0; ///< to its bound; less than 0: beyond the upper one
    };

    [[nodiscard]] static bool is_row(Variable v) { return v < 0; }
    [[nodiscard]] static std::size_t number(Variable v) {
        return static_cast<std::size_t>(v < 0 ? -1 - v : v);
    }
    [[nodiscard]] State& state(Variable v) {
        return is_row(v) ? row_state_[number(v)] : column_state_[number(v)];
    }
    [[nodiscard]] double lower(Variable v) const {
        return is_row(v) ? boxes_.row_lower[number(v)] : boxes_.lower[number(v)];
    }
    [[nodiscard]] double upper(Variable v) const {
        return is_row(v) ? boxes_.row_upper[number(v)] : boxes_.upper[number(v)];
    }
    [[nodiscard]] double at_bound(Variable v) { return state(v).at_upper ? upper(v) : lower(v); }
    [[nodiscard]] std::span<double> inverse_row(std::size_t place) {
        return std::span(inverse_).subspan(place * stride_, rows());
    }
    void make_room(std::size_t rows);
    void measure(std::size_t place);
    void factorise();
    [[nodiscard]] bool bring_in(int column, double least_share);
    void pivot(std::size_t place, Variable entering);
    void list_movable();
    void price_out();
    void go_to_bounds();
    void find_values();
    [[nodiscard]] Leaving most_missing() const;
    void add_times(Variable v, double amount, std::span<double> sums) const;
    void by_channel(std::span<const double> by_row);
    [[nodiscard]] double product(std::size_t k) const;
    void through_inverse(std::span<const double> vector, std::vector<double>& out);
    void find_ways(const Leaving& leaving);
    void offer(Variable v, double alpha, double reduced_cost, double sign);
    [[nodiscard]] Way choose_entering(double missing);
    void flip();
    [[nodiscard]] bool step(const Leaving& leaving);
    /// stalled: so many pivots that ties may go round in circles.
    enum class Outcome { kept, stalled, failed };
    [[nodiscard]] Outcome pivot_until_kept();
    void shift_costs(int seed);
    [[nodiscard]] bool balanced();

    std::size_t channels_;
    std::vector<std::vector<Entry>> columns_;    ///< at channels, from channels_ on at rows
    std::vector<std::vector<Entry>> row_weight_; ///< per row: of channels
    std::vector<std::vector<Entry>> of_channel_; ///< per channel: rows, and its weights there
    std::vector<State> column_state_, row_state_;
    std::vector<Variable> basic_;     ///< per place
    std::vector<double> inverse_;     ///< places x rows, stride_ apart
    std::vector<double> norm_;        ///< per place: square of its row of the inverse
    std::vector<double> basic_value_; ///< per place
    std::size_t stride_ = 0;
    int since_factorised_ = -1; ///< pivots; -1: the inverse is that of another basis
    long pivots_ = 0;

    // Of a programme:
    Boxes boxes_;
    std::vector<double> shifted_;    ///< costs without ties, where these go round in circles
    std::span<const double> cost_;   ///< those of boxes_, or shifted_
    std::vector<int> movable_;       ///< columns whose bounds differ
    std::vector<std::size_t> first_; ///< of their entries
    std::vector<Entry> entry_;
    std::vector<double> reduced_cost_, alpha_; ///< per movable column
    std::vector<Way> ways_;                    ///< a heap, the least ratio in front
    std::vector<Variable> flips_;
    std::vector<Entry> entries_; ///< of a vector that goes through the inverse, without zeros
    std::vector<double> sums_, through_, by_place_, row_dual_, value_;
};

} // namespace longyang::solve::prices
