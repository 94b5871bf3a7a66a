#pragma once

// Internal to kernels/: the dynamic programme of the units of a thermal cluster, forwards over the
// hours (docs/theory/price-engine.md, "Units").

#include "kernels/detail/units_fleet.hpp"

namespace longyang::kernels::detail {

/// The run that was on before the span, and the time off before it.
inline constexpr int before_span = -1;

/// Units that are held on after a start in hour `hour`: the least cost of the hours since, as a
/// function of output. The same for all groups but for a constant, and soon the same as that of
/// units that have run for ever.
struct Held {
    enum State : char { impossible, own, as_running };
    State state = impossible;
    int joined_at = -1;  ///< as_running since this hour
    double offset = 0.0; ///< as_running: above the running units' function
    double stop = 0.0;   ///< least cost if it stops behind this hour
    Convex f;
};

/// A run that may stop, with a function of its own.
struct OwnRun {
    int start = before_span;
    Convex f;
};

/// Where the programme of one group stands.
struct GroupNow {
    static constexpr int most_runs = 16;
    // Runs that may stop. Those with the running units' shape are one: the best.
    bool running = false;
    double offset = 0.0;
    int running_start = before_span;
    int runs = 0;
    OwnRun run[most_runs];
    bool too_many = false; ///< runs were put together to keep to most_runs

    double stop_value = never; ///< best cost of a stop before the next hour
    int stop_start = before_span;

    double rest_cost = 0.0; ///< of an hour at rest, summed since the span began
    int rest_from = 0;      ///< first hour from which on a unit may have been at rest up to now
    int out_until = -1;     ///< last hour out of service
    bool past_rest = false; ///< at rest since before the span
    double cold = never;    ///< least key of stops that are min_down_h old
    int cold_stop = 0;
};

/// Scratch and results of a cluster's groups. Arrays by hour have one row a group.
struct ProgrammeView {
    Held* held = nullptr; ///< ring over hours of a start
    int held_size = 0;    ///< a power of two
    GroupNow* groups = nullptr;
    double* start_value = nullptr; ///< [hours]: least cost up to a start in the hour, its own too
    double* key = nullptr;         ///< [hours]: least cost up to a stop before the hour - rest_cost
    int* rest_since = nullptr;     ///< [hours]: the stop before the best start, or before_span
    int* run_since = nullptr;      ///< [hours]: start of the run that best stops before the hour
    int* queue = nullptr;          ///< [tiers x hours]: stops that may be a window's best
    int* queue_ends = nullptr;     ///< [tiers x 2]
    int tiers = 0;                 ///< room in the queues
};

/// How a group's best plan ends.
struct BestEnd {
    double value = never;
    bool on = false;
    int since = before_span; ///< first hour of the last run or rest
};

/// One cluster.
struct UnitProgramme {
    const FleetView& fleet;
    const ProgrammeView& work;
    int cluster;
    bool keep_hull; ///< too many runs: put two together (a bound), else drop the worst (a plan)

    const UnitCluster& c;
    Ramp ramp;
    int hours;

    KOKKOS_INLINE_FUNCTION UnitProgramme(const FleetView& fleet_, const ProgrammeView& work_,
                                         int cluster_, bool keep_hull_)
        : fleet(fleet_), work(work_), cluster(cluster_), keep_hull(keep_hull_),
          c(fleet_.clusters[cluster_]), ramp(ramp_of(fleet_, c)), hours(fleet_.hours) {}

    KOKKOS_INLINE_FUNCTION std::ptrdiff_t row(int g) const {
        return static_cast<std::ptrdiff_t>(g) * hours;
    }
    KOKKOS_INLINE_FUNCTION char duty(int g, int t) const { return fleet.duty[row(g) + t]; }
    KOKKOS_INLINE_FUNCTION bool available(int g, int t) const {
        return (duty(g, t) & unit_available) != 0;
    }
    KOKKOS_INLINE_FUNCTION GroupNow& now(int g) const { return work.groups[g]; }
    KOKKOS_INLINE_FUNCTION Held& held(int start) const {
        return work.held[start & (work.held_size - 1)];
    }

    /// A run from before the span may stop before hour t (TH-2).
    KOKKOS_INLINE_FUNCTION bool past_may_stop(int g, int t) const {
        const UnitPast& past = fleet.groups[g];
        return past.initial_on != 1 || t >= c.min_up_h - past.initial_h || !available(g, t);
    }

