#pragma once

// Internal to kernels/: bins of like hours and their means.

#include "kernels/detail/ac_state.hpp"

namespace longyang::kernels::detail {

/// Blocks that a work item sums side by side.
inline constexpr std::ptrdiff_t load_lanes = on_host ? 128 : 1;

/// What all buses together take out of the network in the middle hour of each block of hours. Reads
/// a line of the cache a bus and block.
struct SumWithdrawals {
    AcTable p;
    double* sum;
    std::ptrdiff_t buses, hours, block;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t blocks = parts(hours, block);
        const std::ptrdiff_t first = item * load_lanes;
        const std::ptrdiff_t last = first + load_lanes < blocks ? first + load_lanes : blocks;
        double lane[load_lanes] = {};
        for (std::ptrdiff_t bus = 0; bus < buses; ++bus) {
            for (std::ptrdiff_t b = first; b < last; ++b) {
                const std::ptrdiff_t middle = b * block + block / 2;
                const double x = p.at(bus, middle < hours ? middle : hours - 1);
                lane[b - first] -= x < 0.0 ? x : 0.0;
            }
        }
        for (std::ptrdiff_t b = first; b < last; ++b) {
            sum[b] = lane[b - first];
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
