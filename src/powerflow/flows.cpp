#include "powerflow/flows.hpp"

#include "base/error.hpp"
#include "kernels/flows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::powerflow {
namespace {

/// Copies `hours` columns of a table to or from a piece of it; both row-major.
void copy_columns(std::size_t rows, std::size_t hours, const double* from, std::size_t from_stride,
                  double* to, std::size_t to_stride) {
    for (std::size_t row = 0; row < rows; ++row) {
        std::copy_n(from + row * from_stride, hours, to + row * to_stride);
    }
}

} // namespace

std::vector<double> branch_flows(const Comm& comm, const Network& network,
                                 const ShiftFactors& factors, std::size_t hours,
                                 std::span<const double> injection_mw) {
    constexpr std::size_t piece = 1024;
    const auto buses = static_cast<std::size_t>(network.buses);
    const std::size_t rows = factors.branch.size();
    agree(comm, [&] {
        if (injection_mw.size() != buses * hours) {
            throw Error(Exit::defect, fmt::format("{} injections for {} buses and {} hours",
                                                  injection_mw.size(), buses, hours));
        }
    });
    std::vector<double> flow_mw(rows * hours);
    std::vector<double> injection;
    std::vector<double> flow;
    for (std::size_t first = 0; first < hours; first += piece) {
        const std::size_t n = std::min(piece, hours - first);
        injection.resize(buses * n);
        copy_columns(buses, n, injection_mw.data() + first, hours, injection.data(), n);
        sum_in_order(comm, injection);
        flow.resize(rows * n);
        kernels::branch_flows(rows, buses, n, factors.value, injection, factors.offset_mw, flow);
        copy_columns(rows, n, flow.data(), n, flow_mw.data() + first, hours);
    }
    return flow_mw;
}

} // namespace longyang::powerflow
