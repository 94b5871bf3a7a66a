#pragma once

#include "lp/block.hpp"
#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"
#include "model/reserves.hpp"

#include <vector>

/// What the constraint families of a cascade's block share: its data over the span, and where its
/// columns stand. Internal to model; cascade.hpp is the way in.
namespace longyang::model::hydro {

/// A family's columns of consecutive hours; `first` = -1: the family has no columns here.
struct HourColumns {
    int first = -1;
    [[nodiscard]] bool exist() const { return first >= 0; }
    [[nodiscard]] int at(int hour) const { return first + hour; }
};

/// Water that another reservoir of the cascade sends.
struct Inflow {
    std::size_t from = 0; ///< place in Plan::reservoirs, before the receiving one
    int travel_h = 0;
};

struct Reservoir {
    int row = 0;                           ///< in the table `reservoirs`
    double initial_hm3 = 0.0;              ///< on its reference at the span's start
    double terminal_hm3 = 0.0;             ///< its reference at the span's end
    std::vector<double> low_hm3, high_hm3; ///< limits at the end of each hour (HY-2)
    std::vector<double> release_min_m3_per_s, release_max_m3_per_s; ///< per hour (HY-3, HY-4)
    /// Per hour: natural inflow, and what left reservoirs above before the span.
    std::vector<double> arriving_m3_per_s;
    std::vector<Inflow> inflows;
    std::vector<std::size_t> stations;               ///< places in Plan::stations
    std::vector<std::size_t> lifted_from, lifted_to; ///< places in Plan::pumps

    HourColumns storage, spill, release_short;
    int terminal_short = -1;
};

/// Output per flow while the storage lies within [from, to].
struct Segment {
    double from_hm3 = 0.0, to_hm3 = 0.0;
    double mw_per_m3_per_s = 0.0;
};

/// The segments [first, last) of a station's curve that its reservoir can be in at the start of an
/// hour; where there are several, the columns of the first one, those of the others following.
struct InReach {
    int first = 0, last = 1;
    int flow_column = -1, choice_column = -1;
    [[nodiscard]] int count() const { return last - first; }
};

struct Station {
    int row = 0;               ///< in the table `hydro`
    std::size_t reservoir = 0; ///< place in Plan::reservoirs
    double p_max_mw = 0.0, flow_max_m3_per_s = 0.0;
    std::vector<Segment> curve; ///< by storage; one segment where the station has no head curve
    double least_mw_per_m3_per_s = 0.0; ///< of all segments
    ReserveChannels reserve;
    std::vector<InReach> in_reach; ///< per hour
    std::vector<char> in_service;  ///< per hour (SV-3); empty: always

    HourColumns flow, up, down;

    [[nodiscard]] const Segment& segment(int m) const { return curve[static_cast<std::size_t>(m)]; }
    /// The one segment of an hour with one in reach.
    [[nodiscard]] const Segment& only_segment(int hour) const {
        return segment(in_reach[static_cast<std::size_t>(hour)].first);
    }
    [[nodiscard]] bool serves(int hour) const {
        return in_service.empty() || in_service[static_cast<std::size_t>(hour)] != 0;
    }
    /// Largest flow in a segment: what the turbines take, and what gives p_max_mw; none out of
    /// service.
    [[nodiscard]] double flow_limit_m3_per_s(const Segment& segment, int hour) const;
    /// Largest output in a segment.
    [[nodiscard]] double output_limit_mw(const Segment& segment, int hour) const {
        return segment.mw_per_m3_per_s * flow_limit_m3_per_s(segment, hour);
    }
};

/// HY-9: lifts water from one reservoir to another.
struct Pump {
    int row = 0;                  ///< in the table `pumps`
    std::size_t from = 0, to = 0; ///< places in Plan::reservoirs
    double flow_max_m3_per_s = 0.0, mw_per_m3_per_s = 0.0;
    std::vector<lp::RiverPump::Draw> draws;
    std::vector<char> in_service; ///< per hour (SV-3); empty: always

    HourColumns flow;
};

/// Columns from `first` on, up to the next part's, belong to this reservoir, station or pump.
struct Part {
    enum class Of { reservoir, station, pump };
    int first = 0;
    Of of = Of::reservoir;
    std::size_t place = 0;
};

struct Plan {
    std::vector<Reservoir> reservoirs; ///< each after all that flow into it
    std::vector<Station> stations;
    std::vector<Pump> pumps;
    std::vector<Part> parts;
};

/// The data of a cascade over the context's span; no columns yet.
[[nodiscard]] Plan make_plan(const Context& context, int cascade);
/// Adds all columns with their bounds and costs, and notes in the plan where they stand.
void add_columns(const Context& context, Plan& plan, lp::Block& block);

/// Bounds of each reservoir's storage at the start of each hour and at the end of the last, hm3.
struct Reach {
    std::vector<double> low_hm3, high_hm3;
};
/// From least inflow and largest release, and from largest inflow and least release, pumps counted,
/// within HY-2 and HY-4. One per reservoir of the plan.
[[nodiscard]] std::vector<Reach> storage_reach(const Plan& plan, int hours);

/// Throws Error (infeasible) with the reservoir, the hour and what it would hold where HY-2 and
/// HY-4 cannot both be kept, whatever the rest of the system does: by `storage_reach`, so not all
/// such plans are found where reservoirs follow each other.
void require_plan(const Context& context, const Plan& plan);

/// Calls `give(column, mw_per_m3_per_s)` for every column of a station's flow that gives power in
/// an hour (HY-6, HY-7).
template <class Give>
void for_each_flow(const Station& station, int hour, const Give& give) {
    const InReach& reach = station.in_reach[static_cast<std::size_t>(hour)];
    if (reach.count() == 1) {
        give(station.flow.at(hour), station.only_segment(hour).mw_per_m3_per_s);
        return;
    }
    for (int m = reach.first; m < reach.last; ++m) {
        give(reach.flow_column + m - reach.first, station.segment(m).mw_per_m3_per_s);
    }
}

// The families, each in a file of its own.
void add_balance(const Context& context, const Plan& plan, lp::Block& block); ///< HY-1, HY-2, HY-5
void add_release(const Context& context, const Plan& plan, lp::Block& block); ///< HY-3, HY-4
void add_power(const Context& context, const Plan& plan, lp::Block& block);   ///< HY-6, HY-7
void add_reserve(const Context& context, const Plan& plan, lp::Block& block); ///< HY-8
void add_pumps(const Context& context, const Plan& plan, lp::Block& block);   ///< HY-9

} // namespace longyang::model::hydro
