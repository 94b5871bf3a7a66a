#include "model/reserves.hpp"

#include "grid/cascades.hpp"
#include "model/coupling.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace longyang::model {
namespace {

constexpr std::string_view up = "up";
constexpr std::string_view down = "down";
constexpr std::string_view spinning = "spinning";
constexpr std::string_view non_spinning = "non_spinning";

/// The requirement of a region in a direction and of a kind, -1 where there is none.
int find_requirement(const grid::System& system, int region, std::string_view direction,
                     std::string_view kind) {
    const grid::Reserves& table = system.reserves;
    for (std::size_t a = 0; a < table.region.size(); ++a) {
        if (table.region[a] == region && table.direction[a] == direction && table.kind[a] == kind) {
            return static_cast<int>(a);
        }
    }
    return -1;
}

bool is(const grid::System& system, int requirement, std::string_view direction,
        std::string_view kind) {
    const auto a = static_cast<std::size_t>(requirement);
    return system.reserves.direction[a] == direction && system.reserves.kind[a] == kind;
}

// RE-0  R_at = load_pu x (load + what flexible loads use) + renewable_pu x available wind and PV +
// fixed_mw x fixed_profile
void write_requirement(const grid::System& system, std::size_t a, grid::Span span,
                       std::span<double> required_mw) {
    const grid::Reserves& table = system.reserves;
    for (int t = 0; t < span.hours; ++t) {
        required_mw[static_cast<std::size_t>(t)] =
            table.fixed_mw[a] *
            grid::profile_value(system, table.fixed_profile[a], span.begin + t, 1.0);
    }
    const auto add = [&](int bus, double mw, int profile) {
        if (mw == 0.0 || system.buses.region[static_cast<std::size_t>(bus)] != table.region[a]) {
            return;
        }
        for (int t = 0; t < span.hours; ++t) {
            required_mw[static_cast<std::size_t>(t)] +=
                mw * grid::profile_value(system, profile, span.begin + t, 1.0);
        }
    };
    const grid::Loads& loads = system.loads;
    for (std::size_t i = 0; i < loads.bus.size(); ++i) {
        add(loads.bus[i], table.load_pu[a] * loads.mean_mw[i], loads.profile[i]);
    }
    const grid::FlexibleLoads& flexible = system.flexible_loads;
    for (std::size_t i = 0; i < flexible.bus.size(); ++i) {
        add(flexible.bus[i], table.load_pu[a] * flexible.demand_mw[i] / flexible.efficiency_draw[i],
            flexible.demand_profile[i]);
        add(flexible.bus[i], table.load_pu[a] * flexible.own_load_mw[i],
            flexible.own_load_profile[i]);
    }
    const grid::Renewables& renewables = system.renewables;
    for (std::size_t i = 0; i < renewables.bus.size(); ++i) {
        if (renewables.technology[i] == "wind" || renewables.technology[i] == "pv") {
            add(renewables.bus[i], table.renewable_pu[a] * renewables.capacity_mw[i],
                renewables.profile[i]);
        }
    }
}

/// Most that may be given away of a requirement's reserve, MW.
double shared_away_mw(const grid::System& system, int requirement) {
    double mw = 0.0;
    const grid::ReserveSharing& sharing = system.reserve_sharing;
    for (std::size_t k = 0; k < sharing.from_reserve.size(); ++k) {
        if (sharing.from_reserve[k] == requirement) {
            mw += sharing.max_mw[k];
        }
    }
    return mw;
}

/// Channels in which a requirement's shortfall and shares count: its own, and where it is a
/// spinning up one also that of its region's non-spinning requirement, which stands on it (RE-2).
std::vector<int> counts_in(const Context& context, int requirement) {
    std::vector<int> channels{context.channels.reserve(requirement)};
    if (is(context.system, requirement, up, spinning)) {
        const int partner = partner_requirement(context.system, requirement);
        if (partner >= 0) {
            channels.push_back(context.channels.reserve(partner));
        }
    }
    return channels;
}

} // namespace

