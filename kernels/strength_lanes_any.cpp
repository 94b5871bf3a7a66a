#include "kernels/detail/strength.hpp"

namespace longyang::kernels::detail {

// Registers of 16 bytes, which every 64-bit CPU has.
StrengthVariant strength_variant_any() {
    using Kind = LaneKind<8, 16>;
    return {"8 hours, registers of 16 bytes", Kind::stride, run_strength<Kind>};
}

} // namespace longyang::kernels::detail
