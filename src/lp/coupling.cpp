#include "lp/coupling.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace longyang::lp {

void check_coupling(const Coupling& coupling) {
    for (const Pattern& pattern : coupling.patterns) {
        if (pattern.channel.size() != pattern.weight.size()) {
            throw Error(Exit::defect,
                        fmt::format("pattern {} {}: {} channels, {} weights", pattern.tag,
                                    pattern.name, pattern.channel.size(), pattern.weight.size()));
        }
        for (const int channel : pattern.channel) {
            if (channel < 0 || std::cmp_greater_equal(channel, coupling.channels.size())) {
                throw Error(Exit::defect,
                            fmt::format("pattern {} {}: channel {} of {}", pattern.tag,
                                        pattern.name, channel, coupling.channels.size()));
            }
        }
    }
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const CouplingRow& row = coupling.rows[r];
        if (row.pattern < 0 || std::cmp_greater_equal(row.pattern, coupling.patterns.size()) ||
            row.begin < 0 || row.begin >= row.end || row.end > coupling.hours ||
            !(row.lower <= row.upper) || !(row.breach_cny > 0.0)) {
            throw Error(Exit::defect,
                        fmt::format("coupling row {}: pattern {} of {}, hours {} .. {} of {}, "
                                    "limits {} .. {}",
                                    r, row.pattern, coupling.patterns.size(), row.begin, row.end,
                                    coupling.hours, row.lower, row.upper));
        }
    }
}

std::vector<double> channel_prices(const Coupling& coupling, std::span<const double> row_dual) {
    check_coupling(coupling);
    if (row_dual.size() != coupling.rows.size()) {
        throw Error(Exit::defect, fmt::format("{} duals for {} coupling rows", row_dual.size(),
                                              coupling.rows.size()));
    }
    const auto hours = static_cast<std::size_t>(coupling.hours);
    std::vector<double> price(coupling.channels.size() * hours, 0.0);
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        if (row_dual[r] == 0.0) {
            continue; // most limits are slack
        }
        const CouplingRow& row = coupling.rows[r];
        const Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
            double* channel = price.data() + static_cast<std::size_t>(pattern.channel[i]) * hours;
            for (int hour = row.begin; hour < row.end; ++hour) {
                channel[hour] += row_dual[r] * pattern.weight[i];
            }
        }
    }
    return price;
}

} // namespace longyang::lp
