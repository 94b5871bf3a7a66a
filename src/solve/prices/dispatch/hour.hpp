#pragma once

// Internal to solve/prices: the linear programme of one hour.

#include "lp/coupling.hpp"
#include "solve/prices/dispatch/boxed_simplex.hpp"
#include "solve/prices/dispatch/dispatch.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// What a column gives to a channel, per unit.
struct Give {
    int channel = 0;
    double value = 0.0;
};

/// The programme of an hour (PE-40): columns of all plants within limits that each hour sets anew,
/// rows of the coupling that stand for the hour, and rows of plants. It stays in the solver from
/// hour to hour; rows that are not in force are wide. Every row may be broken at a price; those of
/// the coupling that may be broken at one of their own wait until a solution breaks them.
class HourProgramme {
public:
    /// The coupling is read as long as the object lives.
    HourProgramme(const lp::Coupling& coupling, double breach_cny_per_unit);

    // Once, before `build`.
    int add_column(std::vector<Give> gives);
    /// A row over columns; gives its number.
    int add_row(std::span<const int> column, std::span<const double> value);
    void build();

    // An hour.
    /// besides_cny: per channel, what a unit given there earns besides (rows over several hours);
    /// empty: nothing.
    void begin(int hour, std::span<const double> besides_cny);
    /// Given whatever the columns do.
    void give(int channel, double amount) {
        constant_[static_cast<std::size_t>(channel)] += amount;
    }
    void set(int column, double low, double high, double cost_cny);
    void set_row(int row, double low, double high);
    void change(int row, int column, double value);
    /// Solves it; throws Error (numerical) where HiGHS gives up.
    void solve();
    /// Puts waiting rows in force that the solution breaks; false where there is none.
    bool add_broken();
    /// Adds limits; false where none of them is new in this hour.
    bool add_limits(const std::vector<HourLimit>& limits);

    [[nodiscard]] double value(int column) const {
        return value_[static_cast<std::size_t>(column)];
    }
    /// What is given to each channel.
    [[nodiscard]] const std::vector<double>& channel();
    /// Of the worst broken row that has to hold, relative; 0: none.
    struct Breach {
        double relative = 0.0;
        int row = -1; ///< of the coupling
    };
    [[nodiscard]] Breach breach() const;
    /// What broken rows cost, without those that may be broken at a price of their own.
    [[nodiscard]] double slack_cny() const;
    /// What the latter cost.
    [[nodiscard]] double breach_cny() const;
    /// Adds what broken rows miss (a surplus: negative) to the channel that counts most in each,
    /// without those that may be broken; one number per channel, `stride` apart.
    void add_missing(std::span<double> channel, std::size_t stride) const;
    /// Writes duals of the hour's rows to their places.
    void read_duals(std::span<double> row_dual) const;

    [[nodiscard]] long programmes() const { return programmes_; }
    [[nodiscard]] long pivots() const { return simplex_.pivots() + pivots_by_highs_; }
    [[nodiscard]] int columns() const { return static_cast<int>(gives_.size()); }
    [[nodiscard]] int rows() const { return static_cast<int>(row_lower_.size()); }

private:
    /// A weighted sum of channels as a row.
    struct SumRow {
        std::vector<int> channel;
        std::vector<double> weight;
        int row = 0;
        int pattern = -1;                ///< of the coupling, -1: of a limit that was found
        int last_hour = 0;               ///< in which it was in force
        double lower = 0.0, upper = 0.0; ///< of the sum, in this hour
        bool in_force = false;
        int coupling_row = -1;            ///< the last of the hour
        double breach_cny = lp::infinity; ///< as lp::CouplingRow has it
    };
    struct Entry {
        int column = 0;
        double value = 0.0;
    };

    /// In force, at a price of its own.
    [[nodiscard]] static bool may_break(const SumRow& sum) {
        return sum.in_force && sum.breach_cny < lp::infinity;
    }
    void add_row(std::vector<BoxedSimplex::Entry> weights);
    int append(SumRow sum);
    void forget(int hour);
    void solve_by_highs();
    void put_in_force(std::size_t coupling_row);
    void put_in_force(SumRow& sum, double lower, double upper, int coupling_row, double breach_cny);
    void put_rows_in_force();
    [[nodiscard]] double sum_of_constants(const SumRow& sum) const;

    const lp::Coupling& coupling_;
    double breach_cny_;
    BoxedSimplex simplex_;
    int hour_ = -1;
    std::vector<std::vector<Give>> gives_;          ///< per column of a plant
    std::vector<std::vector<Entry>> own_rows_;      ///< of plants
    std::vector<std::vector<std::size_t>> of_hour_; ///< coupling rows
    std::vector<int> sum_of_pattern_;               ///< place in sums_, -1: none
    std::vector<SumRow> sums_;
    std::vector<std::size_t> waiting_; ///< coupling rows of the hour
    std::vector<int> slack_;           ///< per row: its first of two columns

    std::vector<double> column_lower_, column_upper_, column_cost_;
    std::vector<double> row_lower_, row_upper_;
    std::vector<double> value_, row_dual_;
    std::vector<double> constant_, channel_;
    std::span<const double> besides_cny_;
    long programmes_ = 0, pivots_by_highs_ = 0;
};

} // namespace longyang::solve::prices
