#include "run/forecast.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::run {
namespace {

constexpr double begin_s = 2.0; ///< until the first evaluation

} // namespace

results::Forecast forecast(const lp::Size& size, bool relaxed, bool interior) {
    results::Forecast said;
    const auto columns = static_cast<double>(size.columns);
    const auto nonzeros = static_cast<double>(size.nonzeros + size.coupling_nonzeros);
    // The program itself with the case, then what the blocks, the whole matrix and HiGHS's copies
    // take; rounding holds a few small programmes besides.
    said.memory_mb = 150.0 + 1e-6 * (300.0 * nonzeros + 1500.0 * columns) * (relaxed ? 1.0 : 1.2);
    // A day of the northwest takes 45 s relaxed (five rounds of limits) and 35 s more for rounding
    // and dispatch; the simplex method grows far faster than the programme.
    const double days = columns / 57000.0;
    const double solves = interior ? 90.0 * std::pow(days, 1.5) : 45.0 * std::pow(days, 3.0);
    said.seconds = 2.0 + solves + (relaxed ? 0.0 : 35.0 * std::pow(days, 1.5));
    return said;
}

results::Forecast forecast_by_prices(std::size_t blocks, std::size_t hours, int ranks,
                                     const PriceWork& work) {
    results::Forecast said;
    const double size = static_cast<double>(blocks) * static_cast<double>(hours);
    // The root holds the search for a schedule, each rank its own oracles; a window's programme
    // does not grow with the span.
    const double bytes = 180.0 + 55.0 / ranks + (work.security ? 110.0 : 0.0);
    said.memory_mb = (work.improvements > 0 ? 160.0 : 100.0) + 1e-6 * bytes * size;
    // Plans and windows are shared out over the ranks, dispatches are the root's.
    said.seconds = begin_s + work.evaluations * evaluation_s(blocks, hours, ranks) +
                   size * (4.6e-5 * work.improvements / ranks + 5e-6 * work.dispatches);
    return said;
}

double evaluation_s(std::size_t blocks, std::size_t hours, int ranks) {
    return 2.3e-7 * static_cast<double>(blocks) * static_cast<double>(hours) / ranks;
}

double seconds_left(const results::Forecast& said, double one_s, int evaluations, double seconds) {
    const double forecast_s = evaluations * one_s;
    return std::max(0.0, said.seconds - begin_s - forecast_s) * seconds / forecast_s;
}

} // namespace longyang::run
