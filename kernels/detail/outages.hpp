#pragma once

// Internal to kernels/: outages of a row in the order of their bounds, on arrays that lie where the
// kernels run.

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/flows.hpp"
#include "kernels/detail/violations.hpp"
#include "kernels/outages.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace longyang::kernels::detail {

/// What an exact comparison of bounds allows for rounding: a flow after an outage is a sum of few
/// products, so its computed size can pass the sum of their computed sizes by a few units in the
/// last place.
inline constexpr double rounding_margin = 1.0 + 1e-14;

/// Outages looked at between two comparisons of the next bound with what it has to reach.
inline constexpr std::ptrdiff_t outages_per_look = 4;

/// Flows, amounts and outages as pointers that a kernel may keep.
struct OutageScan {
    const double* flow;
    const double* packed; ///< amounts in tiles [group of 32 hours][source][hour]
    const std::int64_t* first;
    const std::int64_t* source;
    const double* factor;
    const std::int32_t* listed;     ///< per row: outages that can change its flow
    const std::int32_t* outage;     ///< rows x outages, the first `listed` of each row in order
    const double* bound;            ///< rows x outages: no later outage changes the flow by more
    const double* rating;           ///< null: none asked for
    const double* rating_factor;    ///< null: 1
    std::ptrdiff_t factor_row_step; ///< 0 where all rows share the hours' factors
    std::ptrdiff_t rows, hours, sources, outages, terms;
    double tolerance;

    [[nodiscard]] std::ptrdiff_t groups() const { return parts(hours, Tile::lanes); }

    [[nodiscard]] KOKKOS_INLINE_FUNCTION double rating_at(std::ptrdiff_t row,
                                                          std::ptrdiff_t hour) const {
        return rating_factor == nullptr ? rating[row]
                                        : rating[row] * rating_factor[row * factor_row_step + hour];
    }
};

inline constexpr std::ptrdiff_t outage_lanes = Tile::lanes_per_item;
inline constexpr std::ptrdiff_t outage_lane_items = Tile::lanes / Tile::lanes_per_item;

KOKKOS_INLINE_FUNCTION double size_of(double mw) {
    return ::fabs(mw); // a host's compiler turns the comparison with 0 into branches
}

/// Sum and largest of the lanes, by halves of constant length, so that a host's vector registers do
/// it.
template <std::ptrdiff_t half = outage_lanes / 2>
KOKKOS_INLINE_FUNCTION double sum_of(double (&lane)[outage_lanes]) {
    if constexpr (half == 0) {
        return lane[0];
    } else {
        for (std::ptrdiff_t i = 0; i < half; ++i) {
            lane[i] += lane[i + half];
        }
        return sum_of<half / 2>(lane);
    }
}

template <std::ptrdiff_t half = outage_lanes / 2>
KOKKOS_INLINE_FUNCTION double largest_of(double (&lane)[outage_lanes]) {
    if constexpr (half == 0) {
        return lane[0];
    } else {
        for (std::ptrdiff_t i = 0; i < half; ++i) {
            lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
        }
        return largest_of<half / 2>(lane);
    }
}

/// The hours of one work item: on a host the 32 of a group, on a GPU one.
struct LaneHours {
    std::ptrdiff_t group, first_lane, first_hour, lanes;

    KOKKOS_INLINE_FUNCTION LaneHours(const OutageScan& scan, std::ptrdiff_t item)
        : group(item / outage_lane_items), first_lane(item % outage_lane_items * outage_lanes),
          first_hour(group * Tile::lanes + first_lane), lanes(scan.hours - first_hour) {
        lanes = lanes < outage_lanes ? lanes : outage_lanes;
    }
};

/// The flows of a row in some hours, and the sizes that outages have to reach in each of them.
/// Lanes past the last hour hold a flow of 0 and a size that nothing reaches.
struct LaneFlows {
    double flow[outage_lanes];
    double floor[outage_lanes];

