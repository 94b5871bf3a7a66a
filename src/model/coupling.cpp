#include "model/coupling.hpp"

#include "base/error.hpp"
#include "grid/islands.hpp"
#include "grid/power_blocks.hpp"
#include "model/connections.hpp"
#include "model/contracts.hpp"
#include "model/emission_caps.hpp"
#include "model/reserves.hpp"
#include "model/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace longyang::model {
namespace {

/// Names of the stores whose heat power blocks take.
grid::Names heat_stores(const grid::System& system) {
    const std::vector<int> numbers = grid::heat_store_numbers(system);
    grid::Names names;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] >= 0) {
            names.push_back(system.storages.name[i]);
        }
    }
    return names;
}

std::vector<std::string> channel_names(const Context& context) {
    const grid::System& system = context.system;
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(context.channels.count()));
    const auto append = [&](const char* kind, const grid::Names& items) {
        for (const std::string& item : items) {
            names.push_back(fmt::format("{}:{}", kind, item));
        }
    };
    append("injection", system.buses.name);
    append("reserve", system.reserves.name);
    append("hvdc_power", system.hvdc.name);
    append("contract_short", system.contracts.name);
    append("target_short", system.targets.name);
    for (std::size_t k = 0; k < context.channels.feeds.size(); ++k) {
        const auto bus = static_cast<std::size_t>(context.channels.feeds[k].bus);
        names.push_back(fmt::format("feed:{}:{}", k, system.buses.name[bus]));
    }
    append("heat", heat_stores(system));
    if (context.channels.emission_caps > 0) {
        append("emissions", system.regions.name);
        append("emission_excess", system.emission_caps.name);
    }
    if (context.channels.security) {
        append("renewable", system.buses.name);
        append("running", system.thermal.name);
    }
    return names;
}

// NW-1  the injections of an island's buses add up to 0 in every hour
void add_balances(lp::Coupling& coupling, const Context& context) {
    const grid::System& system = context.system;
    const auto buses = static_cast<int>(system.buses.name.size());
    const std::vector<int> island =
        grid::islands(buses, system.branches.from_bus, system.branches.to_bus);
    const int islands = buses == 0 ? 0 : 1 + *std::max_element(island.begin(), island.end());
    for (int k = 0; k < islands; ++k) {
        lp::Pattern pattern;
        pattern.tag = "NW-1";
        for (int bus = 0; bus < buses; ++bus) {
            if (island[static_cast<std::size_t>(bus)] == k) {
                pattern.channel.push_back(context.channels.injection(bus));
            }
        }
        for (std::size_t f = 0; f < context.channels.feeds.size(); ++f) {
            if (island[static_cast<std::size_t>(context.channels.feeds[f].bus)] == k) {
                pattern.channel.push_back(context.channels.feed(static_cast<int>(f)));
            }
        }
        pattern.weight.assign(pattern.channel.size(), 1.0);
        // One island is the rule; several are told apart by their first bus.
        const auto first = static_cast<std::size_t>(pattern.channel.front());
        pattern.name =
            islands == 1 ? "balance" : fmt::format("balance {}", system.buses.name[first]);
        const auto number = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back(std::move(pattern));
        for (int t = 0; t < coupling.hours; ++t) {
            coupling.rows.push_back({number, t, t + 1, 0.0, 0.0});
        }
    }
}

// RE-1  spinning reserve held, shared and missing >= R_at
// RE-2  the same of a non-spinning requirement >= R_at + R_a't of the spinning one it stands on
void add_reserve_requirements(lp::Coupling& coupling, const Context& context) {
    const grid::System& system = context.system;
    const grid::HourTable required = reserve_requirements_mw(system, context.span);
    for (std::size_t a = 0; a < required.items; ++a) {
        const bool at_rest = system.reserves.kind[a] == "non_spinning";
        const int partner = at_rest ? partner_requirement(system, static_cast<int>(a)) : -1;
        const auto number = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back({at_rest ? "RE-2" : "RE-1",
                                     fmt::format("reserve {}", system.reserves.name[a]),
                                     {context.channels.reserve(static_cast<int>(a))},
                                     {1.0}});
        for (int t = 0; t < coupling.hours; ++t) {
            const auto hour = static_cast<std::size_t>(t);
            double least_mw = required.row(a)[hour];
            if (partner >= 0) {
                least_mw += required.row(static_cast<std::size_t>(partner))[hour];
            }
            coupling.rows.push_back({number, t, t + 1, least_mw, lp::infinity});
        }
    }
}

// TH-18  heat drawn from a store less heat that its power blocks take >= 0
void add_heat_rows(lp::Coupling& coupling, const Context& context) {
    int store = 0;
    for (const std::string& name : heat_stores(context.system)) {
        const auto number = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back(
            {"TH-18", fmt::format("heat {}", name), {context.channels.heat(store++)}, {1.0}});
        for (int t = 0; t < coupling.hours; ++t) {
            coupling.rows.push_back({number, t, t + 1, 0.0, lp::infinity});
        }
    }
}

} // namespace

lp::Coupling make_coupling(const Context& context) {
    lp::Coupling coupling;
    coupling.hours = context.span.hours;
    coupling.channels = channel_names(context);
    add_balances(coupling, context);
    add_reserve_requirements(coupling, context);
    add_hvdc_contracts(coupling, context);
    add_targets(coupling, context);
    add_emission_caps(coupling, context);
    add_heat_rows(coupling, context);
    add_connections(coupling, context);
    return coupling;
}

void add_injections(const Channels& channels, std::span<const double> factor,
                    lp::Pattern& pattern) {
    const auto add = [&](int channel, double weight) {
        if (weight != 0.0) {
            pattern.channel.push_back(channel);
            pattern.weight.push_back(weight);
        }
    };
    for (int bus = 0; bus < channels.buses; ++bus) {
        add(channels.injection(bus), factor[static_cast<std::size_t>(bus)]);
    }
    for (std::size_t k = 0; k < channels.feeds.size(); ++k) {
        add(channels.feed(static_cast<int>(k)),
            factor[static_cast<std::size_t>(channels.feeds[k].bus)]);
    }
}

// NW-2, NW-3  flow = sum over buses of PTDF x injection; the limits stand in the rows
int add_flow_pattern(lp::Coupling& coupling, const Context& context, const std::string& tag,
                     const std::string& name, std::span<const double> ptdf) {
    if (ptdf.size() != static_cast<std::size_t>(context.channels.buses)) {
        throw Error(Exit::defect, fmt::format("flow pattern '{}': {} shift factors for {} buses",
                                              name, ptdf.size(), context.channels.buses));
    }
    lp::Pattern pattern;
    pattern.tag = tag;
    pattern.name = name;
    add_injections(context.channels, ptdf, pattern);
    coupling.patterns.push_back(std::move(pattern));
    return static_cast<int>(coupling.patterns.size()) - 1;
}

} // namespace longyang::model
