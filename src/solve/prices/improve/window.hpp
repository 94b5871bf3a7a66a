#pragma once

// Internal to solve/prices and its callers on other ranks: the linear programme of a window.

#include "lp/block.hpp"
#include "lp/flat.hpp"
#include "solve/prices/dispatch/dispatch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Hours [begin, end) of a span in which the blocks of a part of the system are improved together.
struct Window {
    std::size_t begin = 0, end = 0;
    int part = 0;
    /// Up to where the improvement of other windows leaves storages behind the end alone.
    std::size_t free_end = 0;

    [[nodiscard]] std::size_t hours() const { return end - begin; }
};

/// What of a block a window leaves as it is, so that machines stay connected (PE-86). Empty tables:
/// nothing.
struct Held {
    bool whole = false; ///< all of it
    /// Of a store, per hour: discharge less charge is at least so much where this is above 0, at
    /// most where it is below.
    std::vector<double> store_mw;
    std::vector<double> station_mw; ///< stations of a cascade x hours: least output
    std::vector<double> pump_mw;    ///< pumps of a cascade x hours: least power
};

/// What is counted for a unit by which a row is broken, CNY.
constexpr double breach_cny = 1e6;
/// A price that nobody knows.
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The programme of a window (PE-70): a schedule's values are a point of it. Hours of rows and
/// channels are counted from the window's begin.
struct WindowProgramme {
    int channels = 0, hours = 0;
    std::vector<double> cost, lower, upper;
    std::vector<double> now; ///< values of the schedule
    /// Per column, CNY per unit: its cost less what it brings at the prices of rows (PE-78);
    /// `unknown` where a row's price is.
    std::vector<double> reduced;
    lp::SparseRows rows;    ///< in force from the start
    lp::SparseRows waiting; ///< enter where a solution breaks them
    std::vector<std::int64_t> give_start{0};
    std::vector<int> give_place; ///< channel x hours + hour
    std::vector<double> give_value;
    std::vector<double> constant; ///< channels x hours: given whatever the columns do
    std::vector<double> price;    ///< channels x hours, of what is given; empty: not known
    double slack_cny = 0.0; ///< of rows, what the schedule is off the limits that prices ask for

    WindowProgramme() = default;
    WindowProgramme(std::size_t channels_, std::size_t hours_, std::vector<double> price_);

    /// Gives its number. Limits that the present value breaks by more than rounding are widened to
    /// it.
    int add_column(double low, double high, double cost_cny, double present);
    /// The last column gives so much to a channel in an hour.
    void give(int channel, std::size_t hour, double value);
    void give_constant(int channel, std::size_t hour, double amount) {
        constant[place(channel, hour)] += amount;
    }
    /// Limits are widened as those of columns. price_cny: of one more at the limits, where it is
    /// not in `price`.
    void add_row(double low, double high, std::span<const lp::Term> terms, double price_cny);
    /// A row that holds, or, where the present values break it, with a column for what it is broken
    /// by, which costs `breach_cny` a unit and can only fall.
    void add_row_to_mend(double low, double high, std::vector<lp::Term> terms);
    void add_waiting(double low, double high, std::span<const lp::Term> terms) {
        add(waiting, low, high, terms);
    }
    [[nodiscard]] std::size_t place(int channel, std::size_t hour) const {
        return static_cast<std::size_t>(channel) * static_cast<std::size_t>(hours) + hour;
    }
    [[nodiscard]] double cost_of(std::span<const double> value) const;
    /// PE-90  By how much the cost can fall at most if `reduced` is right, CNY.
    [[nodiscard]] double most_gain_cny() const;

private:
    void add(lp::SparseRows& to, double low, double high, std::span<const lp::Term> terms) const;
};

/// Sums of channels over the columns of a programme, which is read as long as the object lives.
class ChannelSums {
public:
    explicit ChannelSums(const WindowProgramme& programme);

    /// Adds weight x channel of an hour to the sum at hand.
    void add(int channel, std::size_t hour, double weight);
    /// The sum at hand, which begins anew: its terms by column, and what is given by constants.
    struct Sum {
        std::vector<lp::Term> terms;
        double constant = 0.0;
    };
    [[nodiscard]] Sum take();

private:
    const WindowProgramme& programme_;
    std::vector<std::size_t> start_; ///< per place
    std::vector<lp::Term> giver_;
    std::vector<double> scratch_;
    std::vector<int> touched_;
    double constant_ = 0.0;
};

struct WindowSettings {
    /// Limits of the network that are broken in an hour of the window by what is given to the
    /// channels; may be empty.
    std::function<std::vector<HourLimit>(std::size_t hour, std::span<const double> channel)> watch =
        {};
};

/// What came out for a window. Without a solution `value` is empty: the schedule stays.
struct WindowSolution {
    std::vector<double> value;
    double gain_cny = 0.0;
    int rounds = 0;
    long pivots = 0;
    int rows = 0;         ///< in the end
    double seconds = 0.0; ///< of the processor
};
/// The cheapest values, never dearer than those of the schedule.
[[nodiscard]] WindowSolution solve_window(const WindowProgramme& programme,
                                          const WindowSettings& settings);

/// For messages between ranks; the bytes are those of the same kind of machine.
[[nodiscard]] std::vector<std::byte> to_bytes(std::span<const WindowProgramme> programmes);
[[nodiscard]] std::vector<WindowProgramme> programmes_from_bytes(std::span<const std::byte> bytes);

} // namespace longyang::solve::prices
