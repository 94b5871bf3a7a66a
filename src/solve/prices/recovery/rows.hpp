#pragma once

// Internal to solve/prices: prices of coupling rows that follow the rows' residuals.

#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dual_step.hpp"

#include <algorithm>
#include <array>
#include <cmath>
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
    /// Kinds that add to a pattern: none, the one with this number less 1, or several.
    static constexpr char nothing = 0, several = static_cast<char>(kinds) + 1;
    std::vector<Amounts> on;
    std::vector<char> which;

    /// What amounts (kinds x hours) of an hour add to a pattern to which something is added.
    [[nodiscard]] double sum(std::size_t pattern, std::span<const double> amount, std::size_t hour,
                             std::size_t hours) const {
        const Amounts& a = on[pattern];
        if (which[pattern] != several) {
            const auto kind = static_cast<std::size_t>(which[pattern]) - 1;
            return a[kind] * amount[kind * hours + hour];
        }
        double sum = 0.0;
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            sum += a[kind] * amount[kind * hours + hour];
        }
        return sum;
    }
};

/// A row's asking price as its sum changes.
struct Answering {
    /// Where it would be without the other side and the box: from the lower limit, from the upper.
    double from_lower = 0.0, from_upper = 0.0;
    double low_cny = 0.0, high_cny = 0.0;

    /// Where its sum is larger by shift / cny_per_unit.
    [[nodiscard]] double price_at(double shift) const {
        const double rising = from_lower - shift;
        const double falling = from_upper - shift;
        const double alone = std::max(rising, std::min(falling, 0.0));
        return std::min(high_cny, std::max(low_cny, alone));
    }
    /// Its derivative by `shift` is - price_at(shift).
    [[nodiscard]] double integral(double shift) const {
        return up_to(from_lower - shift, high_cny) + up_to(shift - from_upper, -low_cny);
    }
    /// Of its asking prices between two shifts.
    [[nodiscard]] double mean_price(double from, double to) const {
        const double way = to - from;
        return std::abs(way) > 1e-6 ? (integral(from) - integral(to)) / way : price_at(from);
    }

private:
    /// Integral from 0 to u of min(max(0, v), most).
    [[nodiscard]] static double up_to(double u, double most) {
        if (!(u > 0.0)) {
            return 0.0;
        }
        return u <= most ? 0.5 * u * u : most * (u - 0.5 * most);
    }
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
    /// Asking prices of the hour follow, by up to so many Gauss-Seidel sweeps from where they are;
    /// what would change one by less than the sweeps end with waits.
    void follow(std::size_t hour, int sweeps);
    /// Those of rows over several hours.
    void follow_long_rows();

    struct Breach {
        double balance_mw = 0.0, rows_cny = 0.0, relief_cny = 0.0;
    };
    [[nodiscard]] Breach breach() const;

private:
    /// Rows of one hour, hour by hour, or of several. A list for each number: every unit looks at
    /// all rows of all hours, for which few of them have to be read.
    struct Rows {
        std::vector<std::size_t> number; ///< in the coupling
        std::vector<std::int32_t> pattern;
        std::vector<int> begin, end;
        std::vector<double> lower, upper, low_cny, high_cny;
        std::vector<double> price, asking;
        std::vector<double> sum;
        std::vector<double> foretold; ///< their sums when all have answered the asking prices
        /// How its asking price answers to its sum; 0: nothing moves it.
        std::vector<double> cny_per_unit;
        std::vector<double> from_lower, from_upper; ///< as Answering has it
        /// What it costs to be above its upper limit where the dispatch cannot mend it, since only
        /// whole decisions stand in the row; else 0.
        std::vector<double> breach_cny;

        [[nodiscard]] std::size_t size() const { return number.size(); }
        [[nodiscard]] std::size_t pattern_of(std::size_t row) const {
            return static_cast<std::size_t>(pattern[row]);
        }
        void append(const Rows& from, std::size_t row);
        [[nodiscard]] Answering answering(std::size_t row) const {
            return {from_lower[row], from_upper[row], low_cny[row], high_cny[row]};
        }
        /// Where asking prices would be, by the sums that are foretold.
        void note(std::size_t row);
        /// What is above the upper limit costs more where the sum is larger by `more`, CNY.
        [[nodiscard]] double breach_by(std::size_t row, double more) const;
    };

    void lay_out(const std::vector<char>& handled, std::span<const lp::OracleData> blocks);
    void measure(const Movers& movers);
    void foretell(std::size_t hour);
    void follow(std::size_t hour, int sweeps, double least_cny);
    void long_prices(const Effect& effect, std::span<double> price) const;
    [[nodiscard]] std::size_t hours() const { return static_cast<std::size_t>(coupling_.hours); }

    const lp::Coupling& coupling_;
    double scale_;
    std::vector<double> row_price_;
    std::vector<std::vector<std::pair<std::size_t, double>>> patterns_of_channel_;
    std::vector<char> fixed_; ///< by pattern, not 0: only whole decisions stand in it
    Rows rows_;               ///< of single hours
    std::vector<std::int64_t> first_, metric_first_;
    std::vector<float> metric_;
    Rows long_;
};

} // namespace longyang::solve::prices::recovery
