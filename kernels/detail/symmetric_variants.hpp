#pragma once

// Internal to kernels/: what files for registers of some width offer (kernels/symmetric.hpp).

#include <cstddef>

namespace longyang::kernels::detail {

/// Numbers of a row that are worked on at once.
inline constexpr std::size_t symmetric_lanes = 8;

/// What a translation unit for some registers offers; null: nothing. Arguments as those of the
/// functions of kernels/symmetric.hpp, and `row`, the stride.
struct SymmetricVariant {
    void (*invert)(std::size_t n, std::size_t row, double* matrix) = nullptr;
    void (*scale)(std::size_t n, std::size_t row, const double* from, const double* diagonal,
                  double* to) = nullptr;
    void (*multiply)(std::size_t n, std::size_t row, const double* matrix, const double* by,
                     double* result) = nullptr;
};
SymmetricVariant symmetric_variant_any();
SymmetricVariant symmetric_variant_avx2();
SymmetricVariant symmetric_variant_avx512();

} // namespace longyang::kernels::detail