    KOKKOS_INLINE_FUNCTION void begin(int g) const {
        GroupNow& n = now(g);
        const UnitPast& past = fleet.groups[g];
        n = GroupNow{};
        n.past_rest = past.initial_on != 1;
        if (past.initial_on == 1 && past.initial_stop && past_may_stop(g, 0)) {
            n.stop_value = 0.0;
        }
        for (int j = 0; j < 2 * work.tiers; ++j) {
            work.queue_ends[static_cast<std::ptrdiff_t>(g) * 2 * work.tiers + j] = 0;
        }
    }

    /// Least key of the stops in tier j's window before hour t; -1: none.
    KOKKOS_INLINE_FUNCTION int best_in_window(int g, int j, int t) const {
        const GroupNow& n = now(g);
        const int warm_h = fleet.tier_off_h[c.tier_begin + j];
        const int colder_h = fleet.tier_off_h[c.tier_begin + j + 1];
        int* ends = work.queue_ends + (static_cast<std::ptrdiff_t>(g) * work.tiers + j) * 2;
        int* queue = work.queue + (static_cast<std::ptrdiff_t>(g) * work.tiers + j) * hours;
        const double* key = work.key + row(g);
        const int newest = t - (warm_h > c.min_down_h ? warm_h : c.min_down_h);
        if (newest >= n.rest_from && newest >= 0 && key[newest] < never) {
            while (ends[1] > ends[0] && key[queue[ends[1] - 1]] >= key[newest]) {
                --ends[1];
            }
            queue[ends[1]++] = newest;
        }
        while (ends[0] < ends[1] &&
               (queue[ends[0]] <= t - colder_h || queue[ends[0]] < n.rest_from)) {
            ++ends[0];
        }
        return ends[0] < ends[1] ? queue[ends[0]] : -1;
    }

    /// Stops before hour t, then the best start in it (PE-31).
    KOKKOS_INLINE_FUNCTION void rest_and_start(int g, int t, double earned_cny) const {
        GroupNow& n = now(g);
        const UnitPast& past = fleet.groups[g];
        double* key = work.key + row(g);
        key[t] = n.stop_value < never ? n.stop_value - n.rest_cost : never;
        work.run_since[row(g) + t] = n.stop_start;

        double best = never;
        int since = before_span;
        const int cold_stop = t - c.min_down_h;
        if (cold_stop >= n.rest_from && cold_stop >= 0 && key[cold_stop] < n.cold) {
            n.cold = key[cold_stop];
            n.cold_stop = cold_stop;
        }
        if (n.cold < never) {
            best = n.cold + (c.tier_begin < c.tier_end ? fleet.tier_cny[c.tier_end - 1] : 0.0);
            since = n.cold_stop;
        }
        for (int j = 0; j + 1 < c.tier_end - c.tier_begin; ++j) {
            const int stop = best_in_window(g, j, t);
            if (stop >= 0 && key[stop] + fleet.tier_cny[c.tier_begin + j] < best) {
                best = key[stop] + fleet.tier_cny[c.tier_begin + j];
                since = stop;
            }
        }
        if (n.past_rest) {
            const bool free = past.initial_on == -1;
            const int off_h = free ? 1000000 : t + past.initial_h;
            if (off_h >= c.min_down_h && (t > 0 || !free)) {
                const double cost = start_cost(fleet, c, off_h);
                if (cost < best) {
                    best = cost;
                    since = before_span;
                }
            }
        }
        const bool starts = best < never && available(g, t);
        work.start_value[row(g) + t] =
            starts ? best + n.rest_cost + start_draw_cny(fleet, c, t) : never;
        work.rest_since[row(g) + t] = since;

        if (available(g, t)) {
            if ((duty(g, t) & unit_must_run) != 0) {
                n.rest_from = t + 1;
                n.past_rest = false;
                n.cold = never;
            }
            n.rest_cost -= earned_cny;
        }
    }

    KOKKOS_INLINE_FUNCTION void offer_stop(GroupNow& n, double value, int start) const {
        if (value < n.stop_value) {
            n.stop_value = value;
            n.stop_start = start;
        }
    }
    KOKKOS_INLINE_FUNCTION void offer_running(GroupNow& n, double offset, int start) const {
        if (!n.running || offset < n.offset) {
            n.running = true;
            n.offset = offset;
            n.running_start = start;
        }
    }

