#include "security/section_shifts.hpp"

#include "powerflow/limits.hpp"
#include "powerflow/rounded_rows.hpp"
#include "security/contingencies.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// AC-10  shift = s (w - mean) / sum s (w - mean)^2 with the shares s, on the section's island;
/// empty where w does not vary among those that have one.
std::vector<double> shift_by(std::span<const double> share, std::span<const double> factor) {
    constexpr double least_spread = 1e-6;
    double whole = 0.0;
    double mean = 0.0;
    for (std::size_t b = 0; b < share.size(); ++b) {
        whole += share[b];
        mean += share[b] * factor[b];
    }
    mean /= whole > 0.0 ? whole : 1.0;
    double spread = 0.0;
    for (std::size_t b = 0; b < share.size(); ++b) {
        spread += share[b] * (factor[b] - mean) * (factor[b] - mean);
    }
    std::vector<double> shift;
    for (std::size_t b = 0; b < share.size() && spread > least_spread * whole; ++b) {
        shift.push_back(share[b] * (factor[b] - mean) / spread);
    }
    return shift;
}

} // namespace

const std::vector<double>& SectionShift::shift_at(int hour) const {
    static const std::vector<double> none;
    const auto found = std::find_if(shifts.begin(), shifts.end(),
                                    [hour](const Shift& shift) { return hour < shift.end; });
    return found == shifts.end() ? none : found->mw;
}

// AC-10  shift = s (w - mean) / sum s (w - mean)^2: 1 MW more through the section
std::vector<SectionShift> section_shifts(const Comm& comm, const powerflow::Network& network,
                                         const powerflow::ShiftFactors& own,
                                         const grid::System& system, grid::Span span) {
    const std::vector<CapacitySpan> capacities = capacity_spans(system, span);
    std::vector<SectionShift> sections(system.sections.name.size());
    for (std::size_t s = 0; s < sections.size(); ++s) {
        SectionShift& section = sections[s];
        const powerflow::SectionPattern pattern =
            powerflow::section_pattern(comm, network, own, system, static_cast<int>(s));
        section.factor = powerflow::rounded_factors(pattern.value);
        section.offset_mw = powerflow::rounded_mw(pattern.offset_mw);
        const auto member = static_cast<std::size_t>(
            std::find(system.section_branches.section.begin(),
                      system.section_branches.section.end(), static_cast<int>(s)) -
            system.section_branches.section.begin());
        if (member == system.section_branches.section.size()) {
            continue;
        }
        const int island =
            network.island[at(network.from[at(system.section_branches.branch[member])])];
        for (const CapacitySpan& capacity : capacities) {
            SectionShift::Shift shift{capacity.end, {}};
            for (const bool alike : {false, true}) {
                std::vector<double> share(capacity.mw.size(), 0.0);
                for (std::size_t b = 0; b < share.size(); ++b) {
                    share[b] = network.island[b] != island ? 0.0 : alike ? 1.0 : capacity.mw[b];
                }
                if (shift.mw.empty()) {
                    shift.mw = shift_by(share, section.factor);
                }
            }
            section.shifts.push_back(std::move(shift));
        }
    }
    return sections;
}

} // namespace longyang::security
