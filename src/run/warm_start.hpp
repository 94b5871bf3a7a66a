#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "run/grid_factors.hpp"
#include "run/limit_rows.hpp"
#include "run/study.hpp"

#include <span>
#include <string>
#include <vector>

namespace longyang::run {

struct WarmStart {
    /// Per row of the coupling, CNY per unit, by family, name and hours of the year; NaN where the
    /// earlier run had none.
    std::vector<double> row_price;
    int iterations = 0; ///< that led to them, of those which the run was to make
};

/// Prices of earlier runs by prices, results files `paths`; hours that none of them has take those
/// of hours like them (KnownPrices). The limits of the network that they had found in these hours
/// enter `coupling`. Collective; the same on all ranks.
///
/// goes_on  the one file has to be of this case and span; else the case may have changed and the
///          span may be another one: prices only steer
///
/// Throws Error: file where a file cannot be read or holds no prices of rows, usage where it is
/// of another case or span and goes_on.
[[nodiscard]] WarmStart warm_start(const Comm& comm, std::span<const std::string> paths,
                                   bool goes_on, const model::Context& context,
                                   const GridFactors& grid, LimitRows& limits,
                                   lp::Coupling& coupling);

/// Whether earlier runs, results files `paths`, were of this very case, outages, clean spans and
/// limits of security, had all hours of the span and came to a bound: their prices are near the
/// best ones then.
/// Collective; the same on all ranks. Throws Error (file) where a file cannot be read.
[[nodiscard]] bool near_already(const Comm& comm, std::span<const std::string> paths,
                                const Study& study);

} // namespace longyang::run
