#pragma once

#include "base/comm.hpp"
#include "kernels/rows.hpp"
#include "lp/block.hpp"
#include "lp/coupling.hpp"
#include "solve/prices/oracles/oracle.hpp"
#include "solve/prices/price_levels.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Numbers of all ranks, one rank's behind the other's, on every rank. Collective.
[[nodiscard]] std::vector<double> gather_to_all(const Comm& comm, const std::vector<double>& mine);

/// Ways in which prices may move the blocks of all ranks, those of the same direction as one. The
/// same on every rank, whatever blocks it has.
struct Movers {
    std::vector<std::vector<int>> channel;
    std::vector<std::vector<double>> weight;
    std::vector<double> units; ///< movers x hours
    Lasting lasting;
};
[[nodiscard]] Movers gather_movers(const Comm& comm, std::span<const Oracle> own,
                                   std::size_t hours);

/// Prices of rows, what they make of channels' prices, and the step that changes them. Every rank
/// holds the same. Rows over one hour are stepped hour by hour in a block metric (PE-3, PE-4), then
/// their levels together with rows over several hours (PE-5).
class DualStep {
public:
    /// `handled`: per row, not 0 where an oracle takes care of it: its price stays 0. Rows that
    /// come later are not handled. `own`: numbers of the channels that this rank's blocks give to;
    /// others have no prices here, and count nothing in sums.
    DualStep(const lp::Coupling& coupling, std::vector<char> handled, Movers movers,
             std::span<const int> own);

    /// Takes over a coupling that has got more patterns and rows behind the old ones. Prices of
    /// the old rows stay; new ones begin at 0.
    void grow(const lp::Coupling& coupling);

    [[nodiscard]] const Movers& movers() const { return movers_; }
    /// Per row of the coupling.
    [[nodiscard]] const std::vector<double>& prices() const { return price_; }
    void set_prices(std::vector<double> price);
    /// Box of a row's price.
    void set_box(std::size_t row, double low, double high);

    /// channels x hours; of own channels, 0 elsewhere.
    void price_channels(std::span<double> channel_price);
    /// Sums of all rows from channels; parts of channels on several ranks add up to those of the
    /// whole without rounding (bound.hpp).
    void add_up(const Comm& comm, std::span<const double> channel, std::span<double> sums);
    /// scale: change of price that moves a plant over its whole range, CNY per unit; level_scale:
    /// the same of levels.
    void step(std::span<const double> row_sum, double scale, double level_scale);
    /// The metric's memory is given back; the next step, if there is one, measures anew.
    void forget_metric();

private:
    void lay_out();
    void lay_out_patterns();
    void lay_out_hours();
    void lay_out_rows();
    [[nodiscard]] std::vector<std::int64_t> keep_metric(const kernels::HourRows& rows);
    [[nodiscard]] std::vector<double> effects() const;
    void measure();
    [[nodiscard]] std::size_t hours() const { return static_cast<std::size_t>(coupling_.hours); }

    lp::Coupling coupling_;
    std::vector<char> handled_;
    std::vector<char> own_; ///< per channel
    Movers movers_;
    std::vector<double> price_, price_low_, price_high_;

    // Patterns over own channels, by pattern (weights on a grid) and by channel (as they are).
    std::vector<std::int64_t> pattern_first_, pattern_channel_, channel_first_, channel_pattern_;
    std::vector<double> grid_weight_, weight_;
    // Hours in which rows have a pattern (kernels::HourSpans).
    std::vector<std::int64_t> hours_first_;
    std::vector<std::int32_t> hours_begin_, hours_end_;
    std::vector<double> by_pattern_; ///< patterns x hours

    // Rows of single hours, in the order of the hours.
    std::vector<std::int64_t> hour_first_, hour_pattern_, metric_first_;
    std::vector<std::size_t> hour_row_; ///< their numbers
    std::vector<float> metric_;
    std::vector<std::int64_t> measured_first_, measured_pattern_; ///< rows that metric_ is of
    std::vector<double> factor_, last_;                           ///< of the hours, of all rows
    std::vector<double> lower_, upper_;                           ///< of rows of single hours

    std::vector<std::size_t> long_row_;
    PriceLevels levels_;
};

} // namespace longyang::solve::prices
