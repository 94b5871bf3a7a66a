#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"

#include <vector>

/// Bus prices of the engine by prices beside HiGHS's duals of the same relaxed programme.
namespace longyang::testing {

/// CNY/MWh at a bus in an hour in which HiGHS's dual is unique as far as can be seen.
struct PricePair {
    int bus = 0, hour = 0;
    double highs = 0.0, engine = 0.0;
};

struct PriceDuals {
    int all = 0;                   ///< buses x hours
    std::vector<PricePair> unique; ///< those that can be compared
    double highs_cny = 0.0;        ///< relaxed optimum
    double bound_cny = 0.0;        ///< of the engine, of the relaxed programme
};

/// Relaxed blocks in the engine (general oracle) and in HiGHS. A price is unique where HiGHS's dual
/// is the same, to 1e-6, at all loads as they are, `share` higher and `share` lower.
[[nodiscard]] PriceDuals compare_price_duals(const Comm& comm, const grid::System& system,
                                             grid::Span span, int iterations, double share);

} // namespace longyang::testing
