#include "security/section_shifts.hpp"

#include "powerflow/limits.hpp"
#include "powerflow/rounded_rows.hpp"
#include "security/contingencies.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

} // namespace

// AC-10  shift = s (w - mean) / sum s (w - mean)^2: 1 MW more through the section
std::vector<SectionShift> section_shifts(const Comm& comm, const powerflow::Network& network,
                                         const powerflow::ShiftFactors& own,
                                         const grid::System& system, grid::Span span) {
    constexpr double least_spread = 1e-6;
    const std::vector<double> capacity = capacity_shares(system, span);
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
        for (const bool alike : {false, true}) {
            std::vector<double> share(capacity.size(), 0.0);
            double whole = 0.0;
            double mean = 0.0;
            for (std::size_t b = 0; b < share.size(); ++b) {
                share[b] = network.island[b] != island ? 0.0 : alike ? 1.0 : capacity[b];
                whole += share[b];
                mean += share[b] * section.factor[b];
            }
            mean /= whole > 0.0 ? whole : 1.0;
            double spread = 0.0;
            for (std::size_t b = 0; b < share.size(); ++b) {
                spread += share[b] * (section.factor[b] - mean) * (section.factor[b] - mean);
            }
            if (spread <= least_spread * whole) {
                continue;
            }
            for (std::size_t b = 0; b < share.size(); ++b) {
                section.shift.push_back(share[b] * (section.factor[b] - mean) / spread);
            }
            break;
        }
    }
    return sections;
}

} // namespace longyang::security
