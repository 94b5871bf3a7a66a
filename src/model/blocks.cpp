#include "model/blocks.hpp"

#include "grid/cascades.hpp"
#include "grid/power_blocks.hpp"
#include "model/cascade.hpp"
#include "model/contracts.hpp"
#include "model/dc_links.hpp"
#include "model/emission_caps.hpp"
#include "model/flexible_load.hpp"
#include "model/hvdc.hpp"
#include "model/load.hpp"
#include "model/renewables.hpp"
#include "model/reserves.hpp"
#include "model/storage.hpp"
#include "model/targets.hpp"
#include "model/thermal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace longyang::model {
namespace {

/// Of one kind of block: how many there are, and what builds and reads one.
struct KindOfBlock {
    Kind kind;
    const char* word;
    void (*build)(const Context&, int item, lp::Block&);
    void (*read)(const Context&, int item, const lp::Block&, std::span<const double>,
                 grid::Schedule&);
};

/// All kinds, in the order of the programme.
constexpr std::array<KindOfBlock, 14> kinds = {{
    {Kind::thermal, "thermal", build_thermal, read_thermal},
    {Kind::renewable, "renewable", build_renewable, read_renewable},
    {Kind::cascade, "cascade", build_cascade, read_cascade},
    {Kind::storage, "storage", build_storage, read_storage},
    {Kind::hvdc, "hvdc", build_hvdc, read_hvdc},
    {Kind::dc_forward, "dc_forward", build_dc_forward, read_dc_forward},
    {Kind::dc_backward, "dc_backward", build_dc_backward, read_dc_backward},
    {Kind::load, "load", build_load, read_load},
    {Kind::flexible, "flexible", build_flexible_load, read_flexible_load},
    {Kind::reserve, "reserve", build_reserve, read_reserve},
    {Kind::sharing, "sharing", build_sharing, read_sharing},
    {Kind::contract, "contract", build_contract, read_contract},
    {Kind::target, "target", build_target, read_target},
    {Kind::emission_cap, "emission_cap", build_emission_cap, read_emission_cap},
}};

const KindOfBlock& kind_of(BlockId id) {
    return kinds[static_cast<std::size_t>(id.kind)];
}

int count_of(const grid::System& system, Kind kind) {
    const auto rows = [](const auto& table) { return static_cast<int>(table.size()); };
    switch (kind) {
    case Kind::thermal:
        return rows(system.thermal.bus);
    case Kind::renewable:
        return rows(system.renewables.bus);
    case Kind::cascade: {
        const std::vector<int> cascade = grid::cascade_of_reservoir(system);
        return cascade.empty() ? 0 : 1 + *std::max_element(cascade.begin(), cascade.end());
    }
    case Kind::storage:
        return rows(system.storages.bus);
    case Kind::hvdc:
        return rows(system.hvdc.bus);
    case Kind::dc_forward:
    case Kind::dc_backward:
        return rows(system.dc_links.from_bus);
    case Kind::load:
        return rows(system.loads.bus);
    case Kind::flexible:
        return rows(system.flexible_loads.bus);
    case Kind::reserve:
        return rows(system.reserves.region);
    case Kind::sharing:
        return rows(system.reserve_sharing.from_reserve);
    case Kind::contract:
        return rows(system.contracts.of);
    case Kind::target:
        return rows(system.targets.kind);
    case Kind::emission_cap:
        return rows(system.emission_caps.region);
    }
    return 0;
}

int count_heat_stores(const grid::System& system) {
    const std::vector<int> numbers = grid::heat_store_numbers(system);
    return numbers.empty() ? 0 : 1 + *std::max_element(numbers.begin(), numbers.end());
}

/// The lowest reservoir of a cascade.
std::size_t first_reservoir(const grid::System& system, int cascade) {
    const std::vector<int> of = grid::cascade_of_reservoir(system);
    return static_cast<std::size_t>(std::find(of.begin(), of.end(), cascade) - of.begin());
}

void build_in_order(const Context& context, BlockId id, int order, lp::Block& block) {
    block.clear();
    block.name = block_name(context.system, id);
    block.order = order;
    kind_of(id).build(context, id.item, block);
}

} // namespace

