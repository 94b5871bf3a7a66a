#pragma once

#include <cstddef>
#include <span>

namespace longyang::kernels {

/// A sending converter and the network behind it in an hour.
struct ConverterBlock {
    double strength_mva = 0.0; ///< short-circuit power at its bus
    double q_demand_mvar_per_mw = 0.0;
    double filter_mvar = 0.0; ///< installed; as many are on as the demand needs
};

/// Voltage in pu right after the whole converter has stopped at a power of `p_mw` >= 0: its demand
/// is gone, the filters are still on (equation SE-10). The voltage before is 1 pu. Infinite where
/// the filters resonate with the network (or there is none).
[[nodiscard]] double voltage_after_block_pu(const ConverterBlock& block, double p_mw);

/// The largest power in MW with at most `limit_pu` (> 1) after the block: the inverse of the
/// function above, exact, since the voltage rises with the power.
[[nodiscard]] double power_for_voltage_mw(const ConverterBlock& block, double limit_pu);

/// The same for all lines and hours. Arrays are row-major, hours fastest.
///
/// strength_mva, p_mw, limit_pu   lines x hours
/// q_demand_mvar_per_mw, filter_mvar   lines
struct ConverterBlocks {
    std::size_t lines = 0;
    std::size_t hours = 0;
    std::span<const double> strength_mva;
    std::span<const double> p_mw;
    std::span<const double> limit_pu;
    std::span<const double> q_demand_mvar_per_mw;
    std::span<const double> filter_mvar;
};

/// voltage_pu, power_mw   lines x hours, overwritten: the voltage after a block at |p_mw|, and the
/// power that the limit allows. Throws std::invalid_argument where a size does not fit.
void overvoltages(const ConverterBlocks& blocks, std::span<double> voltage_pu,
                  std::span<double> power_mw);

} // namespace longyang::kernels
