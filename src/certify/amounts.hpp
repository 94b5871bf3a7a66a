#pragma once

#include "certify/prices.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>

namespace longyang::certify {

/// Cost less earnings in an hour of an amount and the downward reserve held behind it, CNY.
[[nodiscard]] double amount_value(const lp::HourlyAmount& data, const Prices& prices,
                                  std::size_t hour, double amount, double down);
/// The least of it over what is allowed (PE-6).
[[nodiscard]] double amount_bound(const lp::HourlyAmount& data, const Prices& prices,
                                  std::size_t hour);

} // namespace longyang::certify