    KOKKOS_INLINE_FUNCTION LaneFlows(const OutageScan& scan, std::ptrdiff_t row,
                                     const LaneHours& at) {
        const double* in = scan.flow + row * scan.hours + at.first_hour;
        for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
            flow[lane] = 0.0;
            floor[lane] = 1e300;
        }
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            flow[lane] = in[lane];
        }
    }
};

/// Goes through a row's outages in the order of their bounds while in any of the hours the next
/// bound can reach the floor (N1-6), and calls visit(outage, flows after it), which may raise the
/// floor. A tie with the floor counts as reaching it.
template <class Visit>
KOKKOS_INLINE_FUNCTION void visit_outages(const OutageScan& scan, std::ptrdiff_t row,
                                          const LaneHours& at, const LaneFlows& lanes,
                                          const Visit& visit) {
    double base[outage_lanes];
    for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
        base[lane] = size_of(lanes.flow[lane]) * rounding_margin;
    }
    const std::int32_t* outage = scan.outage + row * scan.outages;
    const double* bound = scan.bound + row * scan.outages;
    const double* factor = scan.factor + row * scan.terms;
    const double* tile = scan.packed + at.group * scan.sources * Tile::lanes + at.first_lane;
    for (std::ptrdiff_t k = 0; k < scan.listed[row]; ++k) {
        if (k % outages_per_look == 0) {
            double beyond[outage_lanes];
            for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
                beyond[lane] = base[lane] + bound[k] - lanes.floor[lane];
            }
            if (largest_of(beyond) < -tie_mw) {
                return;
            }
        }
        double after[outage_lanes];
        for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
            after[lane] = lanes.flow[lane];
        }
        for (std::int64_t term = scan.first[outage[k]]; term < scan.first[outage[k] + 1]; ++term) {
            const double* amount = tile + scan.source[term] * Tile::lanes; // N1-1
            for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
                after[lane] += factor[term] * amount[lane];
            }
        }
        visit(outage[k], after);
    }
}

/// The worst flow of one row and the hours of one item.
struct WorstOfRow {
    OutageScan scan;
    double* worst_mw;
    std::int32_t* outage;

    [[nodiscard]] std::ptrdiff_t items() const {
        return scan.groups() * scan.rows * outage_lane_items;
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        // Fastest first: lanes of a group, rows, groups; a group's tile stays in the L2 cache.
        const std::ptrdiff_t row = item / outage_lane_items % scan.rows;
        const LaneHours at(scan, item / outage_lane_items / scan.rows * outage_lane_items +
                                     item % outage_lane_items);
        if (at.lanes <= 0) {
            return;
        }
        LaneFlows lanes(scan, row, at);
        double worst[outage_lanes];
        double which[outage_lanes]; // numbers of outages, in vector registers of the same width
        for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
            worst[lane] = lanes.flow[lane];
            which[lane] = -1.0;
            lanes.floor[lane] = lane < at.lanes ? size_of(worst[lane]) : lanes.floor[lane];
        }
        visit_outages(scan, row, at, lanes, [&](std::int64_t outage_, const double* after) {
            const auto next = static_cast<double>(outage_);
            for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
                const double size = size_of(after[lane]);
                const double ahead = size - lanes.floor[lane];
                const bool more = (ahead > tie_mw) | ((ahead >= -tie_mw) & (next < which[lane]));
                worst[lane] = more ? after[lane] : worst[lane];
                lanes.floor[lane] = more ? size : lanes.floor[lane];
                which[lane] = more ? next : which[lane];
            }
        });
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            worst_mw[row * scan.hours + at.first_hour + lane] = worst[lane];
            outage[row * scan.hours + at.first_hour + lane] =
                static_cast<std::int32_t>(which[lane]);
        }
    }
};

/// The worst loading of all rows in the hours of one item. What earlier rows have reached is a
/// floor for the later ones, so most rows end at their first bound.
struct WorstOfRows {
    OutageScan scan;
    WorstOfHour* by_hour;