std::vector<BlockId> list_blocks(const grid::System& system) {
    std::vector<BlockId> ids;
    for (const KindOfBlock& k : kinds) {
        const int count = count_of(system, k.kind);
        for (int item = 0; item < count; ++item) {
            ids.push_back({k.kind, item});
        }
    }
    return ids;
}

int owner_of(const grid::System& system, const partition::Owners& owners, BlockId id) {
    const auto i = static_cast<std::size_t>(id.item);
    switch (id.kind) {
    case Kind::thermal:
        return owners.thermal[i];
    case Kind::renewable:
        return owners.renewable[i];
    case Kind::cascade:
        return owners.reservoir[first_reservoir(system, id.item)];
    case Kind::storage:
        return owners.storage[i];
    case Kind::hvdc:
        return owners.hvdc[i];
    case Kind::dc_forward:
    case Kind::dc_backward:
        return owners.dc_link[i];
    case Kind::load:
        return owners.load[i];
    case Kind::flexible:
        return owners.flexible[i];
    case Kind::reserve:
        return owners.reserve[i];
    case Kind::sharing:
        return owners.sharing[i];
    case Kind::contract:
        return owners.contract[i];
    case Kind::target:
        return owners.target[i];
    case Kind::emission_cap:
        return owners.emission_cap[i];
    }
    return 0;
}

std::string block_name(const grid::System& system, BlockId id) {
    const auto i = static_cast<std::size_t>(id.item);
    const auto name = [&](const grid::Names& names) {
        return fmt::format("{}:{}", kind_of(id).word, names[i]);
    };
    switch (id.kind) {
    case Kind::thermal:
        return name(system.thermal.name);
    case Kind::renewable:
        return name(system.renewables.name);
    case Kind::cascade:
        return fmt::format("cascade:{}", system.reservoirs.name[first_reservoir(system, id.item)]);
    case Kind::storage:
        return name(system.storages.name);
    case Kind::hvdc:
        return name(system.hvdc.name);
    case Kind::dc_forward:
    case Kind::dc_backward:
        return name(system.dc_links.name);
    case Kind::load:
        return name(system.loads.name);
    case Kind::flexible:
        return name(system.flexible_loads.name);
    case Kind::reserve:
        return name(system.reserves.name);
    case Kind::sharing: {
        // The table's rows have no names; the number keeps two rows of the same ends apart.
        const grid::ReserveSharing& table = system.reserve_sharing;
        const auto end = [&](int requirement) {
            return system.reserves.name[static_cast<std::size_t>(requirement)];
        };
        return fmt::format("sharing:{}:{}:{}", id.item, end(table.from_reserve[i]),
                           end(table.to_reserve[i]));
    }
    case Kind::contract:
        return name(system.contracts.name);
    case Kind::target:
        return name(system.targets.name);
    case Kind::emission_cap:
        return name(system.emission_caps.name);
    }
    return {};
}

namespace {

/// Gives plants that count their feeds, in the order of the tables.
class Feeding {
public:
    Feeding(const grid::System& system, Channels& channels)
        : system_(system), channels_(channels), counted_(system.regions.name.size(), 0),
          all_(system.regions.name.size(), 0) {
        for (std::size_t k = 0; k < system.targets.kind.size(); ++k) {
            const auto region =
                static_cast<std::size_t>(grid::region_of_target(system, static_cast<int>(k)));
            counted_[region] = 1;
            if (system.targets.kind[k] == "clean_generation") {
                all_[region] = 1;
            }
        }
    }

    /// Channels of a table's plants. source: of a row; limit: per row the number in
    /// grid::energy_limits, connection: the row of `connections`; -1, or a list that is shorter:
    /// none.
    template <class SourceOf>
    std::vector<int> of(const std::vector<int>& bus, SourceOf source,
                        const std::vector<int>& limit = {},
                        const std::vector<int>& connection = {}) {
        const auto entry = [](const std::vector<int>& list, std::size_t i) {
            return i < list.size() ? list[i] : -1;
        };
        std::vector<int> ports;
        ports.reserve(bus.size());
        for (std::size_t i = 0; i < bus.size(); ++i) {
            ports.push_back(port({bus[i], counted(bus[i], source(system_, static_cast<int>(i))),
                                  entry(limit, i), entry(connection, i)}));
        }
        return ports;
    }

private:
    /// Its source where a target of its region counts it, else none.
    [[nodiscard]] grid::Source counted(int bus, grid::Source source) const {
        const auto region =
            static_cast<std::size_t>(system_.buses.region[static_cast<std::size_t>(bus)]);
        const bool renewable = grid::meets("renewable", source);
        return all_[region] != 0 || (renewable && counted_[region] != 0) ? source
                                                                         : grid::Source::none;
    }

