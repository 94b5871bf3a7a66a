#include "kernels/flows.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/flows.hpp"

namespace longyang::kernels {

void branch_flows(std::size_t rows, std::size_t buses, std::size_t hours,
                  std::span<const double> ptdf, std::span<const double> injection,
                  std::span<const double> offset, std::span<double> flow) {
    detail::require_flow_sizes(rows, buses, hours, ptdf, injection, offset);
    detail::require_size("flow", flow.size(), rows * hours);
    if (flow.empty()) {
        return;
    }
    const auto flow_d = detail::output_on_device("flow", flow);
    detail::compute_flows(rows, buses, hours, ptdf, injection, offset, flow_d.data());
    detail::to_host(flow_d, flow);
}

} // namespace longyang::kernels
