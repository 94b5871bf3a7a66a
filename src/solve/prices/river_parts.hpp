#pragma once

// Internal to solve/prices: what a RiverSolver works with.

#include "kernels/stores.hpp"
#include "solve/prices/river_heads.hpp"
#include "solve/prices/river_interior.hpp"
#include "solve/prices/river_lots.hpp"
#include "solve/prices/river_oracle.hpp"

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
    std::vector<int> segment;        ///< in force in the lots: stations x hours; empty: mixed
    std::vector<double> worth;       ///< of storage for the head of a mixture, likewise (PE-37)
    std::vector<int> segment_before; ///< others were tried since
    std::vector<double> natural_hm3; ///< inflow
    std::vector<double> best_hm3;    ///< storages by PE-36
    Offers offers;
    Offers lifted; ///< what pumps take (PE-14)
    // Where the reservoir below has some (PE-34):
    bool asks = false;
    std::vector<double> more, earns; ///< hours; stations of the reservoir x hours
    Lots dearer;                     ///< lots with what it asks
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
    bool whole = false;          ///< segments are chosen
    bool tried = false;          ///< those are new
    double gap_before_cny = 0.0; ///< plan less bound with those before
    double least_gain = 5e-4;    ///< as a share, for others to be tried

    Parts(lp::River river_, int hours_, const RiverSettings& settings_);

    [[nodiscard]] std::span<double> row(std::vector<double>& table, std::size_t r) const {
        return std::span(table).subspan(r * hours, hours);
    }
    [[nodiscard]] std::span<const double> row(const std::vector<double>& table,
                                              std::size_t r) const {
        return std::span(table).subspan(r * hours, hours);
    }
    void add_pool(std::size_t r);
    void value_release(std::size_t r);
    [[nodiscard]] kernels::Stores store_of(std::size_t r) const;
    [[nodiscard]] double plan_alone();
    [[nodiscard]] double bound_of(std::size_t r);
    [[nodiscard]] double store_bound(std::size_t r);
    [[nodiscard]] std::span<const double> below(std::size_t r) const;
    void take_segments(std::size_t r, std::span<const double> storage_hm3);
    [[nodiscard]] double value_of_plan(std::span<const double> prices, double cost_cny) const;
    void choose_segments(double gap_cny, bool settled);
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
