#include "model/emission_caps.hpp"

#include "grid/emission_caps.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::model {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

/// What all units together emit at their largest outputs, t in an hour.
double largest_t_per_h(const grid::System& system, int cap) {
    const grid::Thermal& thermal = system.thermal;
    double sum = 0.0;
    for (std::size_t i = 0; i < thermal.bus.size(); ++i) {
        const int plant = static_cast<int>(i);
        const int region = grid::capped_region(system, plant);
        if (region >= 0 && grid::covers(system, cap, region)) {
            sum += grid::emission_line(system, plant)
                       .counted_t(thermal.units[i], thermal.units[i] * thermal.p_max_mw[i]);
        }
    }
    return sum;
}

} // namespace

void build_emission_cap(const Context& context, int item, lp::Block& block) {
    const grid::EmissionCaps& table = context.system.emission_caps;
    const bool hard = table.hard[at(item)] == "yes";
    const double most_t_per_h = hard ? 0.0 : largest_t_per_h(context.system, item);
    const int family = block.family("emission_excess");
    for (const grid::CapPeriod& of : grid::cap_periods(context.system, context.span)) {
        if (of.cap == item) {
            const int hours = of.period.end - of.period.begin;
            const int excess = block.add_column(family, of.period.begin, 0.0, most_t_per_h * hours,
                                                hard ? 0.0 : table.excess_cny_per_t[at(item)]);
            block.add_port(context.channels.emission_excess(item), of.period.begin, excess, 1.0);
        }
    }
}

void read_emission_cap(const Context& context, int item, const lp::Block& /*block*/,
                       std::span<const double> values, grid::Schedule& schedule) {
    const std::vector<grid::CapPeriod> periods = grid::cap_periods(context.system, context.span);
    std::size_t column = 0;
    for (std::size_t k = 0; k < periods.size(); ++k) {
        if (periods[k].cap == item) {
            schedule.emission_excess_t[k] = values[column++];
        }
    }
}

// PT-4  - sum of the CO2 that counts + what is beyond the cap >= - cap, of a part of a period its
//       share by hours
void add_emission_caps(lp::Coupling& coupling, const Context& context) {
    const grid::System& system = context.system;
    const std::vector<grid::CapPeriod> periods = grid::cap_periods(system, context.span);
    for (std::size_t k = 0; k < system.emission_caps.region.size(); ++k) {
        const int cap = static_cast<int>(k);
        lp::Pattern pattern{
            "PT-4", fmt::format("emission cap {}", system.emission_caps.name[k]), {}, {}};
        for (int region = 0; region < context.channels.emission_regions; ++region) {
            if (grid::covers(system, cap, region)) {
                pattern.channel.push_back(context.channels.emissions(region));
            }
        }
        pattern.channel.push_back(context.channels.emission_excess(cap));
        pattern.weight.assign(pattern.channel.size(), 1.0);
        const int number = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back(std::move(pattern));
        for (const grid::CapPeriod& of : periods) {
            if (of.cap == cap) {
                coupling.rows.push_back(
                    {number, of.period.begin, of.period.end, -of.cap_t, lp::infinity});
            }
        }
    }
}

} // namespace longyang::model
