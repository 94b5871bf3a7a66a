#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace longyang::kernels {

/// Signed sums of rows, as sparse rows (CSR): section s is the sum over k from first[s] to
/// first[s+1] of sign[k] x row member[k].
struct SparseRows {
    std::span<const std::int64_t> first;  ///< sections + 1 items, first[0] = 0, not falling
    std::span<const std::int64_t> member; ///< row numbers of the flows, 0 .. rows - 1
    std::span<const double> sign;         ///< as many as members; +1 or -1, or any weight
};

/// Hours of rows or sections, cut at whole numbers of `piece` hours: item i has in piece p the
/// hours from begin[k] to before end[k], k from first[i x pieces + p] to before the next, rising.
struct HourSpans {
    static constexpr std::size_t piece = 256;
    std::span<const std::int64_t> first; ///< items x pieces + 1 numbers, first 0
    std::span<const std::int32_t> begin, end;
};

/// Flows of sections (flow gates) in all hours from branch flows, MW (equation DC-7):
///
///     section_flow[s][t] = sum over k of sign[k] flow[member[k]][t]
///
/// flow          rows x hours, hours contiguous
/// section_flow  sections x hours, overwritten; may not overlap flow
/// Terms are added in the order of the members. A member that does not stand in `flow` (as on a
/// rank that owns only some of a section's branches) must have been left out by the caller. Throws
/// std::invalid_argument where a size or a row number does not fit.
void section_flows(std::size_t rows, std::size_t hours, const SparseRows& sections,
                   std::span<const double> flow, std::span<double> section_flow);

/// The same where flows of a row are 0 but in the row's hours.
void section_flows_of_rows(std::size_t rows, std::size_t hours, const SparseRows& sections,
                           const HourSpans& of_rows, std::span<const double> flow,
                           std::span<double> section_flow);

/// The same in each section's hours alone; in all others 0.
void section_flows_in(std::size_t rows, std::size_t hours, const SparseRows& sections,
                      const HourSpans& of_sections, std::span<const double> flow,
                      std::span<double> section_flow);

} // namespace longyang::kernels
