#include "kernels/detail/ac_make_variants.hpp"

namespace longyang::kernels::detail {

AcVariants ac_variants_avx512() {
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
    return {make_variant<LaneKind<16, 64>>("16 hours, registers of 64 bytes"),
            make_variant<LaneKind<32, 64>>("32 hours, registers of 64 bytes")};
#else
    return {};
#endif
}

} // namespace longyang::kernels::detail
