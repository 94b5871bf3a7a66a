#include "partition/partition.hpp"

#include "base/error.hpp"
#include "grid/cascades.hpp"

#include <fmt/format.h>
#include <metis.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace longyang::partition {
namespace {

// Units of work by kind: what a block of the kind takes to build and to solve, compared with a
// load.
constexpr int work_of_bus =
    1; // so that a bus without plants is not free, and no part is weightless
constexpr int work_of_thermal = 10;
constexpr int work_of_station = 5;
constexpr int work_of_storage = 4;
constexpr int work_of_hvdc = 4;
constexpr int work_of_simple = 1; // wind, PV, DC link, load

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// The bus that stands for each cascade: that of its first station, -1 where it has none.
std::vector<int> bus_of_cascade(const grid::System& system, const std::vector<int>& cascade) {
    const int count = cascade.empty() ? 0 : 1 + *std::max_element(cascade.begin(), cascade.end());
    std::vector<int> bus(at(count), -1);
    for (std::size_t k = 0; k < system.hydro.bus.size(); ++k) {
        int& first = bus[at(cascade[at(system.hydro.reservoir[k])])];
        first = first < 0 ? system.hydro.bus[k] : first;
    }
    return bus;
}

std::vector<int> work_by_bus(const grid::System& system) {
    std::vector<int> work(system.buses.region.size(), work_of_bus);
    const auto add = [&](const std::vector<int>& buses, int units) {
        for (const int bus : buses) {
            work[at(bus)] += units;
        }
    };
    add(system.thermal.bus, work_of_thermal);
    add(system.renewables.bus, work_of_simple);
    add(system.loads.bus, work_of_simple);
    add(system.storages.bus, work_of_storage);
    add(system.flexible_loads.bus, work_of_storage);
    add(system.hvdc.bus, work_of_hvdc);
    add(system.dc_links.from_bus, work_of_simple);
    // A cascade's stations are all worked on where its first one stands.
    const std::vector<int> cascade = grid::cascade_of_reservoir(system);
    const std::vector<int> home = bus_of_cascade(system, cascade);
    for (const int reservoir : system.hydro.reservoir) {
        work[at(home[at(cascade[at(reservoir)])])] += work_of_station;
    }
    return work;
}

/// Deals whole regions out, the heaviest first, each to the rank with the least work so far.
std::vector<int> deal_regions(const grid::System& system, const std::vector<int>& work, int ranks) {
    std::vector<int> weight(system.regions.line.size(), 0);
    for (std::size_t bus = 0; bus < work.size(); ++bus) {
        const auto region = at(system.buses.region[bus]);
        weight.resize(std::max(weight.size(), region + 1), 0);
        weight[region] += work[bus];
    }
    std::vector<int> order(weight.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return weight[at(a)] > weight[at(b)]; });
    std::vector<int> load(at(ranks), 0);
    std::vector<int> rank_of_region(weight.size(), 0);
    for (const int region : order) {
        const auto lightest = std::min_element(load.begin(), load.end());
        *lightest += weight[at(region)];
        rank_of_region[at(region)] = static_cast<int>(lightest - load.begin());
    }
    std::vector<int> owner;
    owner.reserve(work.size());
    for (const int region : system.buses.region) {
        owner.push_back(rank_of_region[at(region)]);
    }
    return owner;
}

/// METIS on the graph of buses; circuits side by side are one edge, as heavy as they are many.
std::vector<int> cut_graph(const grid::System& system, const std::vector<int>& work, int ranks) {
    const std::size_t buses = work.size();
    std::vector<std::map<int, idx_t>> neighbours(buses);
    for (std::size_t l = 0; l < system.branches.from_bus.size(); ++l) {
        const int from = system.branches.from_bus[l];
        const int to = system.branches.to_bus[l];
        if (from != to) {
            ++neighbours[at(from)][to];
            ++neighbours[at(to)][from];
        }
    }
    std::vector<idx_t> first{0};
    std::vector<idx_t> neighbour;
    std::vector<idx_t> edge_weight;
    for (const auto& row : neighbours) {
        for (const auto& [bus, circuits] : row) {
            neighbour.push_back(bus);
            edge_weight.push_back(circuits);
        }
        first.push_back(static_cast<idx_t>(neighbour.size()));
    }
    std::array<idx_t, METIS_NOPTIONS> options{};
    METIS_SetDefaultOptions(options.data());
    options[METIS_OPTION_SEED] = 1;
    options[METIS_OPTION_NUMBERING] = 0;
    auto vertices = static_cast<idx_t>(buses);
    idx_t constraints = 1;
    idx_t parts = ranks;
    idx_t cut = 0;
    std::vector<idx_t> vertex_weight(work.begin(), work.end());
    std::vector<idx_t> part(buses, 0);
    const int status = METIS_PartGraphRecursive(
        &vertices, &constraints, first.data(), neighbour.data(), vertex_weight.data(), nullptr,
        edge_weight.data(), &parts, nullptr, nullptr, options.data(), &cut, part.data());
    if (status != METIS_OK) {
        throw Error(Exit::defect,
                    fmt::format("METIS failed with status {} on {} buses and {} ranks", status,
                                buses, ranks));
    }
    return {part.begin(), part.end()};
}

