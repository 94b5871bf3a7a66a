#include "kernels/detail/strength.hpp"

namespace longyang::kernels::detail {

StrengthVariant strength_variant_avx512() {
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
    using Kind = LaneKind<32, 64>;
    return {"32 hours, registers of 64 bytes", Kind::stride, run_strength<Kind>};
#else
    return {};
#endif
}

} // namespace longyang::kernels::detail
