#pragma once

// Internal to kernels/: what a work item of the Newton of single hours knows while it steps.

#include "kernels/detail/ac_state.hpp"

namespace longyang::kernels::detail {

template <class K>
struct AcNewtonItem {
    const AcNewton& work;
    std::ptrdiff_t first_place;
    double *voltage, *best, *power, *given, *free_v;
    AcSide* side;
    std::uint8_t* returns;
    float *matrix, *lower, *x;
    std::ptrdiff_t hour[K::lanes];
    double lambda[K::lanes], best_lambda[K::lanes];
    double moving[K::lanes]; ///< share of the step that is taken; 0: done
    double mismatch[K::lanes], best_mismatch[K::lanes];
    int steps[K::lanes];
    int rounds[K::lanes]; ///< in which sides of reactive limits were changed
    bool solved[K::lanes];
    bool magnitudes_rest; ///< all of them, in the first steps from a flat start
};

/// Number of a node's lane in the arrays with one number a node.
template <class K>
KOKKOS_FORCEINLINE_FUNCTION std::ptrdiff_t node_lane(int node, int lane) {
    return static_cast<std::ptrdiff_t>(node) * K::stride + lane;
}

} // namespace longyang::kernels::detail
