#include "kernels/violations.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/flows.hpp"
#include "kernels/detail/violations.hpp"

#include <algorithm>
#include <limits>

namespace longyang::kernels {
namespace {

void require_limits(std::size_t rows, std::size_t hours, const Limits& limits) {
    detail::require_size("lower_mw", limits.lower_mw.size(), rows);
    detail::require_size("upper_mw", limits.upper_mw.size(), rows);
    if (!limits.factor.empty() && limits.factor.size() != hours) {
        detail::require_size("factor", limits.factor.size(), rows * hours);
    }
}

// Memory traffic: L x T flows (8 B) read once to count, which the flow kernel's write speed bounds;
// hours with violations once more, one column each. Counts and places are 16 B an hour. Nothing of
// the size rows x hours is written, and only the list itself (32 B a violation) comes back to the
// host.
Violations search_on_device(std::size_t rows, std::size_t hours, const double* flow,
                            const Limits& limits, const Search& search) {
    const auto lower = detail::to_device("lower limits", limits.lower_mw);
    const auto upper = detail::to_device("upper limits", limits.upper_mw);
    const auto factor = detail::to_device("limit factors", limits.factor);
    const bool by_row = limits.factor.size() != hours;
    const detail::Scan scan{flow,
                            lower.data(),
                            upper.data(),
                            limits.factor.empty() ? nullptr : factor.data(),
                            by_row ? detail::length(hours) : 0,
                            detail::length(rows),
                            detail::length(hours),
                            search.tolerance_mw};

    const detail::Array<std::int64_t> count("violations by hour", hours);
    Violations result;
    result.found = detail::count_by_hour(scan, count);
    if (result.found == 0) {
        return result;
    }
    const std::int64_t cap = search.max_per_hour == 0
                                 ? std::numeric_limits<std::int64_t>::max()
                                 : static_cast<std::int64_t>(search.max_per_hour);
    const detail::Array<std::int64_t> place("place of an hour's violations", hours);
    const auto kept = static_cast<std::size_t>(detail::counts_to_places(count, cap, place));
    const detail::Array<Violation> list("violations", kept);
    detail::store_worst(scan, count, cap, place, list);
    result.worst_first = detail::to_vector(list);
    std::sort(result.worst_first.begin(), result.worst_first.end(), detail::worse);
    return result;
}

} // namespace

Violations find_violations(std::size_t rows, std::size_t hours, std::span<const double> flow_mw,
                           const Limits& limits, const Search& search) {
    detail::require_size("flow_mw", flow_mw.size(), rows * hours);
    require_limits(rows, hours, limits);
    if (flow_mw.empty()) {
        return {};
    }
    const auto flow = detail::to_device("flows", flow_mw);
    return search_on_device(rows, hours, flow.data(), limits, search);
}

Violations find_flow_violations(std::size_t rows, std::size_t buses, std::size_t hours,
                                std::span<const double> ptdf, std::span<const double> injection,
                                std::span<const double> offset, const Limits& limits,
                                const Search& search) {
    detail::require_flow_sizes(rows, buses, hours, ptdf, injection, offset);
    require_limits(rows, hours, limits);
    if (rows * hours == 0) {
        return {};
    }
    const detail::Array<double> flow(
        Kokkos::view_alloc(std::string("flows"), Kokkos::WithoutInitializing), rows * hours);
    detail::compute_flows(rows, buses, hours, ptdf, injection, offset, flow.data());
    return search_on_device(rows, hours, flow.data(), limits, search);
}

} // namespace longyang::kernels
