#include "kernels/detail/symmetric.hpp"

namespace longyang::kernels::detail {

SymmetricVariant symmetric_variant_avx2() {
#if defined(__AVX2__) && defined(__FMA__)
    return Symmetric<32>::variant();
#else
    return {};
#endif
}

} // namespace longyang::kernels::detail