ReserveChannels reserve_channels(const Context& context, int bus) {
    const grid::System& system = context.system;
    const int region = system.buses.region[static_cast<std::size_t>(bus)];
    ReserveChannels channels;
    const auto put = [&](std::vector<int>& list, int requirement) {
        if (requirement >= 0) {
            list.push_back(context.channels.reserve(requirement));
        }
    };
    const int at_rest = find_requirement(system, region, up, non_spinning);
    put(channels.up, find_requirement(system, region, up, spinning));
    put(channels.up, at_rest);
    put(channels.down, find_requirement(system, region, down, spinning));
    put(channels.non_spinning, at_rest);
    return channels;
}

void give_reserve(lp::Block& block, std::span<const int> channels, int hour, int column,
                  double value) {
    for (const int channel : channels) {
        block.add_port(channel, hour, column, value);
    }
}

int partner_requirement(const grid::System& system, int requirement) {
    const auto a = static_cast<std::size_t>(requirement);
    if (system.reserves.direction[a] != up) {
        return -1;
    }
    return find_requirement(system, system.reserves.region[a], up,
                            system.reserves.kind[a] == spinning ? non_spinning : spinning);
}

grid::HourTable reserve_requirements_mw(const grid::System& system, grid::Span span) {
    grid::HourTable required(system.reserves.region.size(), span.size());
    for (std::size_t a = 0; a < required.items; ++a) {
        write_requirement(system, a, span, required.row(a));
    }
    return required;
}

// RE-4  m_at >= 0 at shortfall_cny_per_mw. Above, the whole row's requirement and what may be given
// away: never in force, but it makes a bound from any duals valid.
void build_reserve(const Context& context, int item, lp::Block& block) {
    const grid::System& system = context.system;
    const auto a = static_cast<std::size_t>(item);
    const int partner = partner_requirement(system, item);
    std::vector<double> most_mw(context.span.size());
    write_requirement(system, a, context.span, most_mw);
    double more_mw = shared_away_mw(system, item);
    std::vector<double> partner_mw(context.span.size(), 0.0);
    if (partner >= 0) {
        write_requirement(system, static_cast<std::size_t>(partner), context.span, partner_mw);
        more_mw += shared_away_mw(system, partner);
    }
    const std::vector<int> channels = counts_in(context, item);
    const int family = block.family("reserve_short");
    for (int t = 0; t < context.span.hours; ++t) {
        const auto hour = static_cast<std::size_t>(t);
        const int column =
            block.add_column(family, t, 0.0, most_mw[hour] + partner_mw[hour] + more_mw,
                             system.reserves.shortfall_cny_per_mw[a]);
        give_reserve(block, channels, t, column);
    }
}

void read_reserve(const Context& context, int item, const lp::Block& /*block*/,
                  std::span<const double> values, grid::Schedule& schedule) {
    std::copy_n(values.begin(), context.span.hours,
                schedule.reserve_short_mw.row(static_cast<std::size_t>(item)).begin());
}

// RE-3  0 <= g_t <= max_mw from one requirement to another
void build_sharing(const Context& context, int item, lp::Block& block) {
    const grid::ReserveSharing& table = context.system.reserve_sharing;
    const auto k = static_cast<std::size_t>(item);
    const std::vector<int> from = counts_in(context, table.from_reserve[k]);
    const std::vector<int> to = counts_in(context, table.to_reserve[k]);
    const int family = block.family("reserve_shared");
    for (int t = 0; t < context.span.hours; ++t) {
        const int column = block.add_column(family, t, 0.0, table.max_mw[k], 0.0);
        give_reserve(block, from, t, column, -1.0);
        give_reserve(block, to, t, column);
    }
}

void read_sharing(const Context& context, int item, const lp::Block& /*block*/,
                  std::span<const double> values, grid::Schedule& schedule) {
    std::copy_n(values.begin(), context.span.hours,
                schedule.reserve_shared_mw.row(static_cast<std::size_t>(item)).begin());
}

} // namespace longyang::model
