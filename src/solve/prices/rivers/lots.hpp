#pragma once

// Internal to solve/prices: what the water of a reservoir earns in an hour, as lots of a store.

#include "lp/oracle_data.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::river {

/// 1 m3/s over an hour, in hm3.
inline constexpr double hm3 = lp::hm3_per_m3s_h;

/// Largest flow and output of a station in a head segment.
[[nodiscard]] double flow_limit_m3_per_s(const lp::RiverStation& station, std::size_t hour,
                                         int segment);
[[nodiscard]] double output_limit_mw(const lp::RiverStation& station, std::size_t hour,
                                     int segment);
/// The segment in force where the storage was `before_hm3` at the start of an hour.
[[nodiscard]] int segment_in_force(const lp::RiverStation& station, std::size_t hour,
                                   double before_hm3);

/// What a station's output (the reserve that goes with it counted) and its upward reserve earn,
/// CNY per MW.
struct StationPrice {
    double output = 0.0, up = 0.0;
};
/// behind_cny_per_hm3: what water behind upward reserve pays (PE-87).
[[nodiscard]] StationPrice station_price(const lp::RiverStation& station,
                                         std::span<const double> prices, std::size_t hours,
                                         std::size_t t, double behind_cny_per_hm3 = 0.0);

/// The lots of a reservoir (kernels/stores.hpp): parts of the largest release, held back, without
/// the value of the water downstream. lots x hours; the last is the spill beyond the least release.
/// Empty until they are set.
struct Lots {
    std::size_t count = 0;
    std::vector<double> value_cny_per_hm3, amount_hm3;
    std::vector<double> largest_cny;      ///< per hour: cost of the largest release
    std::vector<double> hold_cny_per_hm3; ///< per hour: of storage at its end (PE-37, PE-87)
    double constant_cny = 0.0;            ///< of the largest release, all hours

    Lots() = default;
    explicit Lots(std::size_t count_) : count(count_) {}
    /// Gives back their memory.
    void clear() { *this = Lots(count); }
};

/// What a reservoir asks for its water beyond its value below (PE-34): as much as makes up for what
/// it would be worth here if it were kept. Empty: nothing.
struct Asks {
    std::span<const double> more_cny_per_hm3;  ///< per hour: worth here less worth below
    std::span<const double> earns_cny_per_hm3; ///< stations of the reservoir x hours
    double share = 1.0;                        ///< of what would make up for keeping the water
    /// earns: by the way that it is released; short: what is saved of a shortfall
    [[nodiscard]] double surcharge(std::size_t t, double earns_cny, double short_cny) const {
        return more_cny_per_hm3.empty()
                   ? 0.0
                   : share * std::max(0.0, more_cny_per_hm3[t] - earns_cny - short_cny);
    }
};

/// What the storage of a reservoir does for its stations.
struct Storage {
    /// Head segments, stations x hours; empty: any mixture of those in reach.
    std::span<const int> segment;
    /// What storage at the start of the hour is worth for a mixture's head (PE-37), stations x
    /// hours; empty: nothing.
    std::span<const double> worth_cny_per_hm3;
    /// Per hour, what it earns at the hour's end behind upward reserve (PE-87); empty: nothing.
    std::span<const double> behind_cny_per_hm3;
};

/// PE-20, PE-21, PE-87. stations: those of the reservoir. short_share: of the price of what is
/// missing to the least release, that counts in costs (PE-84); what asks charge is worked out with
/// all of it.
void set_lots(const lp::River& river, std::size_t reservoir, std::span<const std::size_t> stations,
              std::span<const double> prices, std::size_t hours, const Storage& storage,
              const Asks& asks, Lots& lots, double short_share = 1.0);
/// How many lots a reservoir has at most, where segments are mixed.
[[nodiscard]] std::size_t count_lots(const lp::River& river, std::size_t reservoir,
                                     std::span<const std::size_t> stations);

} // namespace longyang::solve::prices::river
