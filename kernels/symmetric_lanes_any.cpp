#include "kernels/detail/symmetric.hpp"

namespace longyang::kernels::detail {

// Registers of 16 bytes, which every 64-bit CPU has.
SymmetricVariant symmetric_variant_any() {
    return Symmetric<16>::variant();
}

} // namespace longyang::kernels::detail
