#pragma once

// Internal to kernels/: small symmetric matrices in registers of some width
// (kernels/symmetric.hpp).

#include "kernels/detail/ac_lanes.hpp"
#include "kernels/detail/symmetric_variants.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace longyang::kernels::detail {

template <int register_bytes>
struct Symmetric {
    using Part = Lanes<double, static_cast<int>(symmetric_lanes), register_bytes>;

    /// A row that is swept, scaled by its pivot. Its own place is not to be used.
    template <std::size_t parts>
    struct Pivot {
        double inverse; ///< of the number in its place
        Part row[parts];
    };

    template <std::size_t parts>
    static Pivot<parts> scaled(const Part (&row)[parts], double pivot) {
        Pivot<parts> found{1.0 / pivot, {}};
        const Part inverse = Part::all(found.inverse);
        for (std::size_t j = 0; j < parts; ++j) {
            found.row[j] = row[j] * inverse;
        }
        return found;
    }

    template <std::size_t parts>
    static void load(const double* from, Part (&row)[parts]) {
        for (std::size_t j = 0; j < parts; ++j) {
            row[j] = Part::load(from + j * symmetric_lanes);
        }
    }

    template <std::size_t parts>
    static void store(const Part (&row)[parts], double* to) {
        for (std::size_t j = 0; j < parts; ++j) {
            row[j].store(to + j * symmetric_lanes);
        }
    }

    template <std::size_t parts>
    static void subtract(double factor, const Pivot<parts>& pivot, Part (&row)[parts]) {
        const Part factors = Part::all(factor);
        for (std::size_t j = 0; j < parts; ++j) {
            row[j] = row[j] - factors * pivot.row[j];
        }
    }

    /// Two pivots on the way through the rows, since rows take longer to store than to work out.
    /// What stands in the pivots' own places is set last: a register that is read soon after one of
    /// its numbers was written waits for it.
    template <std::size_t parts>
    static void sweep_two(std::size_t n, std::size_t k, double* matrix) {
        constexpr std::size_t row = parts * symmetric_lanes;
        double* first_row = matrix + k * row;
        double* second_row = first_row + row;
        Part numbers[parts];
        load(first_row, numbers);
        const Pivot<parts> first = scaled(numbers, first_row[k]);
        const double between = first_row[k + 1] * first.inverse; // of the second row, to the first
        const double factor = second_row[k];
        load(second_row, numbers);
        subtract(factor, first, numbers);
        const Pivot<parts> second = scaled(numbers, second_row[k + 1] - factor * between);
        const double in_first = -factor * first.inverse * second.inverse;
        for (std::size_t i = 0; i < n; ++i) {
            double* own_row = matrix + i * row;
            const double factor_first = own_row[k];
            const double factor_second = own_row[k + 1] - factor_first * between;
            if (i == k || i == k + 1 || (factor_first == 0.0 && factor_second == 0.0)) {
                continue;
            }
            load(own_row, numbers);
            subtract(factor_first, first, numbers);
            subtract(factor_second, second, numbers);
            store(numbers, own_row);
            own_row[k] = -factor_first * first.inverse - factor_second * in_first;
            own_row[k + 1] = -factor_second * second.inverse;
        }
        std::copy(std::begin(first.row), std::end(first.row), numbers);
        subtract(between, second, numbers);
        store(numbers, first_row);
        first_row[k] = first.inverse - between * in_first;
        first_row[k + 1] = -between * second.inverse;
        store(second.row, second_row);
        second_row[k] = in_first;
        second_row[k + 1] = second.inverse;
    }

    /// Rows of any length.
    static void sweep_one(std::size_t n, std::size_t row, std::size_t k, double* matrix) {
        double* pivot_row = matrix + k * row;
        const double pivot = 1.0 / pivot_row[k];
        const Part pivots = Part::all(pivot);
        for (std::size_t j = 0; j < row; j += symmetric_lanes) {
            (Part::load(pivot_row + j) * pivots).store(pivot_row + j);
        }
        for (std::size_t i = 0; i < n; ++i) {
            double* own_row = matrix + i * row;
            const double factor = own_row[k];
            if (i == k || factor == 0.0) {
                continue;
            }
            const Part factors = Part::all(factor);
            for (std::size_t j = 0; j < row; j += symmetric_lanes) {
                (Part::load(own_row + j) - factors * Part::load(pivot_row + j)).store(own_row + j);
            }
            own_row[k] = -factor * pivot;
        }
        pivot_row[k] = pivot;
    }

    template <std::size_t parts>
    static void sweep(std::size_t n, double* matrix) {
        std::size_t k = 0;
        for (; k + 1 < n; k += 2) {
            sweep_two<parts>(n, k, matrix);
        }
        if (k < n) {
            sweep_one(n, parts * symmetric_lanes, k, matrix);
        }
    }

    static void invert(std::size_t n, std::size_t row, double* matrix) {
        switch (row / symmetric_lanes) {
        case 1:
            return sweep<1>(n, matrix);
        case 2:
            return sweep<2>(n, matrix);
        case 3:
            return sweep<3>(n, matrix);
        case 4:
            return sweep<4>(n, matrix);
        default:
            for (std::size_t k = 0; k < n; ++k) {
                sweep_one(n, row, k, matrix);
            }
        }
    }

    static void scale(std::size_t n, std::size_t row, const double* from, const double* diagonal,
                      double* to) {
        double padded[symmetric_lanes] = {};
        for (std::size_t j = 0; j < row; j += symmetric_lanes) {
            for (std::size_t l = 0; l < symmetric_lanes; ++l) {
                padded[l] = j + l < n ? diagonal[j + l] : 0.0;
            }
            const Part columns = Part::load(padded);
            for (std::size_t i = 0; i < n; ++i) {
                (Part::all(-diagonal[i]) * columns * Part::load(from + i * row + j))
                    .store(to + i * row + j);
            }
        }
    }

    static void multiply(std::size_t n, std::size_t row, const double* matrix, const double* by,
                         double* result) {
        for (std::size_t j = 0; j < row; j += symmetric_lanes) {
            Part sum = Part::all(0.0);
            for (std::size_t i = 0; i < n; ++i) {
                sum = sum + Part::load(matrix + i * row + j) * Part::all(by[i]);
            }
            double sums[symmetric_lanes];
            sum.store(sums);
            for (std::size_t l = 0; l < symmetric_lanes && j + l < n; ++l) {
                result[j + l] = sums[l];
            }
        }
    }

    static SymmetricVariant variant() { return {invert, scale, multiply}; }
};

} // namespace longyang::kernels::detail
