#pragma once

// Internal to solve/prices: least costs as functions of a reservoir's storage.

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::river {

/// A stretch of storage over which a cost changes by so much a unit.
struct Stretch {
    double length_hm3, cny_per_hm3;
};

/// A convex cost in straight stretches over an interval of storage.
struct Curve {
    bool exists = false;
    double begin_hm3 = 0.0, end_hm3 = 0.0;
    double cny = 0.0;               ///< at the beginning
    std::vector<Stretch> stretches; ///< slopes do not fall
};

/// PE-25: the least cost after a change of storage: by `change_hm3` at `cny`, and by any part of
/// the stretches `added`, whose slopes do not fall.
void add_change(const Curve& before, double change_hm3, double cny, std::span<const Stretch> added,
                Curve& after);
/// The part of a curve over an interval; false where they do not meet.
bool cut(const Curve& from, double low_hm3, double high_hm3, Curve& part);

/// Tables that `lower_to` works in.
struct HullSpace {
    struct Place {
        double at_hm3, cny, cny_per_hm3; ///< the slope of the stretch that begins here
        int of;                          ///< which of the two curves
        std::size_t number;
    };
    std::vector<Place> places, hull;
};
/// PE-35: the greatest convex function that is nowhere above either, in place of `curve`.
void lower_to(const Curve& other, Curve& curve, HullSpace& space);

/// PE-35: brings the stretches down to about `most`, in place of the curve one that is nowhere
/// above it.
void thin_out(Curve& curve, std::size_t most, std::vector<double>& errors_cny);

} // namespace longyang::solve::prices::river
