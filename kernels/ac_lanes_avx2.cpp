#include "kernels/detail/ac_make_variants.hpp"

namespace longyang::kernels::detail {

AcVariants ac_variants_avx2() {
#if defined(__AVX2__) && defined(__FMA__)
    return {make_variant<LaneKind<8, 32>>("8 hours, registers of 32 bytes"),
            make_variant<LaneKind<16, 32>>("16 hours, registers of 32 bytes")};
#else
    return {};
#endif
}

} // namespace longyang::kernels::detail
