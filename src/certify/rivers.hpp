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
};
/// What a reservoir does in an hour.
struct ReservoirHour {
    double spill_m3_per_s = 0.0, release_short_m3_per_s = 0.0;
    double storage_hm3 = 0.0;   ///< at the hour's end
    double end_short_hm3 = 0.0; ///< in the last hour
};

/// A cascade at the values of water (PE-65): balances (HY-1) of reservoirs without head segments
/// are priced, and of those with head segments what arrives from above. The sum over reservoirs of
/// what stands here is not above cost less earnings of any plan that keeps all limits.
class PricedRiver {
public:
    /// value_cny_per_hm3: reservoirs x hours; head_cny_per_hm3: stations x hours (empty: none), as
    /// what water counts that turns a station above a reservoir with head segments. Any numbers
    /// give a bound.
    PricedRiver(const lp::River& river, const Prices& prices,
                std::span<const double> value_cny_per_hm3,
                std::span<const double> head_cny_per_hm3);

    /// stations: those of the reservoir, in their order (stations_of).
    [[nodiscard]] double value(std::size_t reservoir, std::size_t hour, const ReservoirHour& does,
                               std::span<const StationHour> stations) const;
    /// The least of it over HY-2 to HY-8; exact in the hour. With head segments: over all of them
    /// hour by hour, which is worse than all_hours, and without the water behind upward reserve.
    [[nodiscard]] double bound(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] bool has_heads(std::size_t reservoir) const {
        return zones_[reservoir].size() > 1;
    }
    /// The least over all hours with the segment of the storage before each (HY-7); where there is
    /// no such plan the sum of `bound`. at_hm3: storages at the hours' ends, or empty; least_cny:
    /// the least cost up to there, per hour (its size is 0 where there is no such plan).
    [[nodiscard]] double all_hours(std::size_t reservoir, std::span<const double> at_hm3,
                                   std::vector<double>& least_cny) const;
    /// PE-14: of a pump in an hour, what lifting costs and what the water loses in value.
    [[nodiscard]] double pump_value(std::size_t pump, std::size_t hour, double flow_m3_per_s) const;
    /// The least of it, with what it is charged and paid besides (pump_charge).
    [[nodiscard]] double pump_bound(std::size_t pump, std::size_t hour) const;
    /// What a reservoir with head segments is paid less for water that a pump takes from it, or
    /// charged more for water that it brings, beyond the water's value, CNY per hm3.
    [[nodiscard]] double pump_charge(std::size_t pump, std::size_t hour,
                                     std::size_t reservoir) const;
    /// What a release is charged below beyond the value of water.
    [[nodiscard]] double charged(std::size_t reservoir, std::size_t hour, double before_hm3,
                                 double release_m3_per_s) const;
    /// Of water at the end of an hour.
    [[nodiscard]] double worth(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] const std::vector<std::size_t>& stations_of(std::size_t reservoir) const {
        return stations_[reservoir];
    }

private:
    /// A part of the release: what it earns here, and is charged below besides.
    struct Part {
        double amount_hm3 = 0.0, earns_cny = 0.0, charge_cny = 0.0; ///< CNY per hm3
    };
    struct Hour {
        std::vector<Part> parts; ///< of the largest release, dearest first
        double idle_cny = 0.0;   ///< without any
    };
    struct Point {
        double at_hm3, cny;
    };
    /// A convex function between its bends; empty: nowhere.
    using Curve = std::vector<Point>;
    struct Step {
        double length_hm3, cny_per_hm3;
    };
    [[nodiscard]] double storage_price(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double more(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] double charge(std::size_t reservoir, std::size_t hour, double counts_cny,
                                double short_cny) const;
    [[nodiscard]] double known(std::size_t reservoir, std::size_t hour) const;
    /// behind_cny: price of the water behind upward reserve (the last of HY-8), CNY per hm3.
    [[nodiscard]] double storage_bound(std::size_t reservoir, std::size_t hour,
                                       double behind_cny) const;
    [[nodiscard]] double bound_at(std::size_t reservoir, std::size_t hour, double behind_cny) const;
    [[nodiscard]] std::vector<double> bends_behind(std::size_t reservoir, std::size_t hour) const;
    [[nodiscard]] std::size_t zone_of(std::size_t reservoir, double storage_hm3) const;
    /// How a programme over all hours differs from what the tables say (PE-84).
    struct Case {
        std::span<const double> most_hm3 = {}; ///< storages at the hours' ends; empty: as they are
        double short_share = 1.0;              ///< of the price of a shortfall, in costs
    };
    [[nodiscard]] Hour hour_in_zone(std::size_t reservoir, std::size_t hour, std::size_t zone,
                                    double short_share = 1.0, double behind_cny = 0.0) const;
    [[nodiscard]] double pump_lacks(std::size_t pump, std::size_t hour) const;
    void add_arrivals(std::size_t reservoir, std::size_t hour, std::vector<Step>& steps) const;
    [[nodiscard]] Curve after(std::size_t reservoir, std::size_t hour, std::size_t zone,
                              const Curve& before, double short_share) const;
    [[nodiscard]] std::vector<Curve> next(std::size_t reservoir, std::size_t hour,
                                          const std::vector<Curve>& before,
                                          const Case& given) const;
    [[nodiscard]] double programme(std::size_t reservoir, std::span<const double> at_hm3,
                                   const Case& given, std::vector<double>& least_cny) const;
    [[nodiscard]] std::vector<double> most_storages(std::size_t reservoir) const;

    const lp::River& river_;
    const Prices& prices_;
    std::span<const double> value_, head_;
    std::vector<std::vector<std::size_t>> stations_; ///< per reservoir
    std::vector<std::vector<double>> zones_; ///< per reservoir: least storages, the first below all
    std::vector<double>
        charges_; ///< per reservoir: share of PE-34, 0 where that below has no heads
};

} // namespace longyang::certify
