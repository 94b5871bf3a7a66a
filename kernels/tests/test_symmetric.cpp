#include "kernels/detail/registers.hpp"
#include "kernels/detail/symmetric_variants.hpp"
#include "kernels/runtime.hpp"
#include "kernels/symmetric.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

/// Random, positive definite: diagonal above the sum of the rest of its row.
std::vector<double> random_matrix(std::size_t n, unsigned seed) {
    const std::size_t row = symmetric_stride(n);
    const auto numbers = test::random_numbers(n * n, -1.0, 1.0, seed);
    std::vector<double> matrix(n * row, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            // Some places are empty, as in the matrix of a river.
            const double one = numbers[i * n + j] > 0.6 ? 0.0 : numbers[i * n + j];
            matrix[i * row + j] = matrix[j * row + i] = one;
        }
        matrix[i * row + i] = static_cast<double>(n) + numbers[i * n + i];
    }
    return matrix;
}

TEST(Symmetric, WorkedByHand) {
    // | 4 2 |          1 |  3 -2 |
    // | 2 3 |, inverse - | -2  4 |
    //                  8
    std::vector<double> matrix(2 * symmetric_stride(2), 0.0);
    matrix[0] = 4.0;
    matrix[1] = matrix[symmetric_stride(2)] = 2.0;
    matrix[symmetric_stride(2) + 1] = 3.0;
    const std::vector<double> before = matrix;
    invert_symmetric(2, matrix);
    EXPECT_DOUBLE_EQ(matrix[0], 0.375);
    EXPECT_DOUBLE_EQ(matrix[1], -0.25);
    EXPECT_DOUBLE_EQ(matrix[symmetric_stride(2)], -0.25);
    EXPECT_DOUBLE_EQ(matrix[symmetric_stride(2) + 1], 0.5);
    std::vector<double> product(2);
    multiply_symmetric(2, before, std::vector<double>{1.0, 10.0}, product);
    EXPECT_EQ(product, (std::vector<double>{24.0, 32.0}));
    std::vector<double> scaled(before.size(), 1.0);
    scale_symmetric(2, before, std::vector<double>{1.0, 10.0}, scaled);
    EXPECT_EQ(scaled[0], -4.0);
    EXPECT_EQ(scaled[1], -20.0);
    EXPECT_EQ(scaled[symmetric_stride(2) + 1], -300.0);
    EXPECT_EQ(scaled[2], 0.0); // what fills up a row stays empty
}

TEST(Symmetric, InverseTimesMatrixIsOne) {
    for (const std::size_t n : {1U, 2U, 7U, 8U, 9U, 28U, 29U, 40U}) {
        const std::size_t row = symmetric_stride(n);
        const std::vector<double> matrix = random_matrix(n, static_cast<unsigned>(n));
        std::vector<double> inverse = matrix;
        invert_symmetric(n, inverse);
        for (std::size_t j = 0; j < n; ++j) {
            std::vector<double> product(n);
            multiply_symmetric(n, matrix, std::span(inverse).subspan(j * row, n), product);
            for (std::size_t i = 0; i < n; ++i) {
                ASSERT_NEAR(product[i], i == j ? 1.0 : 0.0, 1e-12) << n << ' ' << i << ' ' << j;
            }
            for (std::size_t k = n; k < row; ++k) {
                ASSERT_EQ(inverse[j * row + k], 0.0);
            }
        }
    }
}

TEST(Symmetric, AgreesWithPlainLoopsAndBitByBitBetweenRegisters) {
    const detail::SymmetricVariant any = detail::symmetric_variant_any();
    std::vector<detail::SymmetricVariant> wider;
    if (detail::cpu_has(32)) {
        wider.push_back(detail::symmetric_variant_avx2());
    }
    if (detail::cpu_has(64)) {
        wider.push_back(detail::symmetric_variant_avx512());
    }
    for (const std::size_t n : {3U, 8U, 28U, 31U}) {
        const std::size_t row = symmetric_stride(n);
        const std::vector<double> matrix = random_matrix(n, 5);
        const auto by = test::random_numbers(n, -2.0, 2.0, 6);
        std::vector<double> inverse = matrix;
        std::vector<double> product(n);
        std::vector<double> scaled(n * row, 7.0);
        any.invert(n, row, inverse.data());
        any.multiply(n, row, matrix.data(), by.data(), product.data());
        any.scale(n, row, matrix.data(), by.data(), scaled.data());
        for (std::size_t i = 0; i < n; ++i) {
            double sum = 0.0;
            for (std::size_t j = 0; j < n; ++j) {
                sum += matrix[i * row + j] * by[j];
                EXPECT_NEAR(scaled[i * row + j], -by[i] * by[j] * matrix[i * row + j], 1e-12);
            }
            EXPECT_NEAR(product[i], sum, 1e-12);
        }
        for (const detail::SymmetricVariant& variant : wider) {
            if (backend().name == "Cuda" && variant.invert == nullptr) {
                continue; // nvcc gets no flags for it (cmake/LongyangLanes.cmake)
            }
            ASSERT_NE(variant.invert, nullptr);
            std::vector<double> found = matrix;
            std::vector<double> times(n);
            std::vector<double> to(n * row, 7.0);
            variant.invert(n, row, found.data());
            variant.multiply(n, row, matrix.data(), by.data(), times.data());
            variant.scale(n, row, matrix.data(), by.data(), to.data());
            EXPECT_EQ(found, inverse);
            EXPECT_EQ(times, product);
            EXPECT_EQ(to, scaled);
        }
    }
}

TEST(Symmetric, SizesThatDoNotFitAreRefused) {
    std::vector<double> matrix(3 * symmetric_stride(3), 1.0);
    std::vector<double> short_one(8);
    const std::vector<double> by(3, 1.0);
    std::vector<double> result(3);
    EXPECT_THROW(invert_symmetric(3, short_one), std::invalid_argument);
    EXPECT_THROW(multiply_symmetric(3, short_one, by, result), std::invalid_argument);
    EXPECT_THROW(multiply_symmetric(3, matrix, by, short_one), std::invalid_argument);
    EXPECT_THROW(scale_symmetric(3, matrix, short_one, matrix), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
