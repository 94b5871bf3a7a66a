#pragma once

// Internal to kernels/: convex piecewise linear functions of a running unit's output, and how an
// hour changes them (docs/theory/price-engine.md, "Units").

#include "kernels/detail/arrays.hpp"

namespace longyang::kernels::detail {

inline constexpr double never = 1e300; ///< stands for an infinite cost: sums of it stay finite

KOKKOS_INLINE_FUNCTION double lesser(double a, double b) {
    return a < b ? a : b;
}
KOKKOS_INLINE_FUNCTION double greater(double a, double b) {
    return a > b ? a : b;
}

KOKKOS_INLINE_FUNCTION double magnitude(double a) {
    return a < 0.0 ? -a : a;
}

/// value(low) and the slope to the right of it are given; behind place at[k] the slope is larger by
/// bend[k] > 0. Places rise and lie inside (low, high).
struct Convex {
    static constexpr int capacity = 48;
    double low = 0.0, high = 0.0;
    double value = 0.0, slope = 0.0;
    int bends = 0;
    double at[capacity], bend[capacity];
};

KOKKOS_INLINE_FUNCTION void copy(const Convex& from, Convex& to) {
    to.low = from.low;
    to.high = from.high;
    to.value = from.value;
    to.slope = from.slope;
    to.bends = from.bends;
    for (int k = 0; k < from.bends; ++k) {
        to.at[k] = from.at[k];
        to.bend[k] = from.bend[k];
    }
}

KOKKOS_INLINE_FUNCTION void set_flat(double low, double high, Convex& f) {
    f.low = low;
    f.high = high;
    f.value = 0.0;
    f.slope = 0.0;
    f.bends = 0;
}

/// Makes room: two neighbouring bends become one at their common centre. The function falls between
/// them and stays what it is elsewhere, so a bound stays one. The pair that loses least is taken.
KOKKOS_INLINE_FUNCTION void join_two_bends(Convex& f) {
    int best = 0;
    double least = never;
    for (int k = 0; k + 1 < f.bends; ++k) {
        const double loss =
            f.bend[k] * f.bend[k + 1] / (f.bend[k] + f.bend[k + 1]) * (f.at[k + 1] - f.at[k]);
        if (loss < least) {
            least = loss;
            best = k;
        }
    }
    const double sum = f.bend[best] + f.bend[best + 1];
    f.at[best] += f.bend[best + 1] / sum * (f.at[best + 1] - f.at[best]);
    f.bend[best] = sum;
    --f.bends;
    for (int k = best + 1; k < f.bends; ++k) {
        f.at[k] = f.at[k + 1];
        f.bend[k] = f.bend[k + 1];
    }
}

KOKKOS_INLINE_FUNCTION void insert_bend(double at, double bend, Convex& f) {
    if (f.bends == Convex::capacity) {
        join_two_bends(f);
    }
    int k = f.bends;
    while (k > 0 && f.at[k - 1] > at) {
        --k;
    }
    if (k > 0 && f.at[k - 1] == at) {
        f.bend[k - 1] += bend;
        return;
    }
    for (int j = f.bends; j > k; --j) {
        f.at[j] = f.at[j - 1];
        f.bend[j] = f.bend[j - 1];
    }
    f.at[k] = at;
    f.bend[k] = bend;
    ++f.bends;
}

struct Least {
    double value = never;
    double at = 0.0;
};

/// Least value at places up to `end`, which is not below `low`.
KOKKOS_INLINE_FUNCTION Least least_up_to(const Convex& f, double end) {
    Least best{f.value, f.low};
    double slope = f.slope;
    for (int k = 0; slope < 0.0; ++k) {
        const double next = lesser(k < f.bends ? f.at[k] : f.high, end);
        best.value += slope * (next - best.at);
        best.at = next;
        if (k >= f.bends || next >= end) {
            break;
        }
        slope += f.bend[k];
    }
    return best;
}

KOKKOS_INLINE_FUNCTION Least least_of(const Convex& f) {
    return least_up_to(f, f.high);
}

KOKKOS_INLINE_FUNCTION double value_at(const Convex& f, double place) {
    double value = f.value + f.slope * (place - f.low);
    for (int k = 0; k < f.bends && f.at[k] < place; ++k) {
        value += f.bend[k] * (place - f.at[k]);
    }
    return value;
}

/// An hour of a running unit at given prices: output between floor and top, what it costs there
/// less what the energy earns, and what a MW of reserve earns.
struct UnitHour {
    double floor = 0.0, top = 0.0, start = 0.0, stop = 0.0; ///< MW; start, stop: instead of top
    double cost_at_floor = 0.0, slope_at_floor = 0.0;
    int bends = 0; ///< of the cost, above floor
    const double* at = nullptr;
    const double* bend = nullptr;
    double up_price = 0.0, down_price = 0.0; ///< 0 where no reserve is held
    double up_max = 0.0, down_max = 0.0;
};

/// How far output may move from the hour before.
struct Ramp {
    double up = 0.0, down = 0.0;
};

/// Builds a function on [low, high] as a sum.
struct Sum {
    Convex& f;

