#pragma once

#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <vector>

namespace longyang::solve::prices {

/// In which hours channels stand in rows of that hour alone. What an amount gives in another hour
/// counts only in rows over several.
class HourRows {
public:
    explicit HourRows(const lp::Coupling& coupling);

    /// Whether a channel that the amount gives to does in an hour.
    [[nodiscard]] bool hold(const lp::HourlyAmount& amount, std::size_t hour) const;

private:
    std::size_t hours_;
    std::vector<char> stands_; ///< channels x hours
};

} // namespace longyang::solve::prices
