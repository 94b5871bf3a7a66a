#include "kernels/overvoltage.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/overvoltage.hpp"

namespace longyang::kernels {

double voltage_after_block_pu(const ConverterBlock& block, double p_mw) {
    return detail::voltage_after_block(block, p_mw);
}

double power_for_voltage_mw(const ConverterBlock& block, double limit_pu) {
    return detail::power_for_voltage(block, limit_pu);
}

// Memory traffic: 24 B read and 16 B written a line and hour.
void overvoltages(const ConverterBlocks& blocks, std::span<double> voltage_pu,
                  std::span<double> power_mw) {
    using namespace detail;
    const std::size_t size = blocks.lines * blocks.hours;
    require_size("strength_mva", blocks.strength_mva.size(), size);
    require_size("p_mw", blocks.p_mw.size(), size);
    require_size("limit_pu", blocks.limit_pu.size(), size);
    require_size("q_demand_mvar_per_mw", blocks.q_demand_mvar_per_mw.size(), blocks.lines);
    require_size("filter_mvar", blocks.filter_mvar.size(), blocks.lines);
    require_size("voltage_pu", voltage_pu.size(), size);
    require_size("power_mw", power_mw.size(), size);
    if (size == 0) {
        return;
    }
    const auto strength_d = to_device("strength", blocks.strength_mva);
    const auto p_d = to_device("power of lines", blocks.p_mw);
    const auto limit_d = to_device("limits of voltage", blocks.limit_pu);
    const auto demand_d = to_device("reactive demand", blocks.q_demand_mvar_per_mw);
    const auto filter_d = to_device("filters", blocks.filter_mvar);
    const auto voltage_d = output_on_device("voltages", voltage_pu);
    const auto power_d = output_on_device("power for voltages", power_mw);
    const double* const strength = strength_d.data();
    const double* const p = p_d.data();
    const double* const limit = limit_d.data();
    const double* const demand = demand_d.data();
    const double* const filter = filter_d.data();
    double* const voltage = voltage_d.data();
    double* const power = power_d.data();
    const std::ptrdiff_t hours = length(blocks.hours);
    Kokkos::parallel_for(
        "overvoltages", Range(0, length(size)), KOKKOS_LAMBDA(const std::ptrdiff_t i) {
            const std::ptrdiff_t line = i / hours;
            const ConverterBlock block{strength[i], demand[line], filter[line]};
            voltage[i] = voltage_after_block(block, p[i] < 0.0 ? -p[i] : p[i]);
            power[i] = power_for_voltage(block, limit[i]);
        });
    to_host(voltage_d, voltage_pu);
    to_host(power_d, power_mw);
}

} // namespace longyang::kernels