    [[nodiscard]] std::ptrdiff_t items() const { return scan.groups() * outage_lane_items; }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const LaneHours at(scan, item);
        WorstOfHour worst[outage_lanes];
        for (std::ptrdiff_t row = 0; row < scan.rows; ++row) {
            if (!(scan.rating[row] < 1e300)) {
                continue;
            }
            LaneFlows lanes(scan, row, at);
            double rating[outage_lanes];
            for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
                rating[lane] = scan.rating_at(row, at.first_hour + lane);
                lanes.floor[lane] = worst[lane].loading * rating[lane];
                take(worst[lane], lanes.floor[lane], row, -1, lanes.flow[lane], rating[lane]);
            }
            visit_outages(scan, row, at, lanes, [&](std::int64_t next, const double* after) {
                for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
                    take(worst[lane], lanes.floor[lane], row, next, after[lane], rating[lane]);
                }
            });
        }
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            by_hour[at.first_hour + lane] = worst[lane];
        }
    }

    KOKKOS_INLINE_FUNCTION static void take(WorstOfHour& worst, double& floor, std::ptrdiff_t row,
                                            std::int64_t outage, double flow, double rating) {
        const double size = size_of(flow);
        const double ahead = size - floor;
        const bool first = ahead >= -tie_mw && worst.row == row && outage < worst.outage;
        if (ahead > tie_mw || first || worst.row < 0) {
            floor = size;
            worst = {size / rating, flow, row, outage};
        }
    }
};

/// Ratings of a row in the hours of an item. What an outage breaks lies above the rating and above
/// the flow before it (N1-5), which make the floor.
struct LaneRatings {
    double mw[outage_lanes];

    KOKKOS_INLINE_FUNCTION LaneRatings(const OutageScan& scan, std::ptrdiff_t row,
                                       const LaneHours& at, LaneFlows& lanes) {
        for (double& of_lane : mw) {
            of_lane = 0.0;
        }
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            mw[lane] = scan.rating_at(row, at.first_hour + lane);
            const double before = size_of(lanes.flow[lane]);
            lanes.floor[lane] = (before > mw[lane] ? before : mw[lane]) + scan.tolerance;
        }
    }
};

/// Counts what one row breaks in the hours of one item, and each outage's largest excess.
struct CountViolations {
    OutageScan scan;
    std::int64_t* by_hour;
    std::int64_t* by_outage;
    double* excess;

    [[nodiscard]] std::ptrdiff_t items() const {
        return scan.groups() * scan.rows * outage_lane_items;
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t row = item / outage_lane_items % scan.rows;
        const LaneHours at(scan, item / outage_lane_items / scan.rows * outage_lane_items +
                                     item % outage_lane_items);
        if (at.lanes <= 0 || !(scan.rating[row] < 1e300)) {
            return;
        }
        LaneFlows lanes(scan, row, at);
        const LaneRatings rating(scan, row, at, lanes);
        double found[outage_lanes] = {};
        visit_outages(scan, row, at, lanes, [&](std::int64_t next, const double* after) {
            // Short loops over few arrays: more of them and g++ gives up its vectors.
            double here[outage_lanes];
            double over[outage_lanes];
            for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
                over[lane] = size_of(after[lane]) - lanes.floor[lane];
                here[lane] = over[lane] > 0.0 ? 1.0 : 0.0;
            }
            if (largest_of(over) <= 0.0) {
                return;
            }
            for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
                found[lane] += here[lane];
                over[lane] = here[lane] * (size_of(after[lane]) - rating.mw[lane]);
            }
            Kokkos::atomic_add(&by_outage[next], static_cast<std::int64_t>(sum_of(here)));
            Kokkos::atomic_fetch_max(&excess[next], largest_of(over));
        });
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            if (found[lane] > 0.0) {
                Kokkos::atomic_add(&by_hour[at.first_hour + lane],
                                   static_cast<std::int64_t>(found[lane]));
            }
        }
    }
};

