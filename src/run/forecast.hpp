#pragma once

#include "lp/flat.hpp"
#include "results/content.hpp"

#include <cstddef>

namespace longyang::run {

/// Memory of the rank that solves and time of the whole run, before anything is solved. From runs
/// of northwest 2030, one day and three days, relaxed and integer, by the simplex method or an
/// interior point method (docs/decisions.md: forecast).
[[nodiscard]] results::Forecast forecast(const lp::Size& size, bool relaxed, bool interior);

/// What a run by prices does at most.
struct PriceWork {
    int evaluations = 0;  ///< of all plans
    int dispatches = 0;   ///< of the whole span
    int improvements = 0; ///< rounds
    bool security = false;
};
/// Memory of the root and time of a run by prices, which grow with blocks x hours; from a day, a
/// week, months and the year of northwest 2030 on one rank and two.
[[nodiscard]] results::Forecast forecast_by_prices(std::size_t blocks, std::size_t hours, int ranks,
                                                   const PriceWork& work);

/// Seconds of one evaluation of all plans in it.
[[nodiscard]] double evaluation_s(std::size_t blocks, std::size_t hours, int ranks);
/// What is left of a run by prices that has made so many evaluations in so many seconds, s: the
/// rest of the forecast, at that pace. one_s: of an evaluation, as forecast.
[[nodiscard]] double seconds_left(const results::Forecast& said, double one_s, int evaluations,
                                  double seconds);

} // namespace longyang::run
