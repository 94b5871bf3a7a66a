#include "model/blocks.hpp"

#include "grid/cascades.hpp"
#include "model/cascade.hpp"
#include "model/contracts.hpp"
#include "model/flexible_load.hpp"
#include "model/hvdc.hpp"
#include "model/load.hpp"
#include "model/renewables.hpp"
#include "model/reserves.hpp"
#include "model/storage.hpp"
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
constexpr std::array<KindOfBlock, 10> kinds = {{
    {Kind::thermal, "thermal", build_thermal, read_thermal},
    {Kind::renewable, "renewable", build_renewable, read_renewable},
    {Kind::cascade, "cascade", build_cascade, read_cascade},
    {Kind::storage, "storage", build_storage, read_storage},
    {Kind::hvdc, "hvdc", build_hvdc, read_hvdc},
    {Kind::load, "load", build_load, read_load},
    {Kind::flexible, "flexible", build_flexible_load, read_flexible_load},
    {Kind::reserve, "reserve", build_reserve, read_reserve},
    {Kind::sharing, "sharing", build_sharing, read_sharing},
    {Kind::contract, "contract", build_contract, read_contract},
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
    }
    return 0;
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
    }
    return {};
}

Channels::Channels(const grid::System& system, bool with_security)
    : buses(static_cast<int>(system.buses.name.size())),
      reserves(static_cast<int>(system.reserves.name.size())),
      hvdc(static_cast<int>(system.hvdc.name.size())),
      contracts(static_cast<int>(system.contracts.name.size())),
      clusters(static_cast<int>(system.thermal.name.size())), security(with_security) {}

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
