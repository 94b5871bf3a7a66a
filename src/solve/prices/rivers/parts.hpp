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
    // Where stations have head segments:
    std::optional<HeadProgramme> heads;
    // Once prices stay about where they are, stations x hours; empty: mixed (PE-36):
    std::vector<std::size_t> zone;   ///< per hour, of the plan's storage before it
    std::vector<int> held_segment;   ///< in force there
    Lots held_lots;                  ///< there
    std::vector<int> segment;        ///< of the first zones, for the bound
    std::vector<double> worth;       ///< of storage for the head, stations x hours (PE-36, PE-37)
    std::vector<double> natural_hm3; ///< inflow
    Supply supply;                   ///< once prices stay about where they are
    std::vector<double> best_hm3;    ///< storages that are best for this reservoir alone
    Offers offers;
    Offers lifted; ///< what pumps take (PE-14)
    // Where the reservoir below has some (PE-34):
    double asked_share = 0.0;        ///< 0: it has none
    std::vector<double> more, earns; ///< hours; stations of the reservoir x hours
    Lots dearer;                     ///< lots with what it asks

    [[nodiscard]] bool asks() const { return asked_share > 0.0; }
    [[nodiscard]] Asks what_it_asks() const { return {more, earns, asked_share}; }
    /// Of its own part of the bound.
    [[nodiscard]] const Lots& lots_as_asked() const { return asks() ? dearer : lots; }
};

} // namespace river

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
    // PE-36:
    bool rests = false;                       ///< prices stay about where they are
    bool stale = false;                       ///< heads are to be looked at anew
    std::optional<river::InteriorPoint> held; ///< the plan's water, storages held in their zones

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
    [[nodiscard]] std::span<const double> below(std::size_t r) const;
    void set_water(std::span<const double> prices);
    /// What the plan follows.
    [[nodiscard]] const river::InteriorPoint& flow() const { return held ? *held : *water; }
    [[nodiscard]] double value_of_plan(std::span<const double> prices, double cost_cny) const;
    void rest(std::span<const double> prices);
    void choose_zones(std::span<const double> prices);
    [[nodiscard]] bool take_best_zones(std::span<const double> prices);
    void improve_zones(std::span<const double> prices, double best_cny);
    void take_zones(std::size_t r, std::span<const double> storage_hm3);
    void hold_zones(std::size_t r);
    void improve_held(std::span<const double> prices, int most_steps);
    [[nodiscard]] double value_in_zones(std::span<const double> prices);
    void note_heads(std::span<const double> prices);
    [[nodiscard]] double head_worth(std::size_t k, std::size_t t,
                                    std::span<const double> prices) const;
    void note_worth(std::size_t r, std::size_t t, std::span<const double> prices);
    [[nodiscard]] river::Segments segments_of(const river::Pool& pool) const;
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