/// Gives every empty rank a bus: the last of the lightest ones of the rank that has most work among
/// those with two buses or more.
void fill_empty_ranks(std::vector<int>& owner, const std::vector<int>& work, int ranks) {
    for (int empty = 0; empty < ranks; ++empty) {
        std::vector<int> count(at(ranks), 0);
        std::vector<int> load(at(ranks), 0);
        for (std::size_t bus = 0; bus < owner.size(); ++bus) {
            ++count[at(owner[bus])];
            load[at(owner[bus])] += work[bus];
        }
        if (count[at(empty)] > 0) {
            continue;
        }
        int giver = -1;
        for (int rank = 0; rank < ranks; ++rank) {
            if (count[at(rank)] > 1 && (giver < 0 || load[at(rank)] > load[at(giver)])) {
                giver = rank;
            }
        }
        int given = -1;
        for (std::size_t bus = 0; bus < owner.size(); ++bus) {
            if (owner[bus] == giver && (given < 0 || work[bus] <= work[at(given)])) {
                given = static_cast<int>(bus);
            }
        }
        owner[at(given)] = empty;
    }
}

/// Numbers the parts by their lowest bus, so that METIS' own numbering does not matter.
void number_by_lowest_bus(std::vector<int>& owner, int ranks) {
    std::vector<int> number(at(ranks), -1);
    int next = 0;
    for (int& part : owner) {
        int& rank = number[at(part)];
        rank = rank < 0 ? next++ : rank;
        part = rank;
    }
}

std::vector<int> share_out_buses(const grid::System& system, int ranks, Cut cut) {
    const std::vector<int> work = work_by_bus(system);
    const std::set<int> regions(system.buses.region.begin(), system.buses.region.end());
    if (cut == Cut::regions && ranks <= static_cast<int>(regions.size())) {
        return deal_regions(system, work, ranks);
    }
    std::vector<int> owner = cut_graph(system, work, ranks);
    fill_empty_ranks(owner, work, ranks);
    number_by_lowest_bus(owner, ranks);
    return owner;
}

std::vector<int> owners_at(const std::vector<int>& owner_of_bus, const std::vector<int>& buses) {
    std::vector<int> owner;
    owner.reserve(buses.size());
    for (const int bus : buses) {
        owner.push_back(owner_of_bus[at(bus)]);
    }
    return owner;
}

void share_out_cascades(const grid::System& system, Owners& owners) {
    const std::vector<int> cascade = grid::cascade_of_reservoir(system);
    const std::vector<int> home = bus_of_cascade(system, cascade);
    for (const int number : cascade) {
        const int bus = home[at(number)];
        owners.reservoir.push_back(bus < 0 ? 0 : owners.bus[at(bus)]);
    }
    for (const int reservoir : system.hydro.reservoir) {
        owners.hydro.push_back(owners.reservoir[at(reservoir)]);
    }
    for (const int reservoir : system.pumps.reservoir_from) {
        owners.pump.push_back(owners.reservoir[at(reservoir)]);
    }
}

void share_out_reserves(const grid::System& system, Owners& owners) {
    const std::vector<int>& region = system.buses.region;
    for (const int wanted : system.reserves.region) {
        const auto first = std::find(region.begin(), region.end(), wanted);
        owners.reserve.push_back(
            first == region.end() ? 0
                                  : owners.bus[static_cast<std::size_t>(first - region.begin())]);
    }
    for (const int requirement : system.reserve_sharing.to_reserve) {
        owners.sharing.push_back(owners.reserve[at(requirement)]);
    }
}

void share_out_contracts(const grid::System& system, Owners& owners) {
    const grid::Names& lines = system.hvdc.name;
    for (std::size_t c = 0; c < system.contracts.kind.size(); ++c) {
        if (system.contracts.kind[c] != "hvdc") {
            owners.contract.push_back(0);
            continue;
        }
        const auto line = std::find(lines.begin(), lines.end(), system.contracts.of[c]);
        if (line == lines.end()) {
            throw Error(Exit::faulty_case, fmt::format("contracts: there is no HVDC line '{}'",
                                                       system.contracts.of[c]));
        }
        owners.contract.push_back(owners.hvdc[static_cast<std::size_t>(line - lines.begin())]);
    }
}

} // namespace

Owners share_out(const grid::System& system, int ranks, Cut cut) {
    const std::size_t buses = system.buses.region.size();
    if (ranks < 1 || at(ranks) > buses) {
        throw Error(Exit::usage, fmt::format("{} ranks cannot share {} buses; use at most one rank "
                                             "a bus",
                                             ranks, buses));
    }
    Owners owners;
    owners.ranks = ranks;
    owners.bus = share_out_buses(system, ranks, cut);
    owners.branch = owners_at(owners.bus, system.branches.from_bus);
    owners.thermal = owners_at(owners.bus, system.thermal.bus);
    owners.renewable = owners_at(owners.bus, system.renewables.bus);
    owners.storage = owners_at(owners.bus, system.storages.bus);
    owners.hvdc = owners_at(owners.bus, system.hvdc.bus);
    owners.dc_link = owners_at(owners.bus, system.dc_links.from_bus);
    owners.load = owners_at(owners.bus, system.loads.bus);
    owners.flexible = owners_at(owners.bus, system.flexible_loads.bus);
    share_out_cascades(system, owners);
    share_out_reserves(system, owners);
    share_out_contracts(system, owners);
    owners.target.assign(system.targets.kind.size(), 0);
    owners.emission_cap.assign(system.emission_caps.region.size(), 0);
    for (std::size_t l = 0; l < system.branches.from_bus.size(); ++l) {
        const int from = owners.bus[at(system.branches.from_bus[l])];
        const int to = owners.bus[at(system.branches.to_bus[l])];
        owners.cut_branches += from != to ? 1 : 0;
    }
    return owners;
}

} // namespace longyang::partition
