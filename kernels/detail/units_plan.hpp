#pragma once

// Internal to kernels/: from the hours of starts and stops to a plan of one unit, with the best
// output for them.

#include "kernels/detail/units_programme.hpp"

namespace longyang::kernels::detail {

/// What is needed of an hour's function to find the hour before from the hour itself.
struct Trace {
    double q = 0.0;                   ///< best output of the hour before
    double z = 0.0, y = 0.0;          ///< best output with upward, less downward reserve
    double low = 0.0, high = 0.0;     ///< of the hour, reserves included
    double q_low = 0.0, q_high = 0.0; ///< of the hour before
};

KOKKOS_INLINE_FUNCTION double between(double x, double low, double high) {
    return x < low ? low : (x > high ? high : x);
}

KOKKOS_INLINE_FUNCTION Trace trace_of(const Convex& from, Ramp ramp, const UnitHour& h,
                                      double top) {
    const Reach range = reach(from, ramp, h, top);
    Trace r{from.high, from.high, from.high, range.low, range.high, from.low, from.high};
    bool has_q = false;
    bool has_z = false;
    bool has_y = false;
    double slope = from.slope;
    for (int k = -1; k < from.bends && !has_z; ++k) {
        const double place = k < 0 ? from.low : from.at[k];
        slope += k < 0 ? 0.0 : from.bend[k];
        if (!has_y && slope >= -h.down_price) {
            r.y = place;
            has_y = true;
        }
        if (!has_q && slope >= 0.0) {
            r.q = place;
            has_q = true;
        }
        if (slope >= h.up_price) {
            r.z = place;
            has_z = true;
        }
    }
    r.z = lesser(r.z + ramp.up, r.high);
    r.y = greater(r.y - ramp.down, r.low);
    return r;
}

/// A group's row of the results.
struct PlanView {
    char* state = nullptr;
    double *p = nullptr, *up = nullptr, *down = nullptr;
};

/// Of one group.
struct UnitPath {
    const FleetView& fleet;
    const ProgrammeView& work;
    int cluster;
    int group;
    Trace* trace; ///< [hours]
    PlanView plan;

    const UnitCluster& c;
    Ramp ramp;
    int hours;
    std::ptrdiff_t row;

    KOKKOS_INLINE_FUNCTION UnitPath(const FleetView& fleet_, const ProgrammeView& work_,
                                    int cluster_, int group_, Trace* trace_, PlanView plan_)
        : fleet(fleet_), work(work_), cluster(cluster_), group(group_), trace(trace_), plan(plan_),
          c(fleet_.clusters[cluster_]), ramp(ramp_of(fleet_, c)), hours(fleet_.hours),
          row(static_cast<std::ptrdiff_t>(group_) * fleet_.hours) {}

    /// Fills `state` from the last run or rest backwards.
    KOKKOS_INLINE_FUNCTION void walk_back(BestEnd end) const {
        int behind = hours;
        bool on = end.on;
        int since = end.since;
        while (behind > 0) {
            const int first = since > 0 ? since : 0;
            for (int t = first; t < behind; ++t) {
                plan.state[t] = on ? unit_on : unit_off;
                if (!on && (fleet.duty[row + t] & unit_available) != 0 &&
                    earned_at_rest(fleet, c, t) > 0.0) {
                    plan.state[t] = unit_off_with_reserve;
                }
            }
            if (since < 0) {
                return;
            }
            since = on ? work.rest_since[row + first] : work.run_since[row + first];
            on = !on;
            behind = first;
        }
    }

    KOKKOS_INLINE_FUNCTION double top_of(const UnitHour& h, bool started, bool stops) const {
        double top = h.top;
        if (started) {
            top = h.start;
        }
        if (stops) {
            top = lesser(top, h.stop);
        }
        return top;
    }

    /// Best output of a run over hours [first, last]. False where its ramps leave none.
    KOKKOS_INLINE_FUNCTION bool run(int first, int last, bool started, bool from_past) const {
        Convex two[2];
        double p = 0.0;
        for (int t = first; t <= last; ++t) {
            const UnitHour h = hour_of(fleet, cluster, t);
            const double top = top_of(h, t == first && started, t == last && last + 1 < hours);
            Convex& before = two[(t + 1) % 2];
            Ramp here = ramp;
            if (t == first) {
                if (from_past) {
                    const double p0 = fleet.groups[group].initial_p_mw;
                    set_flat(p0, p0, before);
                } else {
                    set_flat(h.floor, top, before);
                    here = Ramp{};
                }
            }
            if (!next_hour(before, here, h, top, two[t % 2])) {
                return false;
            }
            trace[t] = trace_of(before, here, h, top);
            p = least_of(two[t % 2]).at;
        }
        for (int t = last; t >= first; --t) {
            const UnitHour h = hour_of(fleet, cluster, t);
            const Trace& r = trace[t];
            const bool tied = t > first || from_past;
            double up = h.up_price > 0.0 ? between(r.z, p, lesser(p + h.up_max, r.high)) - p : 0.0;
            double down =
                h.down_price > 0.0 ? p - between(r.y, greater(r.low, p - h.down_max), p) : 0.0;
            double q = 0.0;
            if (tied) {
                q = between(r.q, p + up - ramp.up, p - down + ramp.down);
                q = between(between(q, p - ramp.up, p + ramp.down), r.q_low, r.q_high);
                // Where both reserves want more than the two ramps together, or by rounding.
                up = lesser(up, q + ramp.up - p);
                down = lesser(down, p - q + ramp.down);
            }
            plan.p[t] = p;
            plan.up[t] = greater(up, 0.0);
            plan.down[t] = greater(down, 0.0);
            p = q;
        }
        return true;
    }

    struct Money {
        double cost = 0.0, earned = 0.0;
    };

    /// The whole plan and what it costs and earns; `never` where there is none.
    KOKKOS_INLINE_FUNCTION Money fill(BestEnd end) const {
        for (int t = 0; t < hours; ++t) {
            plan.p[t] = 0.0;
            plan.up[t] = 0.0;
            plan.down[t] = 0.0;
            plan.state[t] = unit_off;
        }
        if (end.value >= never) {
            return {never, 0.0};
        }
        walk_back(end);
        const UnitPast& past = fleet.groups[group];
        Money money;
        int off_h = past.initial_on == 0 ? past.initial_h : (past.initial_on < 0 ? 1000000 : 0);
        for (int t = 0; t < hours; ++t) {
            if (plan.state[t] != unit_on) {
                ++off_h;
                if (plan.state[t] == unit_off_with_reserve) {
                    money.earned += earned_at_rest(fleet, c, t);
                }
                continue;
            }
            int last = t;
            while (last + 1 < hours && plan.state[last + 1] == unit_on) {
                ++last;
            }
            const bool from_past = t == 0 && past.initial_on == 1;
            const bool started = !from_past && !(t == 0 && past.initial_on < 0);
            if (!run(t, last, started, from_past)) {
                return {never, 0.0};
            }
            if (started) {
                money.cost += start_cost(fleet, c, off_h);
                money.earned -= start_draw_cny(fleet, c, t);
            }
            for (; t <= last; ++t) {
                money.cost += running_cost(fleet, c, plan.p[t]);
                money.earned += energy_price(fleet, c, t) * plan.p[t] +
                                earned_by_running(fleet, c, t) +
                                sum_of_prices(fleet, c.up_begin, c.up_end, t) * plan.up[t] +
                                sum_of_prices(fleet, c.down_begin, c.down_end, t) * plan.down[t];
            }
            --t;
            off_h = 0;
        }
        return money;
    }
};

} // namespace longyang::kernels::detail
