#pragma once

#include "certify/prices.hpp"
#include "lp/oracle_data.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::certify {

/// What a station does in an hour.
struct StationHour {
    double flow_m3_per_s = 0.0, p_mw = 0.0, up_mw = 0.0, down_mw = 0.0;
    /// Least storage of the head segment in force, where several are in reach.
    double segment_from_hm3 = 0.0;
};
/// What a reservoir does in an hour.
struct ReservoirHour {
    double spill_m3_per_s = 0.0, release_short_m3_per_s = 0.0;
    double storage_hm3 = 0.0;   ///< at the hour's end
    double end_short_hm3 = 0.0; ///< in the last hour
};

/// A cascade with its water balances (HY-1) priced at the values of water, and the storage that
/// head segments ask for at head prices (PE-65): the sum over reservoirs and hours of what stands
/// here is not above cost less earnings of any plan that keeps all limits.
class PricedRiver {
public:
    /// value_cny_per_hm3: reservoirs x hours; head_cny_per_hm3: stations x hours (empty: none).
    /// Any numbers give a bound; a head price below 0, or where there is nothing to choose, counts
    /// as 0.
    PricedRiver(const lp::River& river, const Prices& prices,
                std::span<const double> value_cny_per_hm3,
                std::span<const double> head_cny_per_hm3);

    /// stations: those of the reservoir, in their order (stations_of).
    [[nodiscard]] double value(std::size_t reservoir, std::size_t hour, const ReservoirHour& does,
                               std::span<const StationHour> stations) const;
    /// The least of it over HY-2 to HY-8, without the water behind upward reserve; exact in the
    /// hour.
    [[nodiscard]] double bound(std::size_t reservoir, std::size_t hour) const;
    /// The price of storage at the start of an hour that counts, CNY per hm3.
    [[nodiscard]] double head_price(std::size_t station, std::size_t hour) const;
    [[nodiscard]] const std::vector<std::size_t>& stations_of(std::size_t reservoir) const {
        return stations_[reservoir];
    }

private:
    /// A part of the release, and what an hour of a unit of it earns.
    struct Lot {
        double flow_m3_per_s = 0.0, cny_per_m3_per_s = 0.0;
    };
    [[nodiscard]] double worth(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double storage_price(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double release_price(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double known(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double storage_bound(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double release_bound(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double with_lots(std::size_t reservoir, std::size_t hour,
                                   std::vector<Lot> lots) const;
    [[nodiscard]] double choose(std::size_t reservoir, std::size_t hour, std::size_t place,
                                std::vector<Lot>& lots) const;

    const lp::River& river_;
    const Prices& prices_;
    std::span<const double> value_, head_;
    std::vector<std::vector<std::size_t>> stations_; ///< per reservoir
};

} // namespace longyang::certify
