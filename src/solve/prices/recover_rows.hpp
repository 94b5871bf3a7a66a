#pragma once

// Internal to solve/prices: prices of coupling rows that follow the rows' residuals.

#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dual_step.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace longyang::solve::prices::recovery {

/// What a block may give in an hour, each to channels of its own.
enum Kind : std::size_t { energy = 0, up = 1, down = 2, at_rest = 3, running = 4, draw = 5 };
inline constexpr std::size_t kinds = 6;
using Amounts = std::array<double, kinds>;

/// By pattern: what an amount of each kind adds to its weighted sum.
struct Effect {
    std::vector<Amounts> on;
    std::vector<char> any; ///< not 0 where it is not nothing
};

/// Prices of rows (PE-50): those of single hours hour by hour in the block metric of PE-3, those of
/// several hours each by itself.
class FollowingPrices {
public:
    /// handled: per row, not 0 where it is left out. blocks: their relief bounds the rows' prices,
    /// as in PriceEngine. scale: change of price that moves everything over its whole range.
    FollowingPrices(const lp::Coupling& coupling, const std::vector<char>& handled,
                    std::span<const lp::OracleData> blocks, const Movers& movers, double scale);

    /// From prices of rows and what is given to channels (channels x hours): asking prices follow
    /// in all hours.
    void begin(std::span<const double> row_price, std::span<const double> channel);
    /// Limits of rows that move with the schedule (one per row of the coupling, the same rows).
    void set_limits(std::span<const lp::CouplingRow> rows);
    /// The same at the prices at hand.
    void set_sums(std::span<const double> channel);
    /// Prices go a share of the way to asking prices.
    void move(double share);

    [[nodiscard]] std::span<const double> row_price() const { return row_price_; }
    /// Per row of the coupling, `share` of the way from its price to its asking price.
    [[nodiscard]] std::vector<double> between(double share) const;

    /// Effect of amounts that go to channels with weights: one list a kind.
    [[nodiscard]] Effect
    effect_of(const std::array<std::vector<std::pair<int, double>>, kinds>& channels) const;

    /// Per hour and kind (kinds x hours) the mean price on the way from the amounts `from` to the
    /// amounts `to`, both relative to what is given now, with the response of each row by itself
    /// (PE-51). from, to: kinds x hours.
    void mean_prices(const Effect& effect, std::span<const double> from, std::span<const double> to,
                     std::span<double> price) const;
    /// Whether a row that the dispatch cannot mend is broken and has less where less is given.
    [[nodiscard]] bool breaks_fixed(const Effect& effect) const;
    /// What it costs to give `more` energy in an hour than now (PE-52), CNY.
    [[nodiscard]] double cost_of_more(const Effect& effect, std::size_t hour, double more) const;

    /// What a plant's change in an hour adds to the sum of a row.
    struct Change {
        int hour = 0;
        bool is_long = false; ///< a row of several hours
        std::size_t row = 0;  ///< of its kind
        double sum = 0.0;
    };
    /// change: channels of the list x hours. In the order of hours.
    void changes_of(std::span<const int> channel, std::span<const double> change,
                    std::vector<Change>& changes) const;
    /// What changes earn at the asking prices that there are once a share of them is made, each
    /// row answering by itself, CNY.
    [[nodiscard]] double earned_at(std::span<const Change> changes, double share) const;
    void add(std::span<const Change> changes, double share);

    /// Something else is given in an hour: `more` of each kind.
    void add(const Effect& effect, std::size_t hour, const Amounts& more);
    /// Asking prices of the hour follow, by up to so many Gauss-Seidel sweeps from where they are.
    void follow(std::size_t hour, int sweeps);
    /// Those of rows over several hours.
    void follow_long_rows();

    struct Breach {
        double balance_mw = 0.0, rows_cny = 0.0, relief_cny = 0.0;
    };
    [[nodiscard]] Breach breach() const;

private:
    /// A row of one hour or, in long_, of several.
    struct Row {
        std::size_t number = 0; ///< in the coupling
        std::size_t pattern = 0;
        double lower = 0.0, upper = 0.0, low_cny = 0.0, high_cny = 0.0;
        double price = 0.0, asking = 0.0;
        double sum = 0.0;
        double cny_per_unit = 0.0; ///< how its asking price answers to its sum; 0: nothing moves it
        /// Where its asking price would be without the other side and the box: from the lower
        /// limit, from the upper one.
        double from_lower = 0.0, from_upper = 0.0;
        /// What it costs to be above its upper limit where the dispatch cannot mend it, since only
        /// whole decisions stand in the row; else 0.
        double breach_cny = 0.0;
        int begin = 0, end = 1;

        /// What is above the upper limit costs more where the sum is larger by `more`, CNY.
        [[nodiscard]] double breach_by(double more) const;

        [[nodiscard]] double price_at(double shift) const;
        [[nodiscard]] double integral(double shift) const;
        [[nodiscard]] double mean_price(double from, double to) const;
        /// With what its sum will be when all have answered the asking prices.
        void note(double foretold);
    };

    void lay_out(const std::vector<char>& handled, std::span<const lp::OracleData> blocks);
    void measure(const Movers& movers);
    void foretell(std::size_t hour);
    void long_prices(const Effect& effect, std::span<double> price) const;
    [[nodiscard]] std::size_t hours() const { return static_cast<std::size_t>(coupling_.hours); }

    const lp::Coupling& coupling_;
    double scale_;
    std::vector<double> row_price_;
    std::vector<std::vector<std::pair<std::size_t, double>>> patterns_of_channel_;
    std::vector<Row> rows_;             ///< of single hours, hour by hour
    std::vector<double> foretold_;      ///< their sums when all have answered the asking prices
    std::vector<std::int64_t> pattern_; ///< theirs, to pass over rows that nothing is given to
    std::vector<std::int64_t> first_, metric_first_;
    std::vector<float> metric_;
    std::vector<Row> long_;
};

} // namespace longyang::solve::prices::recovery
