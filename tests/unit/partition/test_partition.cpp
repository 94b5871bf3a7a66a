#include "base/error.hpp"
#include "partition/partition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace longyang::partition {
namespace {

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// A chain of `buses` buses in `regions` regions of equal length, with a ring closed behind them.
grid::System ring(int buses, int regions) {
    grid::System system;
    system.regions.line.assign(at(regions), 0);
    for (int bus = 0; bus < buses; ++bus) {
        system.buses.region.push_back(bus * regions / buses);
        system.branches.from_bus.push_back(bus);
        system.branches.to_bus.push_back((bus + 1) % buses);
    }
    return system;
}

/// Ring of 12 buses and three regions with plants of every kind.
grid::System plants() {
    grid::System system = ring(12, 3);
    system.thermal.bus = {0, 0, 5, 11};
    system.renewables.bus = {1, 2, 3, 9};
    system.loads.bus = {0, 4, 8, 11};
    system.storages.bus = {6};
    system.dc_links.from_bus = {2, 9};
    system.dc_links.to_bus = {7, 0};
    system.hvdc.bus = {3, 10};
    system.hvdc.name = {"south", "east"};
    // Reservoirs 0 -> 2 -> 3 are one cascade with stations in all three regions; 1 has none.
    system.reservoirs.downstream = {2, -1, 3, -1};
    system.hydro.reservoir = {2, 0, 3};
    system.hydro.bus = {7, 1, 10};
    system.reserves.region = {2, 0};
    system.reserve_sharing.from_reserve = {0};
    system.reserve_sharing.to_reserve = {1};
    system.contracts.kind = {"hvdc", "section"};
    system.contracts.of = {"east", "pass"};
    return system;
}

int cut(const grid::System& system, const Owners& owners) {
    int count = 0;
    for (std::size_t l = 0; l < system.branches.from_bus.size(); ++l) {
        count +=
            owners.bus[at(system.branches.from_bus[l])] != owners.bus[at(system.branches.to_bus[l])]
                ? 1
                : 0;
    }
    return count;
}

class Ranks : public testing::TestWithParam<int> {};

TEST_P(Ranks, EveryRowHasItsOwner) {
    const int ranks = GetParam();
    const grid::System system = plants();
    const Owners owners = share_out(system, ranks);
    EXPECT_EQ(owners.ranks, ranks);
    ASSERT_EQ(owners.bus.size(), 12U);
    std::set<int> seen;
    for (const int rank : owners.bus) {
        EXPECT_GE(rank, 0);
        EXPECT_LT(rank, ranks);
        seen.insert(rank);
    }
    EXPECT_EQ(seen.size(), at(ranks)) << "a rank owns no bus";

    const auto expect_at = [&](const std::vector<int>& owner, const std::vector<int>& buses,
                               const char* kind) {
        ASSERT_EQ(owner.size(), buses.size()) << kind;
        for (std::size_t i = 0; i < buses.size(); ++i) {
            EXPECT_EQ(owner[i], owners.bus[at(buses[i])]) << kind << ' ' << i;
        }
    };
    expect_at(owners.thermal, system.thermal.bus, "thermal");
    expect_at(owners.renewable, system.renewables.bus, "renewable");
    expect_at(owners.load, system.loads.bus, "load");
    expect_at(owners.storage, system.storages.bus, "storage");
    expect_at(owners.hvdc, system.hvdc.bus, "hvdc");
    expect_at(owners.branch, system.branches.from_bus, "branch");
    expect_at(owners.dc_link, system.dc_links.from_bus, "DC link");
    // The first station of the cascade is row 0, at bus 7; reservoir 1 stands alone.
    expect_at(owners.hydro, {7, 7, 7}, "hydro");
    EXPECT_EQ(owners.reservoir, (std::vector<int>{owners.bus[7], 0, owners.bus[7], owners.bus[7]}));
    // Regions 2 and 0 begin with buses 8 and 0; the share counts for the requirement of region 0.
    expect_at(owners.reserve, {8, 0}, "reserve");
    expect_at(owners.sharing, {0}, "sharing");
    EXPECT_EQ(owners.contract, (std::vector<int>{owners.hvdc[1], 0}));
    EXPECT_EQ(owners.cut_branches, cut(system, owners));
    EXPECT_EQ(owners.cut_branches == 0, ranks == 1);
}

TEST_P(Ranks, RegionsStayWholeWhereThereAreEnough) {
    const int ranks = GetParam();
    const grid::System system = plants();
    if (ranks > 3) {
        return;
    }
    const Owners owners = share_out(system, ranks);
    for (std::size_t bus = 0; bus < 12; ++bus) {
        EXPECT_EQ(owners.bus[bus], owners.bus[bus / 4 * 4]) << bus;
    }
}

TEST_P(Ranks, SameAnswerEveryTime) {
    const grid::System system = plants();
    const Owners a = share_out(system, GetParam());
    const Owners b = share_out(system, GetParam());
    EXPECT_EQ(a.bus, b.bus);
    EXPECT_EQ(a.cut_branches, b.cut_branches);
}

INSTANTIATE_TEST_SUITE_P(OneToSeven, Ranks, testing::Range(1, 8));

// Work by region, hand-counted. Region 0 (buses 0..3): 4 buses + 2 thermal 20 + 3 renewables + 1
// load + 1 line 4 = 32. Region 1: 4 + thermal 10 + load 1 + storage 4 + 3 stations 15 = 34.
// Region 2: 4 + thermal 10 + renewable 1 + 2 loads + line 4 = 21. So the heaviest, region 1, goes
// to rank 0, region 0 to rank 1, and region 2 to rank 1, which has the least by then.
TEST(Partition, HeaviestRegionFirstToTheLightestRank) {
    const Owners owners = share_out(plants(), 2);
    EXPECT_EQ(owners.bus, (std::vector<int>{1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1}));
    EXPECT_EQ(owners.cut_branches, 2); // 3-4 and 7-8
}

// A ring of equal buses cut into parts: each cut of a ring takes as many branches as parts.
TEST(Partition, GraphPartsAreBalancedAndConnected) {
    const Owners owners = share_out(ring(60, 1), 5);
    std::vector<int> count(5, 0);
    for (const int rank : owners.bus) {
        ++count[at(rank)];
    }
    EXPECT_GE(*std::min_element(count.begin(), count.end()), 11);
    EXPECT_LE(*std::max_element(count.begin(), count.end()), 13);
    EXPECT_EQ(owners.cut_branches, 5);
    EXPECT_EQ(owners.bus[0], 0); // parts are numbered by their lowest bus
}

// METIS balances work and may leave parts empty where one bus holds nearly all of it.
TEST(Partition, OneHeavyBusLeavesNoRankEmpty) {
    grid::System system = ring(7, 1);
    system.thermal.bus.assign(50, 3);
    for (int ranks = 2; ranks <= 7; ++ranks) {
        const Owners owners = share_out(system, ranks);
        const std::set<int> seen(owners.bus.begin(), owners.bus.end());
        EXPECT_EQ(seen.size(), at(ranks)) << ranks;
    }
}

TEST(Partition, CircuitsSideBySideAndIslandsAreFine) {
    grid::System system = ring(4, 1);
    // A second island of two buses with a double circuit, and a branch from a bus to itself.
    system.buses.region.insert(system.buses.region.end(), {0, 0});
    system.branches.from_bus.insert(system.branches.from_bus.end(), {4, 5, 0});
    system.branches.to_bus.insert(system.branches.to_bus.end(), {5, 4, 0});
    const Owners owners = share_out(system, 3);
    EXPECT_EQ(owners.cut_branches, cut(system, owners));
    EXPECT_EQ(owners.bus[4], owners.bus[5]); // the heavier double circuit is not cut
}

TEST(Partition, RegionWithoutBusesDoesNotCount) {
    grid::System system = ring(6, 2);
    system.regions.line.push_back(0);
    const Owners owners = share_out(system, 3); // two regions with buses: METIS
    EXPECT_EQ(std::set<int>(owners.bus.begin(), owners.bus.end()).size(), 3U);
}

TEST(Partition, MoreRanksThanBusesIsWrongUsage) {
    try {
        static_cast<void>(share_out(ring(3, 1), 4));
        FAIL() << "four ranks shared three buses";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::usage);
        EXPECT_NE(std::string(e.what()).find("4 ranks"), std::string::npos) << e.what();
    }
}