    /// weight x (at - p)+
    KOKKOS_INLINE_FUNCTION void falling(double at, double weight) const {
        if (weight > 0.0 && at > f.low) {
            f.slope -= weight;
            f.value += weight * (at - f.low);
            if (at < f.high) {
                insert_bend(at, weight, f);
            }
        }
    }
    /// weight x (p - at)+
    KOKKOS_INLINE_FUNCTION void rising(double at, double weight) const {
        if (weight > 0.0 && at < f.high) {
            if (at <= f.low) {
                f.slope += weight;
                f.value += weight * (f.low - at);
            } else {
                insert_bend(at, weight, f);
            }
        }
    }
};

/// The range of output after a ramp from [from.low, from.high], upward reserve included below,
/// `top`.
struct Reach {
    double low = 0.0, high = 0.0;
    bool empty = false;
};

KOKKOS_INLINE_FUNCTION Reach reach(const Convex& from, Ramp ramp, const UnitHour& h, double top) {
    Reach r{greater(from.low - ramp.down, h.floor), lesser(from.high + ramp.up, top)};
    if (r.low > r.high) {
        r.empty = r.low - r.high > 1e-9 * (1.0 + r.low);
        r.high = r.low;
    }
    return r;
}

/// One hour on (PE-30): with p the output, r up and d down reserve, q the output of the hour
/// before,
///
///     to(p) = cost(p) + min over q, r, d of  from(q) - up_price r - down_price d
///     p + r <= min(q + ramp.up, top),  p - d >= max(q - ramp.down, floor),  r <= up_max, d <=
///     down_max
///
/// The part of `from` that falls moves left by ramp.down, the part that rises moves right by
/// ramp.up; a reserve puts a segment of its length and (minus) its price as slope into its part
/// where slopes are in order. Exact where up_max + down_max <= ramp.up + ramp.down, else not above
/// the minimum. Returns false where nothing is allowed.
KOKKOS_INLINE_FUNCTION bool next_hour(const Convex& from, Ramp ramp, const UnitHour& h, double top,
                                      Convex& to) {
    const Reach range = reach(from, ramp, h, top);
    if (range.empty) {
        return false;
    }
    set_flat(range.low, range.high, to);
    const Sum sum{to};
    const double up = h.up_price;
    const double down = h.down_price;
    double least = from.value;
    double place = from.low;
    double before = -never; // slope left of `place`
    double behind = from.slope;
    for (int k = 0;; ++k) {
        if (before < 0.0) {
            const double end = lesser(behind, 0.0);
            const double at = greater(place - ramp.down, range.low);
            if (down > 0.0) {
                sum.falling(at, lesser(end, -down) - before);
                sum.falling(at + h.down_max, end - greater(before, -down));
            } else {
                sum.falling(at, end - before);
            }
        }
        if (behind > 0.0) {
            const double begin = greater(before, 0.0);
            const double at = lesser(place + ramp.up, range.high);
            if (up > 0.0) {
                sum.rising(at - h.up_max, lesser(behind, up) - begin);
                sum.rising(at, behind - greater(before, up));
            } else {
                sum.rising(at, behind - begin);
            }
        }
        if (k > from.bends) {
            break;
        }
        const double next = k < from.bends ? from.at[k] : from.high;
        if (behind < 0.0) {
            least += behind * (next - place);
        }
        place = next;
        before = behind;
        behind = k < from.bends ? behind + from.bend[k] : never;
    }
    to.value += least - down * h.down_max - up * h.up_max + h.cost_at_floor +
                h.slope_at_floor * (to.low - h.floor);
    to.slope += h.slope_at_floor;
    for (int k = 0; k < h.bends; ++k) {
        sum.rising(h.at[k], h.bend[k]);
    }
    return true;
}

/// First hour on, from nothing: output with reserve from floor to `top`.
KOKKOS_INLINE_FUNCTION void first_hour(const UnitHour& h, double top, Convex& to) {
    set_flat(h.floor, top, to);
    to.value = h.cost_at_floor - h.down_price * h.down_max - h.up_price * h.up_max;
    to.slope = h.slope_at_floor;
    const Sum sum{to};
    for (int k = 0; k < h.bends; ++k) {
        sum.rising(h.at[k], h.bend[k]);
    }
    sum.falling(h.floor + h.down_max, h.down_price);
    sum.rising(top - h.up_max, h.up_price);
}

/// Least cost of the hour as the last one before a stop; `usual`: the same hour's function without
/// the stop.
KOKKOS_INLINE_FUNCTION double least_at_stop(const Convex& from, Ramp ramp, const UnitHour& h,
                                            double top, const Convex& usual) {
    const double limit = lesser(top, h.stop);
    if (h.up_price > 0.0 && limit < usual.high) {
        Convex last;
        return next_hour(from, ramp, h, limit, last) ? least_of(last).value : never;
    }
    return limit < usual.low ? never : least_up_to(usual, limit).value;
}

/// Where two functions are the same but for a constant: that constant, f - g, made smaller by all
/// that they may differ.
struct Offset {
    bool same = false;
    double value = 0.0;
};

KOKKOS_INLINE_FUNCTION Offset offset_of(const Convex& f, const Convex& g) {
    if (f.bends != g.bends || f.low != g.low || f.high != g.high) {
        return {};
    }
    const double length = f.high - f.low;
    double error = magnitude(f.slope - g.slope) * length;
    double size = magnitude(f.slope) * length;
    for (int k = 0; k < f.bends; ++k) {
        error +=
            magnitude(f.bend[k] - g.bend[k]) * length + magnitude(f.at[k] - g.at[k]) * g.bend[k];
        size += f.bend[k] * length;
    }
    return {error <= 1e-11 * size, f.value - g.value - error};
}

/// True where f + raised <= g wherever g is defined: g adds nothing to the lesser of the two.
KOKKOS_INLINE_FUNCTION bool covers(const Convex& f, double raised, const Convex& g) {
    if (f.low > g.low || f.high < g.high || value_at(f, g.low) + raised > g.value ||
        value_at(f, g.high) + raised > value_at(g, g.high)) {
        return false;
    }
    // Between its bends g is linear and f, convex, lies below what joins its values there.
    for (int k = 0; k < g.bends; ++k) {
        if (value_at(f, g.at[k]) + raised > value_at(g, g.at[k])) {
            return false;
        }
    }
    return true;
}

/// The largest convex function that is nowhere above f or g; f may be overwritten with it.
KOKKOS_INLINE_FUNCTION void set_to_hull(Convex& f, const Convex& g) {
    constexpr int most = 2 * (Convex::capacity + 2);
    double at[most];
    double value[most];
    int kept = 0;
    // Corners of both from left to right; a corner above what joins its neighbours goes.
    double next_at[2] = {f.low, g.low};
    double next_value[2] = {f.value, g.value};
    double slope[2] = {f.slope, g.slope};
    int corner[2] = {0, 0};
    const Convex* of[2] = {&f, &g};
    while (corner[0] <= f.bends + 1 || corner[1] <= g.bends + 1) {
        const bool second =
            corner[0] > f.bends + 1 || (corner[1] <= g.bends + 1 && next_at[1] < next_at[0]);
        const int w = second ? 1 : 0;
        const double x = next_at[w];
        const double y = next_value[w];
        const Convex& c = *of[w];
        const int k = corner[w]++;
        if (k <= c.bends) {
            const double x2 = k < c.bends ? c.at[k] : c.high;
            next_value[w] += slope[w] * (x2 - x);
            next_at[w] = x2;
            slope[w] += k < c.bends ? c.bend[k] : 0.0;
        }
        if (kept > 0 && x <= at[kept - 1]) {
            if (y >= value[kept - 1]) {
                continue;
            }
            --kept;
        }
        while (kept > 1 && (value[kept - 1] - value[kept - 2]) * (x - at[kept - 2]) >=
                               (y - value[kept - 2]) * (at[kept - 1] - at[kept - 2])) {
            --kept;
        }
        at[kept] = x;
        value[kept] = y;
        ++kept;
    }
    set_flat(at[0], at[kept - 1], f);
    f.value = value[0];
    double before = 0.0;
    for (int k = 0; k + 1 < kept; ++k) {
        const double rise = (value[k + 1] - value[k]) / (at[k + 1] - at[k]);
        if (k == 0) {
            f.slope = rise;
        } else if (rise > before) {
            insert_bend(at[k], rise - before, f);
        }
        before = rise;
    }
}

} // namespace longyang::kernels::detail
