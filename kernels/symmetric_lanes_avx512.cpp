#include "kernels/detail/symmetric.hpp"

namespace longyang::kernels::detail {

SymmetricVariant symmetric_variant_avx512() {
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
    return Symmetric<64>::variant();
#else
    return {};
#endif
}

} // namespace longyang::kernels::detail
