#pragma once

// Internal to solve/prices: a cascade in the dispatch by the hour.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/hour.hpp"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace longyang::solve::prices {

/// A cascade that stays near its planned storages (PE-46 to PE-48).
class RiverWalk {
public:
    /// river: read as long as the object lives. Adds its columns and rows.
    RiverWalk(const lp::River& river, std::size_t hours, HourProgramme& programme);

    /// cny_per_mwh: channels x hours, prices for a target that does not know the value of water.
    /// Throws Error (defect) where the target does not fit.
    void begin(const lp::RiverPlan& target, std::span<const double> cny_per_mwh,
               double premium_cny_per_mwh);
    void prepare(std::size_t t, bool loose, HourProgramme& programme);
    double settle(std::size_t t, const HourProgramme& programme);
    /// Once, after the last hour.
    [[nodiscard]] lp::RiverPlan take_plan() { return std::move(plan_); }
    /// By how much level limits had to be broken, summed.
    [[nodiscard]] double breach_hm3() const { return breach_hm3_; }

private:
    struct Station {
        std::size_t reservoir = 0;
        int below = -1, above = -1, leaving = -1; ///< columns: up to what is planned, beyond, and
                                                  ///< of water that leaves anyway
        double least_mw_per_m3_per_s = 0.0;       ///< of all segments
        // Of the hour:
        double mw_per_m3_per_s = 0.0, most_mw = 0.0, head_mw_per_m3_per_s = 0.0;
        double most_now_mw = 0.0; ///< as far as there is water
        double share = 1.0;       ///< of scarce water
    };
    /// Its water goes to rows of the programme where releases of one hour depend on each other:
    /// several stations, or no travel time to or from it.
    struct Reservoir {
        std::vector<std::size_t> stations, from; ///< from: reservoirs that flow into it
        double size_m3_per_s = 0.0;              ///< what a release is measured by
        bool rows = false;
        int to_mouth_h = 0;                                   ///< travel time to the last reservoir
        std::vector<std::size_t> lifted_from, lifted_to;      ///< pumps
        int planned_spill = -1, spill = -1, shortage = -1;    ///< columns
        int water_row = -1, largest_row = -1, least_row = -1; ///< rows
        std::vector<double> low_hm3, high_hm3; ///< with what the hours behind ask for
        std::vector<double> catch_up_hm3;      ///< what later hours could release beyond the plan
        std::vector<double> payback_hm3;       ///< what later hours could hold back
        double end_hm3 = 0.0;                  ///< above the plan's end, less than 0: below
        // Of the walk:
        double storage_hm3 = 0.0;
        double ahead_hm3 = 0.0; ///< released more than planned
        // Of the hour:
        double coming_m3_per_s = 0.0, leaving_m3_per_s = 0.0;
    };

    /// HY-9
    struct Pump {
        std::size_t from = 0, to = 0;
        int below = -1, above = -1; ///< columns, MW taken: up to what is planned, beyond
        /// Reservoirs between whose storages water lies that was lifted and is to come back: from
        /// the upper one down to the last above the lower one.
        std::vector<std::size_t> way_back;
        std::vector<std::size_t> way_on; ///< where it does not come back: from the lower one down
    };

    void add_pumps(HourProgramme& programme);
    void add_rows(Reservoir& own, HourProgramme& programme);
    [[nodiscard]] double lifted(std::size_t r, std::size_t t, const lp::RiverPlan& plan) const;
    void set_pump(std::size_t k, std::size_t t, HourProgramme& programme) const;
    double settle_pump(std::size_t k, std::size_t t, const HourProgramme& programme);
    [[nodiscard]] double arrived(std::size_t r, std::size_t t) const;
    [[nodiscard]] double planned_arrival(std::size_t r, std::size_t t) const;
    [[nodiscard]] double room_below(std::size_t r, std::size_t t) const;
    [[nodiscard]] double least_storage(std::size_t r, std::size_t t) const;
    [[nodiscard]] double least_release(std::size_t r, std::size_t t) const;
    [[nodiscard]] double target_release(std::size_t r, std::size_t t) const;
    [[nodiscard]] double planned_flow(std::size_t k, std::size_t t, double target) const;
    [[nodiscard]] double water_value(std::size_t r, std::size_t t) const;
    void choose_head(Station& station, const lp::RiverStation& data, std::size_t t) const;
    [[nodiscard]] double water_above(std::size_t r, std::size_t t) const;
    void share_water(std::size_t r, std::size_t t, double target);
    void prepare_free(std::size_t r, std::size_t t, double most, double least, double target,
                      HourProgramme& programme);
    void prepare_rows(std::size_t r, std::size_t t, double low_hm3, double least, double target,
                      HourProgramme& programme);
    void set_station(std::size_t k, std::size_t t, double leaving, double planned, double most,
                     HourProgramme& programme) const;
    void give_reserve(std::size_t r, std::size_t t, HourProgramme& programme) const;
    double settle_reservoir(std::size_t r, std::size_t t, const HourProgramme& programme);
    void settle_reserve(std::size_t r, std::size_t t);
    void look_ahead(std::size_t r);

    const lp::River& river_;
    std::size_t hours_;
    std::vector<Station> stations_;
    std::vector<Reservoir> reservoirs_;
    std::vector<Pump> pumps_;
    const lp::RiverPlan* target_ = nullptr;
    std::span<const double> price_;
    double premium_cny_ = 0.0;
    lp::RiverPlan plan_;
    double breach_hm3_ = 0.0;
};

} // namespace longyang::solve::prices
