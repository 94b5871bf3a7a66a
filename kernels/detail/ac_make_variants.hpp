#pragma once

// Internal to kernels/: fills in AcVariants for registers of a width for which the including file
// is compiled. All that is instantiated here has the width in its type, so that no other file can
// pick up code that its CPU does not have.

#include "kernels/detail/ac_chord.hpp"
#include "kernels/detail/ac_newton.hpp"
#include "kernels/detail/ac_variants.hpp"

namespace longyang::kernels::detail {

template <class K>
AcVariant make_variant(const char* name) {
    return {name, K::stride,
            [](const AcChord& work, std::ptrdiff_t item) { run_chord<K>(work, item); },
            [](const AcNewton& work, std::ptrdiff_t item) { run_newton<K>(work, item); },
            [](const AcOutageWork& work, std::ptrdiff_t item) { run_outages<K>(work, item); }};
}

} // namespace longyang::kernels::detail
