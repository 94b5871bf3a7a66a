#pragma once

// Internal to solve/prices: what a RiverSolver works with.

#include "kernels/stores.hpp"
#include "solve/prices/rivers/heads.hpp"
#include "solve/prices/rivers/interior.hpp"
#include "solve/prices/rivers/lots.hpp"
#include "solve/prices/rivers/river_oracle.hpp"
#include "solve/prices/rivers/supply.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace longyang::solve::prices {

namespace river {

/// A reservoir as a store (kernels/stores.hpp).
struct Pool {
    std::vector<std::size_t> stations;
    Lots lots;
    std::vector<double> lot_value, taken;
    std::vector<double> base;       ///< change of storage by natural inflow and the largest release
    std::vector<std::size_t> order; ///< stations, those that earn most in the hour at hand first
    // PE-87, per hour; empty where there is no upward reserve or there are head segments:
    std::vector<double> up_on_power; ///< share of its price that output limits carry
    std::vector<double> behind;      ///< what storage earns by the rest, CNY per hm3
    // Where stations have head segments:
    std::optional<HeadProgramme> heads;
    std::vector<int> segment;  ///< of the bound at rest, stations x hours; empty: none (PE-36)
    std::vector<double> worth; ///< of storage for a mixture's head, stations x hours (PE-37)
    std::vector<double> natural_hm3; ///< inflow
    Supply supply;                   ///< once prices stay about where they are
    std::vector<double> best_hm3;    ///< storages that are best, of the only reservoir
    Offers offers;
    Offers lifted; ///< what pumps take (PE-14)
    // Where the reservoir below has some (PE-34):
    double asked_share = 0.0;        ///< 0: it has none
    std::vector<double> more, earns; ///< hours; stations of the reservoir x hours
    Lots dearer;                     ///< lots with what it asks

    [[nodiscard]] double behind_at(std::size_t t) const { return behind.empty() ? 0.0 : behind[t]; }
    [[nodiscard]] bool asks() const { return asked_share > 0.0; }
    [[nodiscard]] Asks what_it_asks() const { return {more, earns, asked_share}; }
    /// Of its own part of the bound.
    [[nodiscard]] const Lots& lots_as_asked() const { return asks() ? dearer : lots; }
};

} // namespace river

/// Of the interior-point method a call, where prices stay about where they are.
inline constexpr int most_steps_at_rest = 60;

struct RiverSolver::Parts {
    lp::River river;
    std::size_t hours;
    RiverSettings settings;
    RiverPlan plan;
    std::vector<river::Pool> pools;
    std::vector<double> arriving_hm3, least_hm3, most_hm3; ///< reservoirs x hours; hours; hours
    std::vector<double> lift_cny_per_hm3;                  ///< pumps x hours: what lifting costs
    std::optional<river::InteriorPoint> water;             ///< of several reservoirs
    double breach_cny_per_hm3 = 1e6;
    int calls = 0;
    // PE-36, once prices stay about where they are:
    bool rests = false;
    std::vector<double> rest_value; ///< the best so far; empty: none yet
    double rest_bound_cny = 0.0;    ///< there

    Parts(lp::River river_, int hours_, const RiverSettings& settings_);

    [[nodiscard]] std::span<double> row(std::vector<double>& table, std::size_t r) const {
        return std::span(table).subspan(r * hours, hours);
    }
    [[nodiscard]] std::span<const double> row(const std::vector<double>& table,
                                              std::size_t r) const {
        return std::span(table).subspan(r * hours, hours);
    }
    void add_pool(std::size_t r);
    /// At prices; see RiverSolver::solve.
    [[nodiscard]] Answer solve(std::span<const double> prices, std::span<double> given);
    /// What one answer is worked out with.
    void forget_lots();
    void value_release(std::size_t r);
    [[nodiscard]] kernels::Stores store_of(std::size_t r) const;
    [[nodiscard]] double plan_alone(std::span<const double> prices);
    [[nodiscard]] double bound_of(std::size_t r, std::span<const double> prices);
    [[nodiscard]] double bound_within_supply(std::size_t r, std::span<const double> prices,
                                             double without_cny);
    [[nodiscard]] double store_bound(std::size_t r);
    [[nodiscard]] double bound_at(std::span<const double> values, std::span<const double> prices);
    [[nodiscard]] std::span<const double> below(std::size_t r) const;
    void set_water(std::span<const double> prices);
    void set_behind(std::size_t r, std::span<const double> prices);
    void note_behind(std::size_t r, std::size_t t, double needed_hm3, double there_hm3,
                     double range_hm3);
    void take_segments();
    [[nodiscard]] std::vector<double> values_at_segments(std::span<const double> prices);
    [[nodiscard]] double bound_at_rest(std::span<const double> prices);
    [[nodiscard]] double head_worth(std::size_t k, std::size_t t,
                                    std::span<const double> prices) const;
    void note_worth(std::size_t r, std::size_t t, std::span<const double> prices);
    void set_surcharges(std::size_t u, std::span<const double> prices);
    void set_offers(std::size_t r);
    void set_pumps(std::span<const double> prices);
    [[nodiscard]] double pump_bound();
    void follow_water();
    [[nodiscard]] bool follow_water(std::size_t r);
    [[nodiscard]] double cut_pumps(std::size_t r, std::size_t t, double missing_hm3);
    [[nodiscard]] double read_pumps(std::span<double> given) const;
    [[nodiscard]] int steps_a_call() const;
    [[nodiscard]] double read_plan(std::span<const double> prices, std::span<double> given);
    [[nodiscard]] double read_hour(std::size_t r, std::size_t t, std::span<const double> prices,
                                   std::span<double> given);
    void hold_reserve(std::size_t r, std::size_t t, std::span<const double> prices,
                      std::span<double> given);
};

} // namespace longyang::solve::prices
