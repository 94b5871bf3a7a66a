#pragma once

#include <cstddef>
#include <span>

namespace longyang::kernels {

/// Small dense symmetric matrices on one core of the host, in registers as wide as the CPU has, for
/// chains in which each matrix follows from the one before (a card has no use for these).
///
/// A matrix of n rows lies row by row, symmetric_stride(n) numbers a row, of which those from n on
/// are 0. Results are the same bit by bit whatever the registers. Throw std::invalid_argument where
/// a size does not fit.
[[nodiscard]] std::size_t symmetric_stride(std::size_t n);

/// Inverts a positive definite matrix in place, by the sweep operator (Goodnight 1979, The American
/// Statistician 33(3)) without exchange of rows.
void invert_symmetric(std::size_t n, std::span<double> matrix);

/// to = - D from D with the diagonal matrix D (n numbers).
void scale_symmetric(std::size_t n, std::span<const double> from, std::span<const double> diagonal,
                     std::span<double> to);

/// result = matrix x by, n numbers each; they may not overlap.
void multiply_symmetric(std::size_t n, std::span<const double> matrix, std::span<const double> by,
                        std::span<double> result);

} // namespace longyang::kernels
