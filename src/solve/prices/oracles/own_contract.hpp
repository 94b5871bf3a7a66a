#pragma once

#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Energy that a line has to carry in periods (CT-1), where nothing else stands in those rows.
struct OwnContract {
    struct Period {
        std::size_t row = 0; ///< of the coupling
        int begin = 0, end = 0;
        double low_mwh = 0.0, high_mwh = 0.0;
        double short_cny_per_mwh = 0.0, short_max_mwh = 0.0;
        std::size_t amount = 0; ///< in the list searched: what is missing
    };
    std::vector<Period> periods; ///< ascending, apart

    /// The amounts of all periods, each once, ascending.
    [[nodiscard]] std::vector<std::size_t> amounts() const;
};

/// The contracts of a line as one: patterns that hold its power and the one channel of an amount
/// (what is missing), each with weight 1. Those whose periods do not fit blocks of the line, or
/// overlap earlier ones, are left out; nothing where none is left.
[[nodiscard]] std::optional<OwnContract> own_contract(const lp::Coupling& coupling,
                                                      const lp::LevelLine& line,
                                                      std::span<const lp::HourlyAmount> amounts);

/// The periods of a line's other contracts, those that own_contract leaves out. Ascending by
/// contract.
[[nodiscard]] std::vector<OwnContract::Period>
further_periods(const lp::Coupling& coupling, const lp::LevelLine& line,
                std::span<const lp::HourlyAmount> amounts, const std::optional<OwnContract>& own);

/// PE-81  What a period's row is worth at its price, where levels carry whole steps of energy.
struct PeriodSteps {
    double low_mwh = 0.0, high_mwh = 0.0; ///< the first that is enough, the last that is allowed
    double below_mwh = 0.0;               ///< the last that is too little
    double missing_cny = 0.0;             ///< what is missing then
    double most_cny_per_mwh = 0.0;        ///< the price up to which that is dearer than `low_mwh`

    PeriodSteps(const lp::LevelLine& line, const OwnContract::Period& period);

    /// The energy that is the cheapest at a price, which is not above that of the shortfall.
    [[nodiscard]] double mwh(double price) const {
        return price < 0.0 ? high_mwh : price < most_cny_per_mwh ? low_mwh : below_mwh;
    }
    [[nodiscard]] double cny(double price) const {
        const bool below = price > 0.0 && price >= most_cny_per_mwh;
        return price == 0.0 ? 0.0 : price * mwh(price) + (below ? missing_cny : 0.0);
    }
};

} // namespace longyang::solve::prices