    /// Adds a run that may stop from now on, with a function of its own (PE-33).
    KOKKOS_INLINE_FUNCTION void offer_run(GroupNow& n, const Convex& all_running, const Convex& f,
                                          double raised, int start) const {
        OwnRun added;
        copy(f, added.f);
        added.f.value += raised;
        added.start = start;
        if (n.running && covers(all_running, n.offset, added.f)) {
            return;
        }
        for (int k = 0; k < n.runs; ++k) {
            if (covers(n.run[k].f, 0.0, added.f)) {
                return;
            }
        }
        int kept = 0;
        for (int k = 0; k < n.runs; ++k) {
            if (!covers(added.f, 0.0, n.run[k].f)) {
                if (kept != k) {
                    copy(n.run[k].f, n.run[kept].f);
                    n.run[kept].start = n.run[k].start;
                }
                ++kept;
            }
        }
        n.runs = kept;
        if (n.runs < GroupNow::most_runs) {
            copy(added.f, n.run[n.runs].f);
            n.run[n.runs++].start = start;
            return;
        }
        n.too_many = true;
        int worst = 0;
        double highest = -never;
        for (int k = 0; k < n.runs; ++k) {
            const double least = least_of(n.run[k].f).value;
            if (least > highest) {
                highest = least;
                worst = k;
            }
        }
        if (keep_hull) {
            set_to_hull(n.run[worst].f, added.f);
        } else if (least_of(added.f).value < highest) {
            copy(added.f, n.run[worst].f);
            n.run[worst].start = start;
        }
    }

    /// Hour t of a group's runs that may stop; those that a minimum time lets stop from now on join
    /// them. all_running: of units that have run for ever, in hour t; new where no such unit could
    /// have come from the hour before.
    KOKKOS_INLINE_FUNCTION void run_on(int g, int t, const UnitHour& h, const Convex& all_running,
                                       double stop_running, bool anew) const {
        GroupNow& n = now(g);
        n.stop_value = never;
        if (!available(g, t)) {
            n.running = false;
            n.runs = 0;
            n.out_until = t;
            return;
        }
        if (t == 0) {
            const UnitPast& past = fleet.groups[g];
            if (past.initial_on == 1) {
                n.runs = 1;
                n.run[0].start = before_span;
                set_flat(past.initial_p_mw, past.initial_p_mw, n.run[0].f);
            } else if (past.initial_on == -1) {
                n.running = true;
                n.offset = 0.0;
                n.running_start = before_span;
            }
        } else if (anew) {
            n.running = false;
        }
        const bool past_may = t + 1 < hours && past_may_stop(g, t + 1);
        if (n.running && (past_may || n.running_start != before_span)) {
            offer_stop(n, n.offset + stop_running, n.running_start);
        }
        int kept = 0;
        for (int k = 0; k < n.runs; ++k) {
            OwnRun& run = n.run[k];
            Convex next;
            if (!next_hour(run.f, ramp, h, h.top, next)) {
                continue;
            }
            if (past_may || run.start != before_span) {
                offer_stop(n, least_at_stop(run.f, ramp, h, h.top, next), run.start);
            }
            const Offset offset = offset_of(next, all_running);
            if (offset.same) {
                offer_running(n, offset.value, run.start);
                continue;
            }
            copy(next, n.run[kept].f);
            n.run[kept++].start = run.start;
        }
        n.runs = kept;

        const int start = t - c.min_up_h + 1;
        if (start < 0 || n.out_until >= start) {
            return;
        }
        const double value = work.start_value[row(g) + start];
        const Held& from = held(start);
        if (value >= never || from.state == Held::impossible) {
            return;
        }
        if (from.state == Held::own) {
            offer_stop(n, value + from.stop, start);
            offer_run(n, all_running, from.f, value, start);
        } else {
            offer_stop(n, value + (from.joined_at == t ? from.stop : from.offset + stop_running),
                       start);
            offer_running(n, value + from.offset, start);
        }
    }

