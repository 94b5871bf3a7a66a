#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "grid/targets.hpp"
#include "lp/block.hpp"
#include "partition/partition.hpp"

#include <span>
#include <string>
#include <vector>

/// The bridge between the grid's tables and the programme in block form: one constraint family a
/// file, each with its equation in docs/theory and its tag in both places.
namespace longyang::model {

/// What a block stands for.
enum class Kind {
    thermal,      ///< a thermal cluster
    renewable,    ///< a wind, PV or other plant that follows a profile
    cascade,      ///< all reservoirs and stations of a cascade
    storage,      ///< a battery, pumped hydro, ... plant
    hvdc,         ///< an HVDC line
    dc_forward,   ///< what a DC link sends from its from_bus
    dc_backward,  ///< what it sends from its to_bus
    load,         ///< a load with its shedding
    flexible,     ///< a load that chooses its hours
    reserve,      ///< what is missing to a reserve requirement
    sharing,      ///< reserve of one region that counts for another
    contract,     ///< what is missing to an energy contract, all its periods in the span
    target,       ///< what is missing to a policy target, all its periods in the span
    emission_cap, ///< what is emitted beyond a cap, all its periods in the span
};

struct BlockId {
    Kind kind = Kind::thermal;
    int item = 0; ///< row of the kind's table; number of the cascade (grid::cascade_of_reservoir)
};

/// All blocks of a system, in the order of the programme (BlockId number = lp::Block::order).
[[nodiscard]] std::vector<BlockId> list_blocks(const grid::System& system);
/// The rank that builds a block.
[[nodiscard]] int owner_of(const grid::System& system, const partition::Owners& owners, BlockId id);
/// As "thermal:datong_coal".
[[nodiscard]] std::string block_name(const grid::System& system, BlockId id);

/// Plants of a bus whose energy is counted by policy targets or an energy limit, or that lie behind
/// a connection: they inject through a channel of their own, which stands beside the bus's wherever
/// injections count.
struct Feed {
    int bus = 0;
    grid::Source source = grid::Source::none; ///< none: no target counts it
    int limit = -1;                           ///< of grid::energy_limits; -1: none
    int connection = -1;                      ///< row of `connections`; -1: none

    bool operator==(const Feed&) const = default;
};

/// Numbers of the channels: first one per bus (injection into the network, MW), then one per
/// reserve requirement (reserve held, MW), then one per HVDC line (power at the sending end, MW),
/// then one per contract and one per target (energy missing, MWh, given in the first hour of its
/// period), then one per feed (injection at its bus, MW), then one per heat store of power blocks
/// (heat drawn from it less heat taken, MWh), then, where there are caps on emissions, one per
/// region (less the CO2 that counts, t) and one per cap (CO2 beyond it, t, given in the first hour
/// of its period). With security: then one per bus (output of its
/// renewables, MW) and one per thermal cluster (units on).
struct Channels {
    int buses = 0, reserves = 0, hvdc = 0, contracts = 0, targets = 0;
    int heat_stores = 0;                         ///< grid::heat_store_numbers
    int emission_regions = 0, emission_caps = 0; ///< none without caps
    int clusters = 0;
    bool security = false;
    std::vector<Feed> feeds; ///< none without targets, energy limits and connections
    /// Channel that a plant injects to, per row of its table.
    std::vector<int> of_thermal, of_renewable, of_hydro, of_storage;

    explicit Channels(const grid::System& system, bool security = false);
    [[nodiscard]] int injection(int bus) const { return bus; }
    [[nodiscard]] int reserve(int requirement) const { return buses + requirement; }
    [[nodiscard]] int hvdc_power(int line) const { return buses + reserves + line; }
    [[nodiscard]] int contract_short(int contract) const {
        return buses + reserves + hvdc + contract;
    }
    [[nodiscard]] int target_short(int target) const { return contract_short(contracts) + target; }
    [[nodiscard]] int feed(int number) const { return target_short(targets) + number; }
    /// Bus that a channel injects to; -1: it is no injection.
    [[nodiscard]] int bus_of(int channel) const {
        if (channel < buses) {
            return channel;
        }
        const int number = channel - feed(0);
        return number >= 0 && number < static_cast<int>(feeds.size())
                   ? feeds[static_cast<std::size_t>(number)].bus
                   : -1;
    }
    [[nodiscard]] int heat(int store) const { return feed(static_cast<int>(feeds.size())) + store; }
    [[nodiscard]] int emissions(int region) const { return heat(heat_stores) + region; }
    [[nodiscard]] int emission_excess(int cap) const { return emissions(emission_regions) + cap; }
    [[nodiscard]] int renewable(int bus) const { return emission_excess(emission_caps) + bus; }
    [[nodiscard]] int running(int cluster) const { return renewable(buses) + cluster; }
    [[nodiscard]] int count() const { return security ? running(clusters) : renewable(0); }
};

/// What a block is built from; all references outlive the build.
struct Context {
    const grid::System& system;
    grid::Span span;
    Channels channels;

    /// security: with the channels that rows of security stand on.
    Context(const grid::System& system_, grid::Span span_, bool security = false)
        : system(system_), span(span_), channels(system_, security) {}
    [[nodiscard]] int hour_of_year(int hour) const { return span.begin + hour; }
};

/// What channels inject at every bus, feeds included, buses x hours.
/// channel: channels x hours, hours contiguous.
[[nodiscard]] std::vector<double> bus_injections_mw(const Channels& channels, std::size_t hours,
                                                    std::span<const double> channel);

/// Builds a block into `block` (cleared first, memory kept, so that a model moves to another span
/// in place).
void build_block(const Context& context, BlockId id, lp::Block& block);
/// Writes a block's solution into the schedule's rows of its plant.
/// values: one per column of `block`.
void read_block(const Context& context, BlockId id, const lp::Block& block,
                std::span<const double> values, grid::Schedule& schedule);

/// Builds the blocks that `rank` owns, in the order of the programme; `blocks` keeps its memory
/// between calls.
void build_blocks(const Context& context, const partition::Owners& owners, int rank,
                  std::vector<lp::Block>& blocks);

} // namespace longyang::model
