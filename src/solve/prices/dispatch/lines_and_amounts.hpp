#pragma once

// Internal to solve/prices: lines and amounts by the hour in the dispatch.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/hour.hpp"
#include "solve/prices/hour_rows.hpp"

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
    /// Both are read as long as the object lives. In hours in which its channels stand in rows over
    /// several hours alone its low is taken.
    AmountWalk(const lp::HourlyAmount& amount, std::size_t hours, const HourRows& hour_rows,
               HourProgramme& programme);

    void begin();
    void prepare(std::size_t t, bool loose, HourProgramme& programme) const;
    double settle(std::size_t t, const HourProgramme& programme);
    /// Once, after the last hour.
    [[nodiscard]] lp::AmountPlan take_plan() { return std::move(plan_); }
    /// Whether a row of the hour asks for it.
    [[nodiscard]] bool by_the_hour(std::size_t t) const { return hour_rows_.hold(amount_, t); }
    [[nodiscard]] const lp::HourlyAmount& data() const { return amount_; }
    [[nodiscard]] double cost(std::size_t t) const { return amount_.cny_per_unit[t]; }
    /// In the hour's solution.
    [[nodiscard]] double now(const HourProgramme& programme) const {
        return programme.value(column_);
    }

private:
    const lp::HourlyAmount& amount_;
    std::size_t hours_;
    const HourRows& hour_rows_;
    int column_ = 0;
    lp::AmountPlan plan_;
};

} // namespace longyang::solve::prices
