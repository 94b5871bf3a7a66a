#pragma once

// Internal to solve/prices: lines and amounts by the hour in the dispatch.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/hour.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::solve::prices {

/// A line whose power is kept as planned.
class LineWalk {
public:
    /// line: read as long as the object lives.
    LineWalk(const lp::LevelLine& line, std::size_t hours) : line_(line), hours_(hours) {}

    /// Throws Error (defect) where the target does not fit.
    void begin(const lp::LinePlan& target);
    void prepare(std::size_t t, bool loose, HourProgramme& programme) const;
    [[nodiscard]] double settle(std::size_t t, const HourProgramme& programme) const;
    /// Once, after the last hour.
    [[nodiscard]] lp::LinePlan take_plan() { return std::move(plan_); }

private:
    const lp::LevelLine& line_;
    std::size_t hours_;
    lp::LinePlan plan_;
};

/// An amount by the hour, free within its limits; downward reserve is all of it (RN-2).
class AmountWalk {
public:
    /// amount: read as long as the object lives. Adds a column, unless its channels stand in rows
    /// over several hours alone: then its low is taken, and `fill` may add to it.
    AmountWalk(const lp::HourlyAmount& amount, std::size_t hours, bool by_the_hour,
               HourProgramme& programme);

    void begin();
    void prepare(std::size_t t, bool loose, HourProgramme& programme) const;
    double settle(std::size_t t, const HourProgramme& programme);
    [[nodiscard]] const lp::AmountPlan& plan() const { return plan_; }
    /// Once, after the last hour.
    [[nodiscard]] lp::AmountPlan take_plan() { return std::move(plan_); }
    [[nodiscard]] bool by_the_hour() const { return column_ >= 0; }
    [[nodiscard]] const lp::HourlyAmount& data() const { return amount_; }
    [[nodiscard]] double cost(std::size_t t) const { return amount_.cny_per_unit[t]; }
    /// In the hour's solution.
    [[nodiscard]] double now(const HourProgramme& programme) const {
        return programme.value(column_);
    }
    /// Adds up to `most` in an hour; gives how much.
    double fill(std::size_t t, double most);

private:
    const lp::HourlyAmount& amount_;
    std::size_t hours_;
    int column_ = -1;
    lp::AmountPlan plan_;
};

} // namespace longyang::solve::prices
