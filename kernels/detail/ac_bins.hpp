#pragma once

// Internal to kernels/: bins of like hours and their means.

#include "kernels/detail/ac_state.hpp"

namespace longyang::kernels::detail {

/// Hours that a work item sums side by side.
inline constexpr std::ptrdiff_t load_lanes = on_host ? 128 : 1;

/// What all buses together take out of the network in each hour. Reads 8 B a bus and hour.
struct SumWithdrawals {
    const double* p;
    double* sum;
    std::ptrdiff_t buses, hours;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t first = item * load_lanes;
        const std::ptrdiff_t count = hours - first < load_lanes ? hours - first : load_lanes;
        double lane[load_lanes] = {};
        for (std::ptrdiff_t bus = 0; bus < buses; ++bus) {
            const double* row = p + bus * hours + first;
            for (std::ptrdiff_t l = 0; l < count; ++l) {
                lane[l] -= row[l] < 0.0 ? row[l] : 0.0;
            }
        }
        for (std::ptrdiff_t l = 0; l < count; ++l) {
            sum[first + l] = lane[l];
        }
    }
};

/// Mean of a table over some hours of each bin; what is not a number is left out.
struct MeanOfBins {
    AcTable table;
    const std::int32_t* sample; ///< [bin][samples] hours
    std::ptrdiff_t bins, samples;
    double* mean; ///< [bus][bin]

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t bus) const {
        for (std::ptrdiff_t bin = 0; bin < bins; ++bin) {
            double sum = 0.0;
            double count = 0.0;
            for (std::ptrdiff_t s = 0; s < samples; ++s) {
                const double x = table.at(bus, sample[bin * samples + s]);
                const bool number = x == x;
                sum += number ? x : 0.0;
                count += number ? 1.0 : 0.0;
            }
            mean[bus * bins + bin] = count > 0.0 ? sum / count : 0.0;
        }
    }
};

/// Angles of the bins' voltages.
struct AngleOfBins {
    const double* voltage; ///< [bin][node][real, imaginary]
    double* angle;         ///< [bin][node]

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t at) const {
        angle[at] = std::atan2(voltage[2 * at + 1], voltage[2 * at]);
    }
};

} // namespace longyang::kernels::detail
