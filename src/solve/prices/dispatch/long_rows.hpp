#pragma once

#include "lp/coupling.hpp"
#include "solve/prices/dispatch/dispatch.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Rows over several hours while the hours are walked (PE-38): what they should have by the hour is
/// planned; where the walk falls behind, their price rises.
class LongRows {
public:
    /// row_price: per row of the coupling.
    LongRows(const lp::Coupling& coupling, std::span<const double> row_price);

    /// planned: channels x hours, what the targets give. premium: by how much the price of a row
    /// moves where it is behind by as much as its largest hour.
    void begin(std::span<const double> planned, double premium_cny);
    /// Adds the rows' prices in an hour to the channels' (one number each).
    void add_prices(std::size_t t, std::span<double> channel_cny) const;
    /// What an hour may give at most, so that no row goes beyond its upper limit in the end.
    [[nodiscard]] std::vector<HourLimit> limits(std::size_t t) const;
    /// channel: what an hour gave.
    void settle(std::size_t t, std::span<const double> channel);
    [[nodiscard]] bool empty() const { return rows_.empty(); }

private:
    struct Row {
        int pattern = 0, begin = 0, end = 0;
        double lower = 0.0, upper = 0.0, price_cny = 0.0;
        std::vector<double> planned; ///< per hour from begin
        double largest = 1.0;        ///< of an hour
        double behind = 0.0;
        std::vector<double> later; ///< what hours after this one are planned to add
        double room = 0.0;         ///< between what is planned in all and the upper limit
        double spare = 0.0;        ///< between what is planned in all and the lower limit; of a row
                                   ///< without one, the upper limit
    };
    [[nodiscard]] static bool binds(const Row& row);
    [[nodiscard]] static double counted_behind(const Row& row);
    [[nodiscard]] double sum_in_hour(const Row& row, std::span<const double> channel,
                                     std::size_t stride, std::size_t t) const;

    const lp::Coupling& coupling_;
    std::vector<Row> rows_;
    double premium_cny_ = 0.0;
};

} // namespace longyang::solve::prices