    int port(const Feed& feed) {
        if (feed.source == grid::Source::none && feed.limit < 0 && feed.connection < 0) {
            return channels_.injection(feed.bus);
        }
        const auto found = std::find(channels_.feeds.begin(), channels_.feeds.end(), feed);
        const auto number = static_cast<int>(found - channels_.feeds.begin());
        if (found == channels_.feeds.end()) {
            channels_.feeds.push_back(feed);
        }
        return channels_.feed(number);
    }

    const grid::System& system_;
    Channels& channels_;
    std::vector<char> counted_, all_; ///< per region: renewables, all plants
};

} // namespace

Channels::Channels(const grid::System& system, bool with_security)
    : buses(static_cast<int>(system.buses.name.size())),
      reserves(static_cast<int>(system.reserves.name.size())),
      hvdc(static_cast<int>(system.hvdc.name.size())),
      contracts(static_cast<int>(system.contracts.name.size())),
      targets(static_cast<int>(system.targets.kind.size())), heat_stores(count_heat_stores(system)),
      emission_regions(
          system.emission_caps.region.empty() ? 0 : static_cast<int>(system.regions.name.size())),
      emission_caps(static_cast<int>(system.emission_caps.region.size())),
      clusters(static_cast<int>(system.thermal.name.size())), security(with_security) {
    std::vector<int> limit_of(system.thermal.bus.size(), -1);
    const std::vector<grid::EnergyLimit> limits = grid::energy_limits(system);
    for (std::size_t k = 0; k < limits.size(); ++k) {
        for (const int plant : limits[k].plants) {
            limit_of[static_cast<std::size_t>(plant)] = static_cast<int>(k);
        }
    }
    Feeding feeding(system, *this);
    of_thermal = feeding.of(system.thermal.bus, grid::source_of_thermal, limit_of);
    of_renewable = feeding.of(system.renewables.bus, grid::source_of_renewable, {},
                              system.renewables.connection);
    of_hydro =
        feeding.of(system.hydro.bus, [](const grid::System&, int) { return grid::Source::hydro; });
    of_storage =
        feeding.of(system.storages.bus, grid::source_of_storage, {}, system.storages.connection);
}

std::vector<double> bus_injections_mw(const Channels& channels, std::size_t hours,
                                      std::span<const double> channel) {
    const auto buses = static_cast<std::size_t>(channels.buses);
    std::vector<double> injection(channel.begin(),
                                  channel.begin() + static_cast<std::ptrdiff_t>(buses * hours));
    for (std::size_t k = 0; k < channels.feeds.size(); ++k) {
        const auto from = static_cast<std::size_t>(channels.feed(static_cast<int>(k))) * hours;
        const auto to = static_cast<std::size_t>(channels.feeds[k].bus) * hours;
        for (std::size_t t = 0; t < hours; ++t) {
            injection[to + t] += channel[from + t];
        }
    }
    return injection;
}

void build_block(const Context& context, BlockId id, lp::Block& block) {
    int order = id.item;
    for (const KindOfBlock& k : kinds) {
        if (k.kind == id.kind) {
            break;
        }
        order += count_of(context.system, k.kind);
    }
    build_in_order(context, id, order, block);
}

void read_block(const Context& context, BlockId id, const lp::Block& block,
                std::span<const double> values, grid::Schedule& schedule) {
    kind_of(id).read(context, id.item, block, values, schedule);
}

void build_blocks(const Context& context, const partition::Owners& owners, int rank,
                  std::vector<lp::Block>& blocks) {
    const std::vector<BlockId> ids = list_blocks(context.system);
    std::size_t built = 0;
    for (std::size_t order = 0; order < ids.size(); ++order) {
        if (owner_of(context.system, owners, ids[order]) != rank) {
            continue;
        }
        if (built == blocks.size()) {
            blocks.emplace_back();
        }
        build_in_order(context, ids[order], static_cast<int>(order), blocks[built]);
        ++built;
    }
    blocks.resize(built);
}

} // namespace longyang::model
