#pragma once

// Internal to kernels/: the lanes of an AC power flow by kind of machine. On a host the same source
// is compiled for several register widths (kernels/ac_lanes_*.cpp) and the widest that the CPU has
// is taken when the program runs; a GPU has one kind.

#include "kernels/detail/ac_outages.hpp"
#include "kernels/detail/ac_problem.hpp"

#include <cstddef>

namespace longyang::kernels::detail {

/// Work items of the host for one kind of lanes.
struct AcVariant {
    const char* name = nullptr;
    int stride = 0;
    void (*chord)(const AcChord&, std::ptrdiff_t) = nullptr;
    void (*newton)(const AcNewton&, std::ptrdiff_t) = nullptr;
    void (*outages)(const AcOutageWork&, std::ptrdiff_t) = nullptr;
};

/// Kinds of lanes for groups of 16 and 32 hours; name is null where the compiler cannot make them.
struct AcVariants {
    AcVariant narrow, wide;
};
[[nodiscard]] AcVariants ac_variants_any();
[[nodiscard]] AcVariants ac_variants_avx2();
[[nodiscard]] AcVariants ac_variants_avx512();

/// Lanes for this CPU; wide ones while a group's voltages and unknowns stay in the L2 cache.
/// group_hours, register_bytes: as in AcSettings.
[[nodiscard]] AcVariant host_variant(const AcStructure& net, int group_hours, int register_bytes);

} // namespace longyang::kernels::detail
