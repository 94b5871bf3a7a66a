#pragma once

// Internal to solve/prices: units of a cluster in the dispatch by the hour.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/hour.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::solve::prices {

/// Units of a cluster that are on and off as planned (PE-41, PE-42).
class UnitsWalk {
public:
    /// groups: read as long as the object lives. Adds its columns.
    UnitsWalk(const std::vector<lp::UnitGroup>& groups, std::size_t hours,
              HourProgramme& programme);

    /// Throws Error (defect) where the target does not fit.
    void begin(const lp::UnitsPlan& target);
    /// Limits and costs of an hour. loose: without regard to planned output.
    /// Throws Error (infeasible) where a unit cannot keep its ramps.
    void prepare(std::size_t t, bool loose, HourProgramme& programme);
    /// Takes over the hour's outputs; gives its cost, CNY.
    double settle(std::size_t t, const HourProgramme& programme);
    /// Once, after the last hour.
    [[nodiscard]] lp::UnitsPlan take_plan() { return std::move(plan_); }
    [[nodiscard]] double dearest_cny_per_mwh() const;

private:
    /// What a unit may do in an hour.
    struct Limits {
        double low = 0.0, high = 0.0;  ///< output
        double cap = 0.0, floor = 0.0; ///< of output with reserve
    };
    /// Parts of the way from the least to the largest output: by segment of the heat curve and by
    /// whether downward reserve still grows, upward reserve falls.
    static constexpr std::size_t zones = 4;
    static constexpr std::size_t grows = 1, falls = 2;

    [[nodiscard]] bool on(std::size_t unit, std::size_t t) const {
        return plan_.on[unit * hours_ + t] != 0;
    }
    [[nodiscard]] bool started(std::size_t unit, std::size_t t) const;
    [[nodiscard]] bool has_past(std::size_t unit, std::size_t t) const;
    [[nodiscard]] double top(std::size_t unit, std::size_t t) const;
    [[nodiscard]] Limits ahead(std::size_t unit, std::size_t t) const;
    void stay_near_plan(std::size_t unit, std::size_t t, Limits& limits) const;
    [[nodiscard]] Limits limits(std::size_t unit, std::size_t t, bool loose) const;
    template <class Visit>
    void visit_parts(const Limits& limits, const Visit& visit) const;
    [[nodiscard]] double start_cost(std::size_t unit) const;
    void add_capture(HourProgramme& programme);
    double share_out_capture(std::size_t t, const HourProgramme& programme);

    const std::vector<lp::UnitGroup>& groups_;
    const lp::UnitGroup& first_;
    std::size_t hours_;
    bool wide_reserve_ = false;
    double highest_mw_ = 0.0;
    std::vector<int> column_; ///< segments x zones; -1: none
    int captured_ = -1;       ///< column of CO2 captured; -1: none
    int capture_row_ = -1;
    std::vector<std::size_t> group_; ///< per unit
    const lp::UnitsPlan* target_ = nullptr;
    lp::UnitsPlan plan_;
    std::vector<Limits> limits_;        ///< per unit, of the hour
    std::vector<double> width_, share_; ///< segments x zones
    std::vector<int> off_h_;            ///< per unit: hours off up to now
};

} // namespace longyang::solve::prices