TEST(Partition, ContractOfAnUnknownLineIsAFaultyCase) {
    grid::System system = plants();
    system.contracts.of[0] = "north";
    try {
        static_cast<void>(share_out(system, 1));
        FAIL() << "a contract of no line was shared out";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::faulty_case);
    }
}

// Four pairs of buses, each with two links, on a chain of single ones: parts by the graph cut the
// chain, though each pair's buses are of two regions.
TEST(Partition, PartsByTheGraphAreConnectedWhateverTheRegions) {
    grid::System system;
    system.regions.line.assign(2, 0);
    system.buses.region = {0, 1, 0, 1, 0, 1, 0, 1};
    for (int pair = 0; pair < 4; ++pair) {
        for (const int from : {2 * pair, 2 * pair, 2 * pair + 1}) {
            if (from + 1 < 8) {
                system.branches.from_bus.push_back(from);
                system.branches.to_bus.push_back(from + 1);
            }
        }
    }
    EXPECT_EQ(share_out(system, 2).bus, (std::vector<int>{0, 1, 0, 1, 0, 1, 0, 1}));
    EXPECT_EQ(share_out(system, 2, Cut::graph).bus, (std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1}));
    EXPECT_EQ(share_out(system, 2, Cut::graph).cut_branches, 1);
}

// Work, hand-counted: the cascade 3 stations 138, reservoir 1 alone 10, four clusters 14 each, line
// "east" 51 levels x 12 blocks x 0.185 = 113.2, "south" without levels 5, the storage 5. So the
// cascade goes to the last rank; "east" with its contract to the other (113.2); a cluster there
// (127.2), and one more (141.2); the next to the cascade's (152), the last to rank 0 (155.2);
// reservoir 1 to rank 1 (162); "south" to rank 0 (160.2), and the storage, since 160.2 < 162.
TEST(Partition, PlantsAreDealtByWorkWhereverTheyStand) {
    grid::System system = plants();
    system.hvdc.p_min_mw = {0.0, 0.0};
    system.hvdc.p_max_mw = {1000.0, 8000.0};
    system.hvdc.level_step_mw = {0.0, 160.0};
    system.hvdc.block_h = {1, 2};
    system.hvdc.max_changes_per_day = {0, 8};
    Owners owners = share_out(system, 2);
    const std::vector<int> bus = owners.bus;
    deal_plants(system, owners);
    EXPECT_EQ(owners.bus, bus);
    EXPECT_EQ(owners.hydro, (std::vector<int>{1, 1, 1}));
    EXPECT_EQ(owners.reservoir, (std::vector<int>{1, 1, 1, 1}));
    EXPECT_EQ(owners.hvdc, (std::vector<int>{0, 0}));
    EXPECT_EQ(owners.contract, (std::vector<int>{0, 0})); // of "east", and of a section
    EXPECT_EQ(owners.thermal, (std::vector<int>{0, 0, 1, 0}));
    EXPECT_EQ(owners.storage, (std::vector<int>{0}));
}

} // namespace
} // namespace longyang::partition
