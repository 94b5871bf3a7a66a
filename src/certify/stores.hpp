#pragma once

#include "certify/prices.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>

namespace longyang::certify {

/// What a storage plant does in an hour; of a flexible load beside its `base`.
struct StoreHour {
    double charge_mw = 0.0, discharge_mw = 0.0, spill_mw = 0.0;
    double energy_mwh = 0.0; ///< at the hour's end
    double up_mw = 0.0, down_mw = 0.0;
    double unserved_mw = 0.0; ///< of the drain
};

/// A storage plant or flexible load with its balance (ST-1, FL-1) priced at the values of its
/// energy (PE-64): the sum over the hours of what stands here is cost less earnings of every plan
/// that keeps the balance.
struct PricedStore {
    const lp::Store& store;
    const Prices& prices;
    std::span<const double> value_cny_per_mwh; ///< per hour; any numbers give a bound

    [[nodiscard]] double value(std::size_t hour, const StoreHour& does) const;
    /// The least of it over ST-2 to ST-4 (FL-2 to FL-6), exact in the hour.
    [[nodiscard]] double bound(std::size_t hour) const;

private:
    [[nodiscard]] double worth(std::size_t hour) const;
};

} // namespace longyang::certify
