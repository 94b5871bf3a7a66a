#include "security/voltage_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace longyang::security {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

} // namespace

std::string name_of(const grid::System& system, const VoltagePattern& pattern) {
    return fmt::format(
        "section {} for the voltage of {}{}", system.sections.name[at(pattern.section)],
        system.buses.name[at(pattern.bus)], pattern.direction < 0 ? ", backward" : "");
}

VoltagePattern voltage_pattern_of_name(const grid::System& system, std::string_view name) {
    for (std::size_t s = 0; s < system.sections.name.size(); ++s) {
        if (!name.starts_with("section " + system.sections.name[s])) {
            continue;
        }
        for (std::size_t b = 0; b < system.buses.name.size(); ++b) {
            for (const int direction : {1, -1}) {
                const VoltagePattern pattern{static_cast<int>(s), static_cast<int>(b), direction};
                if (name_of(system, pattern) == name) {
                    return pattern;
                }
            }
        }
    }
    return {-1, -1, 1};
}

// AC-11  direction x flow <= flow there - relief
void VoltageRows::look(std::span<const VoltageFinding> findings, const grid::HourTable& section_mw,
                       bool at_schedule) {
    std::set<int> hours;
    std::set<std::size_t> laid;
    for (const VoltageFinding& finding : findings) {
        hours.insert(finding.hour);
        if (finding.section < 0) {
            continue;
        }
        const VoltagePattern pattern{finding.section, finding.bus, finding.direction};
        const std::size_t number = pattern_of_.insert({pattern, patterns_.size()}).first->second;
        if (number == patterns_.size()) {
            patterns_.push_back(pattern);
        }
        const std::size_t row =
            row_of_.insert({{number, finding.hour}, rows_.size()}).first->second;
        if (row == rows_.size()) {
            rows_.push_back({number, finding.hour, 0.0});
        }
        rows_[row].limit_mw = std::round((finding.flow_mw - finding.relief_mw) * 100.0) / 100.0;
        laid.insert(row);
    }
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        VoltageRow& row = rows_[r];
        if (laid.contains(r) || (!at_schedule && hours.contains(row.hour))) {
            continue;
        }
        const VoltagePattern& pattern = patterns_[row.pattern];
        const double flow_mw =
            pattern.direction * section_mw.row(at(pattern.section))[at(row.hour)];
        row.limit_mw = std::max(row.limit_mw, std::ceil(flow_mw * 100.0) / 100.0);
    }
}

} // namespace longyang::security
