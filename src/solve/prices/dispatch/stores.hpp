#pragma once

// Internal to solve/prices: a storage in the dispatch by the hour.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/hour.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace longyang::solve::prices {

/// A storage or flexible load that stays near its planned energy (PE-44, PE-45).
class StoreWalk {
public:
    /// store: read as long as the object lives. Adds its columns.
    StoreWalk(const lp::Store& store, std::size_t hours, HourProgramme& programme);

    /// cny_per_mwh: channels x hours, prices for a target that does not know the value of its
    /// energy. given_mw: what it has to give by hour (heat that running units take); empty:
    /// nothing. Throws Error (defect) where the target does not fit.
    void begin(const lp::StorePlan& target, std::span<const double> cny_per_mwh,
               double premium_cny_per_mwh, std::vector<double> given_mw);
    void prepare(std::size_t t, bool loose, HourProgramme& programme);
    /// Of the hour at hand, once solved, before it is settled.
    [[nodiscard]] double discharged(const HourProgramme& programme) const;
    [[nodiscard]] double planned_discharge(std::size_t t) const { return target_->discharge_mw[t]; }
    [[nodiscard]] const lp::Store& data() const { return store_; }
    double settle(std::size_t t, const HourProgramme& programme);
    /// Once, after the last hour.
    [[nodiscard]] lp::StorePlan take_plan() { return std::move(plan_); }

private:
    /// A way to charge or discharge: up to where reserve changes its slope and beyond, each as
    /// planned and beyond the plan.
    struct Way {
        std::array<int, 4> column{-1, -1, -1, -1}; ///< kind x (as planned, beyond)
    };
    [[nodiscard]] static double taken(const Way& way, const HourProgramme& programme);
    void set_way(const Way& way, double most_mw, double bend_mw, double planned_mw, double least_mw,
                 double cost_cny, HourProgramme& programme) const;
    [[nodiscard]] double price(std::size_t t) const;
    /// What the plan leaves unserved of the drain.
    [[nodiscard]] double unserved(std::size_t t) const {
        return target_->unserved_mw.empty() ? 0.0 : target_->unserved_mw[t];
    }
    [[nodiscard]] std::vector<double> least_energy() const;
    [[nodiscard]] std::vector<double> most_energy() const;
    [[nodiscard]] std::vector<double> spilt_by_plan() const;
    [[nodiscard]] double beyond_plan(std::size_t t) const;

    const lp::Store& store_;
    std::size_t hours_;
    Way charge_, discharge_;
    int spill_ = -1; ///< column of inflow spilt so that downward reserve finds room; -1: none
    const lp::StorePlan* target_ = nullptr;
    std::span<const double> price_;
    double premium_cny_ = 0.0;
    std::vector<double> given_mw_;     ///< has to be given
    std::vector<double> least_, most_; ///< energy at the end of an hour, MWh
    std::vector<double> spilt_;        ///< what the plan had spilt by then and could hold, MWh
    double energy_mwh_ = 0.0;          ///< now
    lp::StorePlan plan_;
};

} // namespace longyang::solve::prices
