#pragma once

// Internal to solve/prices: plants in the programme of a window.

#include "lp/block_plan.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/hour_rows.hpp"
#include "solve/prices/improve/window.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// Running units of a cluster (PE-71). Units that have the same way through the window and stand
/// alike at both of its ends are one team.
class UnitsWindow {
public:
    using Plan = lp::UnitsPlan; ///< that it reads and writes
    /// Adds columns and rows. groups: read as long as the object lives.
    UnitsWindow(const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan,
                const Window& window, std::size_t hours, WindowProgramme& programme);
    /// Writes the window's values into the plan.
    void read(std::span<const double> value, lp::UnitsPlan& plan) const;
    /// Of outputs in the window.
    [[nodiscard]] double cost(const lp::UnitsPlan& plan) const;

private:
    /// A stretch of the way from the least to the largest output.
    struct Piece {
        double width_mw = 0.0, cny_per_mwh = 0.0;
        bool grows = false, falls = false; ///< downward reserve with it, upward reserve
    };
    struct Hour {
        bool on = false, started = false;
        double floor_mw = 0.0, top_mw = 0.0;
        double least_up_mw = 0.0; ///< upward reserve at the least output
        std::vector<Piece> pieces;
        int first = -1;                   ///< column of the first piece
        int less_up = -1, less_down = -1; ///< reserve that ramps do not allow
        int captured = -1;                ///< CO2
    };
    struct Team {
        std::vector<std::size_t> units;
        bool has_past = false, goes_on = false; ///< over the window's begin, over its end
        double before_mw = 0.0, after_mw = 0.0, after_up_mw = 0.0, after_down_mw = 0.0;
        std::vector<Hour> hours;
    };
    enum class Reserve { none, up, down };

    [[nodiscard]] std::vector<Team> teams(const lp::UnitsPlan& plan) const;
    [[nodiscard]] Team team_of(std::size_t unit, const lp::UnitsPlan& plan) const;
    [[nodiscard]] double top(const Team& team, std::size_t k) const;
    [[nodiscard]] std::vector<Piece> pieces(double floor_mw, double top_mw) const;
    void add_hour(Team& team, std::size_t k, const lp::UnitsPlan& plan, WindowProgramme& programme);
    void add_capture(Hour& hour, std::size_t k, double units, double captured_t,
                     WindowProgramme& programme) const;
    void give_reserve(const Team& team, std::size_t k, WindowProgramme& programme) const;
    void add_rise(const Team& team, std::size_t k, Reserve with, WindowProgramme& programme) const;
    void add_fall(const Team& team, std::size_t k, Reserve with, WindowProgramme& programme) const;
    void add_ramps(const Team& team, WindowProgramme& programme) const;
    void append(const Team& team, std::size_t k, double factor, Reserve with,
                std::vector<lp::Term>& terms) const;

    const std::vector<lp::UnitGroup>& groups_;
    const lp::UnitGroup& first_;
    Window window_;
    std::size_t hours_;
    std::vector<std::size_t> group_; ///< per unit
    std::vector<Team> teams_;
};

/// A storage or flexible load (PE-72); its energy at the window's end stays.
class StoreWindow {
public:
    using Plan = lp::StorePlan; ///< that it reads and writes
    StoreWindow(const lp::Store& store, const lp::StorePlan& plan, const Window& window,
                std::size_t hours, const Held& held, WindowProgramme& programme);
    void read(std::span<const double> value, lp::StorePlan& plan) const;
    [[nodiscard]] double cost(const lp::StorePlan& plan) const;

private:
    struct Hour {
        int charge = -1, discharge = -1, energy = -1, spill = -1, unserved = -1;
    };
    void add_power(std::size_t k, const lp::StorePlan& plan, WindowProgramme& programme);
    void add_balance(std::size_t k, const lp::StorePlan& plan, WindowProgramme& programme);
    void add_reserve(std::size_t k, const lp::StorePlan& plan, WindowProgramme& programme);
    void hold(std::size_t k, double store_mw, WindowProgramme& programme) const;

    const lp::Store& store_;
    Window window_;
    std::size_t hours_;
    std::vector<Hour> at_;
};

