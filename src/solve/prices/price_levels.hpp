#pragma once

#include "lp/coupling.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace longyang::solve::prices {

/// Prices of rows, per row of the coupling.
struct RowPrices {
    std::span<const double> low, high; ///< their box
    std::span<double> price;
};

/// Per mover: units over all hours of the span, of those that can be moved in all of them at once
/// and, in part at the cost of other hours, in all hours of a month.
struct Lasting {
    std::vector<double> over_span, over_month;
};

/// PE-5: a step of what prices of single hours have in common over the span, and of the prices of
/// rows over several hours, all together: by sums over all these hours and by what can be moved in
/// all of them at once, which water, storages and contracts cannot.
class PriceLevels {
public:
    /// effect: movers x patterns, what a unit of each gives to each pattern; units: movers x hours.
    void set_metric(Lasting lasting, std::span<const double> units, std::vector<double> effect);
    /// hour_rows: rows of single hours, long_rows: the others, both without handled ones;
    /// scale: as level_scale of DualStep::step.
    void step(const lp::Coupling& coupling, std::span<const std::size_t> hour_rows,
              std::span<const std::size_t> long_rows, std::span<const double> row_sum, double scale,
              const RowPrices& prices);

private:
    /// A pattern over hours.
    struct Level {
        std::size_t pattern = 0, begin = 0, end = 0;
        double slope = 0.0;      ///< of a level of single hours
        std::ptrdiff_t row = -1; ///< of a row over several hours: its number
    };
    [[nodiscard]] static std::vector<Level> list_levels(const lp::Coupling& coupling,
                                                        std::span<const std::size_t> hour_rows,
                                                        std::span<const std::size_t> long_rows,
                                                        std::span<const double> row_sum,
                                                        std::span<const double> price);
    [[nodiscard]] static double share_of(const Level& level, double hours);
    [[nodiscard]] double moved(const Level& one, const Level& other,
                               std::span<const double> units) const;
    [[nodiscard]] std::vector<float> metric_of(std::span<const Level> levels, double hours) const;

    std::size_t patterns_ = 0;
    Lasting lasting_;
    std::vector<double> all_;    ///< per mover, over the span
    std::vector<double> effect_; ///< movers x patterns
    /// By pattern and first hour: the steps before.
    std::map<std::pair<std::size_t, std::size_t>, double> last_;
    std::vector<double> factor_;
};

} // namespace longyang::solve::prices
