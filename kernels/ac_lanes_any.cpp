#include "kernels/detail/ac_make_variants.hpp"

namespace longyang::kernels::detail {

// Registers of 16 bytes, which every 64-bit CPU has.
AcVariants ac_variants_any() {
    return {make_variant<LaneKind<8, 16>>("8 hours, registers of 16 bytes"),
            make_variant<LaneKind<16, 16>>("16 hours, registers of 16 bytes")};
}

} // namespace longyang::kernels::detail