/// A cascade (PE-73): head segments as they are, storages at the end as they are, and water on its
/// way at the end arrives where storages behind the end may take it.
class RiverWindow {
public:
    using Plan = lp::RiverPlan; ///< that it reads and writes
    RiverWindow(const lp::River& river, const lp::RiverPlan& plan, const Window& window,
                std::size_t hours, const Held& held, WindowProgramme& programme);
    void read(std::span<const double> value, lp::RiverPlan& plan) const;
    [[nodiscard]] double cost(const lp::RiverPlan& plan) const;

private:
    struct Station {
        std::vector<double> mw_per_m3_per_s, most_mw; ///< per hour of the window
        std::vector<int> flow, less_up;               ///< columns
        double least_mw_per_m3_per_s = 0.0;
    };
    struct Reservoir {
        std::vector<std::size_t> stations, from;
        std::size_t end = 0;            ///< hour behind the last storage that may move
        std::vector<int> storage;       ///< columns from the window's begin to `end`, in m3/s h
        std::vector<int> spill, short_; ///< columns per hour of the window
        int end_short = -1;
    };
    struct Pump {
        std::size_t from = 0, to = 0;
        std::vector<int> flow; ///< columns per hour of the window
    };
    void lay_out();
    [[nodiscard]] std::size_t segment(std::size_t k, std::size_t t,
                                      const lp::RiverPlan& plan) const;
    [[nodiscard]] double storage_before(std::size_t r, std::size_t t,
                                        const lp::RiverPlan& plan) const;
    void add_station(std::size_t k, const lp::RiverPlan& plan, const Held& held,
                     WindowProgramme& programme);
    void add_pump(std::size_t k, const lp::RiverPlan& plan, const Held& held,
                  WindowProgramme& programme);
    [[nodiscard]] double lifted(std::size_t r, std::size_t t, const lp::RiverPlan& plan) const;
    void add_storages(std::size_t r, const lp::RiverPlan& plan, WindowProgramme& programme);
    void add_releases(std::size_t r, const lp::RiverPlan& plan, WindowProgramme& programme);
    void add_balances(std::size_t r, const lp::RiverPlan& plan, WindowProgramme& programme) const;
    void add_limits(std::size_t r, std::size_t t, const lp::RiverPlan& plan,
                    WindowProgramme& programme) const;
    void add_reserve_water(std::size_t r, std::size_t t, WindowProgramme& programme) const;
    void append_release(std::size_t r, std::size_t t, double factor,
                        std::vector<lp::Term>& terms) const;
    void read_reservoir(std::size_t r, std::span<const double> value, lp::RiverPlan& plan) const;
    void read_reserve(std::size_t r, std::size_t t, std::span<const double> value,
                      lp::RiverPlan& plan) const;

    const lp::River& river_;
    Window window_;
    std::size_t hours_;
    std::vector<Station> stations_;
    std::vector<Reservoir> reservoirs_;
    std::vector<Pump> pumps_;
};

/// A line (PE-82): without levels, blocks within the window are free; all others stay.
class LineWindow {
public:
    using Plan = lp::LinePlan; ///< that it reads and writes
    LineWindow(const lp::LevelLine& line, const lp::LinePlan& plan, const Window& window,
               const Held& held, WindowProgramme& programme);
    void read(std::span<const double> value, lp::LinePlan& plan) const;
    [[nodiscard]] double cost(const lp::LinePlan& plan) const;

private:
    [[nodiscard]] bool may_change() const;
    void add_block(std::size_t b, const lp::LinePlan& plan, WindowProgramme& programme);
    void add_ramps(const lp::LinePlan& plan, WindowProgramme& programme) const;

    const lp::LevelLine& line_;
    Window window_;
    std::vector<int> power_; ///< column per block; -1: as it is
};

/// An amount by the hour, free within its limits in hours whose rows ask for it.
class AmountWindow {
public:
    using Plan = lp::AmountPlan; ///< that it reads and writes
    AmountWindow(const lp::HourlyAmount& amount, const lp::AmountPlan& plan, const Window& window,
                 const HourRows& hour_rows, WindowProgramme& programme);
    void read(std::span<const double> value, lp::AmountPlan& plan) const;
    [[nodiscard]] double cost(const lp::AmountPlan& plan) const;

private:
    const lp::HourlyAmount& amount_;
    Window window_;
    std::vector<int> column_; ///< per hour of the window; -1: as it is
};

} // namespace longyang::solve::prices
