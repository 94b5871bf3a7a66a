#include "kernels/sections.hpp"

#include "kernels/detail/arrays.hpp"

#include <algorithm>

namespace longyang::kernels {
namespace {

using detail::Range;

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

/// Throws std::invalid_argument where spans do not fit so many items.
void require_spans(const HourSpans& spans, std::size_t items, std::size_t hours) {
    const std::size_t pieces = (hours + HourSpans::piece - 1) / HourSpans::piece;
    detail::require_size("spans of hours", spans.first.size(), items * pieces + 1);
    detail::require_size("begins of hours", spans.begin.size(),
                         static_cast<std::size_t>(spans.first.back()));
    detail::require_size("ends of hours", spans.end.size(), spans.begin.size());
}

/// Whose hours alone are looked at.
enum class Spans : unsigned char { none, of_rows, of_sections };

// Equation DC-7. An item is a section and a piece of 256 hours (2 KiB of sums, in the L1 cache).
// Memory traffic: every member's flows are read once (8 B an hour) and the sums written once; bound
// by memory, 2 flops for 8 B.
template <Spans spans>
struct AddMembers {
    const std::int64_t* first;
    const std::int64_t* member;
    const double* sign;
    const double* flow;
    double* section_flow;
    std::ptrdiff_t hours, lanes, pieces;
    const std::int64_t* span_first;
    const std::int32_t* span_begin;
    const std::int32_t* span_end;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t section = item / pieces;
        const std::ptrdiff_t piece = item % pieces;
        const std::ptrdiff_t begin = piece * lanes;
        const std::ptrdiff_t end = begin + lanes < hours ? begin + lanes : hours;
        double* out = section_flow + section * hours;
        for (std::ptrdiff_t hour = begin; hour < end; ++hour) {
            out[hour] = 0.0;
        }
        for (std::int64_t k = first[section]; k < first[section + 1]; ++k) {
            const double* in = flow + member[k] * hours;
            const double weight = sign[k];
            if constexpr (spans == Spans::none) {
                add(in, weight, begin, end, out);
            } else {
                const std::int64_t of =
                    (spans == Spans::of_rows ? member[k] : section) * pieces + piece;
                for (std::int64_t s = span_first[of]; s < span_first[of + 1]; ++s) {
                    add(in, weight, span_begin[s], span_end[s], out);
                }
            }
        }
    }

private:
    KOKKOS_INLINE_FUNCTION static void add(const double* in, double weight, std::ptrdiff_t begin,
                                           std::ptrdiff_t end, double* out) {
        for (std::ptrdiff_t hour = begin; hour < end; ++hour) {
            out[hour] += weight * in[hour];
        }
    }
};

template <Spans spans>
void add_members(std::size_t rows, std::size_t hours, const SparseRows& sections,
                 const HourSpans& looked_at, std::span<const double> flow,
                 std::span<double> section_flow) {
    require_sections(rows, sections);
    const std::size_t count = sections.first.size() - 1;
    detail::require_size("flow", flow.size(), rows * hours);
    detail::require_size("section_flow", section_flow.size(), count * hours);
    if (spans != Spans::none) {
        require_spans(looked_at, spans == Spans::of_rows ? rows : count, hours);
    }
    if (section_flow.empty()) {
        return;
    }
    // On a card a thread has an hour; spans are cut at pieces everywhere.
    const std::ptrdiff_t lanes =
        detail::on_host || spans != Spans::none ? detail::length(HourSpans::piece) : 1;
    const auto first = detail::to_device("sections", sections.first);
    const auto member = detail::to_device("section members", sections.member);
    const auto sign = detail::to_device("section signs", sections.sign);
    const auto span_first = detail::to_device("spans of hours", looked_at.first);
    const auto span_begin = detail::to_device("begins of hours", looked_at.begin);
    const auto span_end = detail::to_device("ends of hours", looked_at.end);
    const auto in = detail::to_device("flows", flow);
    const auto out = detail::output_on_device("section flows", section_flow);
    const std::ptrdiff_t pieces = detail::parts(detail::length(hours), lanes);
    Kokkos::parallel_for("section flows", Range(0, detail::length(count) * pieces),
                         AddMembers<spans>{first.data(), member.data(), sign.data(), in.data(),
                                           out.data(), detail::length(hours), lanes, pieces,
                                           span_first.data(), span_begin.data(), span_end.data()});
    detail::to_host(out, section_flow);
}

} // namespace

void section_flows(std::size_t rows, std::size_t hours, const SparseRows& sections,
                   std::span<const double> flow, std::span<double> section_flow) {
    add_members<Spans::none>(rows, hours, sections, {}, flow, section_flow);
}

void section_flows_of_rows(std::size_t rows, std::size_t hours, const SparseRows& sections,
                           const HourSpans& of_rows, std::span<const double> flow,
                           std::span<double> section_flow) {
    add_members<Spans::of_rows>(rows, hours, sections, of_rows, flow, section_flow);
}

void section_flows_in(std::size_t rows, std::size_t hours, const SparseRows& sections,
                      const HourSpans& of_sections, std::span<const double> flow,
                      std::span<double> section_flow) {
    add_members<Spans::of_sections>(rows, hours, sections, of_sections, flow, section_flow);
}

} // namespace longyang::kernels