    /// Hour t of units that are held on after a start, and a start in it (PE-32). first_own: no
    /// earlier start has a function of its own; gives the next hour's.
    KOKKOS_INLINE_FUNCTION int hold(int t, const UnitHour& h, const Convex& all_running, bool anew,
                                    int first_own) const {
        const int ending = t - c.min_up_h + 1;
        int first = first_own > ending ? first_own : ending;
        if (anew) {
            for (int start = ending > 0 ? ending : 0; start < t; ++start) {
                if (held(start).state == Held::as_running) {
                    held(start).state = Held::impossible;
                }
            }
        }
        int next_own = t + 1;
        for (int start = first > 0 ? first : 0; start <= t; ++start) {
            Held& one = held(start);
            if (start == t) {
                first_hour(h, h.start, one.f);
                one.state = Held::own;
                if (start == ending) {
                    Convex brief;
                    first_hour(h, lesser(h.start, h.stop), brief);
                    one.stop = least_of(brief).value;
                }
            } else if (one.state == Held::own) {
                Convex next;
                if (!next_hour(one.f, ramp, h, h.top, next)) {
                    one.state = Held::impossible;
                    continue;
                }
                if (start == ending) {
                    one.stop = least_at_stop(one.f, ramp, h, h.top, next);
                }
                copy(next, one.f);
            } else {
                continue;
            }
            const Offset offset = offset_of(one.f, all_running);
            if (offset.same) {
                one.state = Held::as_running;
                one.joined_at = t;
                one.offset = offset.value;
            } else if (next_own > t) {
                next_own = start;
            }
        }
        return next_own;
    }

    KOKKOS_INLINE_FUNCTION BestEnd best_end(int g, const Convex& all_running) const {
        const GroupNow& n = now(g);
        BestEnd best;
        const auto offer = [&](double value, bool on, int since) {
            if (value < best.value) {
                best = {value, on, since};
            }
        };
        if (n.past_rest) {
            offer(n.rest_cost, false, before_span);
        }
        for (int stop = n.rest_from; stop < hours; ++stop) {
            const double key = work.key[row(g) + stop];
            if (key < never) {
                offer(key + n.rest_cost, false, stop);
            }
        }
        const double least = least_of(all_running).value;
        if (n.running) {
            offer(n.offset + least, true, n.running_start);
        }
        for (int k = 0; k < n.runs; ++k) {
            offer(least_of(n.run[k].f).value, true, n.run[k].start);
        }
        // Runs that the span's end cuts short of their minimum time.
        for (int start = hours - 1; start > hours - c.min_up_h && start > n.out_until; --start) {
            const double value = work.start_value[row(g) + start];
            const Held& from = held(start);
            if (value >= never || from.state == Held::impossible) {
                continue;
            }
            offer(value + (from.state == Held::own ? least_of(from.f).value : from.offset + least),
                  true, start);
        }
        return best;
    }

    /// All hours; `ends`: per group of the fleet. Returns by how much rounding may have raised a
    /// bound.
    KOKKOS_INLINE_FUNCTION double solve(BestEnd* ends) const {
        for (int g = c.group_begin; g < c.group_end; ++g) {
            begin(g);
        }
        Convex two[2];
        double size = 0.0;
        double dearest = 0.0;
        int first_own = 0;
        for (int j = c.tier_begin; j < c.tier_end; ++j) {
            dearest = greater(dearest, magnitude(fleet.tier_cny[j]));
        }
        for (int t = 0; t < hours; ++t) {
            const UnitHour h = hour_of(fleet, cluster, t);
            Convex& all = two[t % 2];
            const Convex& before = two[(t + 1) % 2];
            const bool anew = t == 0 || !next_hour(before, ramp, h, h.top, all);
            double stop = never;
            if (anew) {
                first_hour(h, h.top, all);
                Convex brief;
                first_hour(h, lesser(h.top, h.stop), brief);
                stop = least_of(brief).value;
            } else {
                stop = least_at_stop(before, ramp, h, h.top, all);
            }
            const double earned_cny = earned_at_rest(fleet, c, t);
            for (int g = c.group_begin; g < c.group_end; ++g) {
                rest_and_start(g, t, earned_cny);
            }
            first_own = hold(t, h, all, anew, first_own);
            for (int g = c.group_begin; g < c.group_end; ++g) {
                run_on(g, t, h, all, stop, anew);
            }
            double slope = magnitude(h.slope_at_floor);
            for (int k = 0; k < h.bends; ++k) {
                slope += h.bend[k];
            }
            size += magnitude(h.cost_at_floor) + slope * (h.top - h.floor) + h.up_price * h.up_max +
                    h.down_price * h.down_max + earned_cny + dearest +
                    magnitude(start_draw_cny(fleet, c, t));
        }
        for (int g = c.group_begin; g < c.group_end; ++g) {
            ends[g] = best_end(g, two[(hours + 1) % 2]);
        }
        return 1e-15 * (hours + 10.0) * size;
    }
};

} // namespace longyang::kernels::detail