/// Which of two violations comes first: the larger excess in whole ties, then row, outage, hour. A
/// strict order, so that every backend returns the same list.
KOKKOS_INLINE_FUNCTION bool worse(const OutageViolation& a, const OutageViolation& b) {
    const double excess_a = whole_ties(size_of(a.flow_mw - a.limit_mw));
    const double excess_b = whole_ties(size_of(b.flow_mw - b.limit_mw));
    if (excess_a != excess_b) {
        return excess_a > excess_b;
    }
    if (a.row != b.row) {
        return a.row < b.row;
    }
    return a.outage != b.outage ? a.outage < b.outage : a.hour < b.hour;
}

/// The worst violations of one hour, worst first, in room for `wanted` of them.
struct HourList {
    OutageViolation* list;
    std::int64_t wanted;
    std::int64_t kept;

    KOKKOS_INLINE_FUNCTION void insert(const OutageViolation& next) {
        if (kept == wanted && (wanted == 0 || !worse(next, list[kept - 1]))) {
            return;
        }
        std::int64_t at = kept < wanted ? kept++ : kept - 1;
        for (; at > 0 && worse(next, list[at - 1]); --at) {
            list[at] = list[at - 1];
        }
        list[at] = next;
    }

    /// The size that a flow has to pass to enter the list, a little less for equal ones.
    KOKKOS_INLINE_FUNCTION void raise(double& floor, double rating) const {
        if (kept > 0 && kept == wanted) {
            const double last = size_of(list[kept - 1].flow_mw - list[kept - 1].limit_mw);
            const double size = (rating + last - tie_mw) / rounding_margin;
            floor = size > floor ? size : floor;
        }
    }
};

/// Writes the worst violations of the hours of one item to their places in the list.
struct StoreViolations {
    OutageScan scan;
    const std::int64_t* count;
    const std::int64_t* place;
    std::int64_t cap;
    OutageViolation* list;

    [[nodiscard]] std::ptrdiff_t items() const { return scan.groups() * outage_lane_items; }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const LaneHours at(scan, item);
        HourList of_hour[outage_lanes];
        std::int64_t any = 0;
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            const std::int64_t hour = at.first_hour + lane;
            const std::int64_t found = count[hour];
            of_hour[lane] = {list + place[hour], found < cap ? found : cap, 0};
            any += found;
        }
        for (std::ptrdiff_t row = 0; any > 0 && row < scan.rows; ++row) {
            if (scan.rating[row] < 1e300) {
                store_row(row, at, of_hour);
            }
        }
    }

    /// Where an hour's list is full, its last excess raises the floor.
    KOKKOS_INLINE_FUNCTION void store_row(std::ptrdiff_t row, const LaneHours& at,
                                          HourList* of_hour) const {
        LaneFlows lanes(scan, row, at);
        const LaneRatings rating(scan, row, at, lanes);
        for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
            of_hour[lane].raise(lanes.floor[lane], rating.mw[lane]);
        }
        visit_outages(scan, row, at, lanes, [&](std::int64_t next, const double* after) {
            double beyond[outage_lanes];
            for (std::ptrdiff_t lane = 0; lane < outage_lanes; ++lane) {
                beyond[lane] = size_of(after[lane]) - lanes.floor[lane];
            }
            if (largest_of(beyond) <= 0.0) {
                return;
            }
            for (std::ptrdiff_t lane = 0; lane < at.lanes; ++lane) {
                if (size_of(after[lane]) > lanes.floor[lane]) {
                    const double limit = rating.mw[lane];
                    of_hour[lane].insert({row, next, at.first_hour + lane, after[lane],
                                          after[lane] < 0.0 ? -limit : limit});
                    of_hour[lane].raise(lanes.floor[lane], limit);
                }
            }
        });
    }
};

} // namespace longyang::kernels::detail
