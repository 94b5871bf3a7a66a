#pragma once

#include "lp/oracle_data.hpp"
#include "solve/prices/oracles/oracle.hpp"

namespace longyang::solve::prices {

/// Wind, PV, load shedding, shortfalls, sharing, ways of DC links: each hour by its own price, in
/// closed form (equation PE-6). Exact.
[[nodiscard]] Oracle hourly_oracle(lp::HourlyAmount amount, int hours);

} // namespace longyang::solve::prices
