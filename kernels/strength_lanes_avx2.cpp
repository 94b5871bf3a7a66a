#include "kernels/detail/strength.hpp"

namespace longyang::kernels::detail {

StrengthVariant strength_variant_avx2() {
#if defined(__AVX2__) && defined(__FMA__)
    using Kind = LaneKind<16, 32>;
    return {"16 hours, registers of 32 bytes", Kind::stride, run_strength<Kind>};
#else
    return {};
#endif
}

} // namespace longyang::kernels::detail
