#include "kernels/symmetric.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/registers.hpp"
#include "kernels/detail/symmetric_variants.hpp"

namespace longyang::kernels {
namespace {

/// For this CPU.
detail::SymmetricVariant host_variant() {
    detail::SymmetricVariant found = detail::symmetric_variant_any();
    const detail::SymmetricVariant avx2 = detail::symmetric_variant_avx2();
    const detail::SymmetricVariant avx512 = detail::symmetric_variant_avx512();
    if (avx2.invert != nullptr && detail::cpu_has(32)) {
        found = avx2;
    }
    if (avx512.invert != nullptr && detail::cpu_has(64)) {
        found = avx512;
    }
    return found;
}

const detail::SymmetricVariant& variant() {
    static const detail::SymmetricVariant found = host_variant();
    return found;
}

} // namespace

std::size_t symmetric_stride(std::size_t n) {
    return (n + detail::symmetric_lanes - 1) / detail::symmetric_lanes * detail::symmetric_lanes;
}

void invert_symmetric(std::size_t n, std::span<double> matrix) {
    const std::size_t row = symmetric_stride(n);
    detail::require_size("matrix", matrix.size(), n * row);
    variant().invert(n, row, matrix.data());
}

void scale_symmetric(std::size_t n, std::span<const double> from, std::span<const double> diagonal,
                     std::span<double> to) {
    const std::size_t row = symmetric_stride(n);
    detail::require_size("from", from.size(), n * row);
    detail::require_size("diagonal", diagonal.size(), n);
    detail::require_size("to", to.size(), n * row);
    variant().scale(n, row, from.data(), diagonal.data(), to.data());
}

void multiply_symmetric(std::size_t n, std::span<const double> matrix, std::span<const double> by,
                        std::span<double> result) {
    const std::size_t row = symmetric_stride(n);
    detail::require_size("matrix", matrix.size(), n * row);
    detail::require_size("by", by.size(), n);
    detail::require_size("result", result.size(), n);
    variant().multiply(n, row, matrix.data(), by.data(), result.data());
}

} // namespace longyang::kernels
