#include "kernels/sections.hpp"

#include "kernels/detail/arrays.hpp"

#include <algorithm>

namespace longyang::kernels {
namespace {

using detail::Range;

constexpr std::ptrdiff_t lanes = detail::on_host ? 256 : 1;

void require_sections(std::size_t rows, const SparseRows& sections) {
    const bool well_formed = !sections.first.empty() && sections.first.front() == 0 &&
                             std::is_sorted(sections.first.begin(), sections.first.end());
    if (!well_formed) {
        throw std::invalid_argument("sections.first must start at 0 and not fall");
    }
    detail::require_size("sections.member", sections.member.size(),
                         static_cast<std::size_t>(sections.first.back()));
    detail::require_size("sections.sign", sections.sign.size(), sections.member.size());
    const auto end = static_cast<std::int64_t>(rows);
    if (std::any_of(sections.member.begin(), sections.member.end(),
                    [end](std::int64_t row) { return row < 0 || row >= end; })) {
        throw std::invalid_argument("sections.member names a row that does not exist");
    }
}

// Equation DC-7. An item is a section and a piece of 256 hours (2 KiB of sums, in the L1 cache).
// Memory traffic: every member's flows are read once (8 B an hour) and the sums written once; bound
// by memory, 2 flops for 8 B.
struct AddMembers {
    const std::int64_t* first;
    const std::int64_t* member;
    const double* sign;
    const double* flow;
    double* section_flow;
    std::ptrdiff_t hours, pieces;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t section = item / pieces;
        const std::ptrdiff_t begin = item % pieces * lanes;
        const std::ptrdiff_t end = begin + lanes < hours ? begin + lanes : hours;
        double* out = section_flow + section * hours;
        for (std::ptrdiff_t hour = begin; hour < end; ++hour) {
            out[hour] = 0.0;
        }
        for (std::int64_t k = first[section]; k < first[section + 1]; ++k) {
            const double* in = flow + member[k] * hours;
            for (std::ptrdiff_t hour = begin; hour < end; ++hour) {
                out[hour] += sign[k] * in[hour];
            }
        }
    }
};

} // namespace

void section_flows(std::size_t rows, std::size_t hours, const SparseRows& sections,
                   std::span<const double> flow, std::span<double> section_flow) {
    require_sections(rows, sections);
    const std::size_t count = sections.first.size() - 1;
    detail::require_size("flow", flow.size(), rows * hours);
    detail::require_size("section_flow", section_flow.size(), count * hours);
    if (section_flow.empty()) {
        return;
    }
    const auto first = detail::to_device("sections", sections.first);
    const auto member = detail::to_device("section members", sections.member);
    const auto sign = detail::to_device("section signs", sections.sign);
    const auto in = detail::to_device("flows", flow);
    const auto out = detail::output_on_device("section flows", section_flow);
    const std::ptrdiff_t pieces = detail::parts(detail::length(hours), lanes);
    Kokkos::parallel_for("section flows", Range(0, detail::length(count) * pieces),
                         AddMembers{first.data(), member.data(), sign.data(), in.data(), out.data(),
                                    detail::length(hours), pieces});
    detail::to_host(out, section_flow);
}

} // namespace longyang::kernels
