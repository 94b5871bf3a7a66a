#include "powerflow/outage_factors.hpp"

#include "base/error.hpp"
#include "grid/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace longyang::powerflow {
namespace {

/// Marks a pattern without a part; parts are numbered from 0, whole islands from -1 downwards.
constexpr int no_part = 1 << 30;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// Branches at each bus: of bus b, branch[first[b]] .. branch[first[b + 1] - 1].
struct Incidence {
    std::vector<int> first, branch;

    explicit Incidence(const Network& network) : first(at(network.buses) + 1, 0) {
        for (const auto* ends : {&network.from, &network.to}) {
            for (const int bus : *ends) {
                ++first[at(bus) + 1];
            }
        }
        std::inclusive_scan(first.begin(), first.end(), first.begin());
        std::vector<int> next(first.begin(), first.end() - 1);
        branch.resize(2 * network.from.size());
        for (std::size_t l = 0; l < network.from.size(); ++l) {
            branch[at(next[at(network.from[l])]++)] = static_cast<int>(l);
            branch[at(next[at(network.to[l])]++)] = static_cast<int>(l);
        }
    }
};

/// Depth-first search without recursion. `low` of a bus is the earliest bus that its subtree
/// reaches by a branch other than the one it was entered by.
struct BridgeSearch {
    struct Step {
        int bus, entered_by, next;
    };

    const Network& network;
    Incidence incidence;
    std::vector<int> found, low;
    std::vector<bool> bridge;
    std::vector<Step> stack;
    int count = 0;

    explicit BridgeSearch(const Network& network_)
        : network(network_), incidence(network_), found(at(network_.buses), -1), low(found),
          bridge(network_.from.size(), false) {}

    void enter(int bus, int by) {
        found[at(bus)] = low[at(bus)] = count++;
        stack.push_back({bus, by, incidence.first[at(bus)]});
    }

    void leave() {
        const Step left = stack.back();
        stack.pop_back();
        if (stack.empty()) {
            return;
        }
        const int above = stack.back().bus;
        low[at(above)] = std::min(low[at(above)], low[at(left.bus)]);
        if (low[at(left.bus)] > found[at(above)]) {
            bridge[at(left.entered_by)] = true;
        }
    }

    void from(int root) {
        enter(root, -1);
        while (!stack.empty()) {
            Step& step = stack.back();
            if (step.next == incidence.first[at(step.bus) + 1]) {
                leave();
                continue;
            }
            const int l = incidence.branch[at(step.next++)];
            const int other = network.from[at(l)] + network.to[at(l)] - step.bus;
            if (l == step.entered_by) {
                continue;
            }
            if (found[at(other)] < 0) {
                enter(other, l);
            } else {
                low[at(step.bus)] = std::min(low[at(step.bus)], found[at(other)]);
            }
        }
    }
};

/// Islands without the branches of an outage.
std::vector<int> islands_without(const Network& network, const Outage& outage) {
    std::vector<int> from = network.from;
    std::vector<int> to = network.to;
    for (const int l : {outage.branch, outage.second}) {
        if (l >= 0) {
            to[at(l)] = from[at(l)];
        }
    }
    return grid::islands(network.buses, from, to);
}

int count_of(const std::vector<int>& island) {
    return island.empty() ? 0 : *std::max_element(island.begin(), island.end()) + 1;
}

} // namespace

std::vector<bool> bridges(const Network& network) {
    BridgeSearch search(network);
    for (int bus = 0; bus < network.buses; ++bus) {
        if (search.found[at(bus)] < 0) {
            search.from(bus);
        }
    }
    return search.bridge;
}

/// A row of the PTDF and its sum over each island, weighted by shares.
struct OutageFactors::RowSums {
    std::span<const double> row;
    std::vector<double> island;

    RowSums(const OutageFactors& f, std::span<const double> row_)
        : row(row_), island(f.island_share_.size(), 0.0) {
        for (std::size_t bus = 0; bus < row.size(); ++bus) {
            island[at(f.network_.island[bus])] += f.share_[bus] * row[bus];
        }
    }
};

OutageFactors::OutageFactors(const Network& network, std::span<const Outage> outages,
                             std::span<const OutageAction> actions, std::span<const double> share)
    : network_(network), outages_(outages.begin(), outages.end()),
      share_(share.begin(), share.end()), split_of_outage_(outages.size(), -1) {
    if (share_.empty()) {
        share_.assign(at(network.buses), 1.0);
    }
    require_lists(actions);
    island_share_.assign(at(count_of(network.island)), 0.0);
    for (std::size_t bus = 0; bus < share_.size(); ++bus) {
        island_share_[at(network.island[bus])] += share_[bus];
    }
    split_islands();
    make_terms(actions);
}

void OutageFactors::require_lists(std::span<const OutageAction> actions) const {
    const auto exists = [](int number, std::size_t count) {
        return number >= 0 && at(number) < count;
    };
    const std::size_t branches = network_.from.size();
    for (const Outage& o : outages_) {
        if (!exists(o.branch, branches) || o.branch == o.second ||
            (o.second != -1 && !exists(o.second, branches))) {
            throw Error(Exit::defect, fmt::format("an outage of branches {} and {} of {}", o.branch,
                                                  o.second, branches));
        }
    }
    for (const OutageAction& a : actions) {
        if (!exists(a.outage, outages_.size()) || !exists(a.bus, at(network_.buses))) {
            throw Error(Exit::defect,
                        fmt::format("an action at bus {} after outage {}", a.bus, a.outage));
        }
    }
    if (share_.size() != at(network_.buses) ||
        std::any_of(share_.begin(), share_.end(), [](double s) { return !(s >= 0.0); })) {
        throw Error(Exit::defect, fmt::format("{} shares for {} buses, or one that is not >= 0",
                                              share_.size(), network_.buses));
    }
}

void OutageFactors::split_islands() {
    const std::vector<bool> bridge = bridges(network_);
    const int whole = count_of(network_.island);
    for (std::size_t o = 0; o < outages_.size(); ++o) {
        const bool splits = outages_[o].second < 0
                                ? bridge[at(outages_[o].branch)]
                                : count_of(islands_without(network_, outages_[o])) > whole;
        if (splits) {
            split_of_outage_[o] = static_cast<int>(splits_.size());
            splits_.push_back(make_split(o));
        }
    }
}

OutageFactors::Split OutageFactors::make_split(std::size_t outage) const {
    Split split;
    split.part_of_bus = islands_without(network_, outages_[outage]);
    const int count = count_of(split.part_of_bus);
    split.extra = count - count_of(network_.island);
    std::vector<std::vector<int>> buses(at(count));
    for (int bus = 0; bus < network_.buses; ++bus) {
        buses[at(split.part_of_bus[at(bus)])].push_back(bus);
    }
    std::vector<int> parts_of_island(island_share_.size(), 0);
    for (const auto& list : buses) {
        ++parts_of_island[at(network_.island[at(list.front())])];
    }
    // The largest part of an island first: its sum is what the others leave.
    std::stable_sort(buses.begin(), buses.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
    std::vector<bool> largest_known(island_share_.size(), false);
    for (auto& list : buses) {
        const int island = network_.island[at(list.front())];
        const bool whole = parts_of_island[at(island)] == 1;
        for (const int bus : list) {
            split.part_of_bus[at(bus)] = whole ? -1 : static_cast<int>(split.parts.size());
        }
        if (whole) {
            continue;
        }
        Part part{list.front(), 0.0, {}, island};
        for (const int bus : list) {
            part.share += share_[at(bus)];
        }
        if (largest_known[at(island)]) {
            part.buses = std::move(list);
        }
        largest_known[at(island)] = true;
        split.parts.push_back(std::move(part));
    }
    return split;
}

std::vector<NetworkPart> OutageFactors::parts(int outage) const {
    std::vector<NetworkPart> result;
    const int s = split_of_outage_[at(outage)];
    if (s < 0) {
        return result;
    }
    const Split& split = splits_[at(s)];
    for (const Part& part : split.parts) {
        result.push_back({{}, part.share == 0.0});
    }
    for (int bus = 0; bus < network_.buses; ++bus) {
        if (split.part_of_bus[at(bus)] >= 0) {
            result[at(split.part_of_bus[at(bus)])].buses.push_back(bus);
        }
    }
    return result;
}

/// The part a bus lies in after an outage: 0, 1, ... of a split island, or -1 - island where that
/// stays whole.
int OutageFactors::part_at(std::size_t outage, int bus) const {
    const int s = split_of_outage_[outage];
    const int part = s < 0 ? -1 : splits_[at(s)].part_of_bus[at(bus)];
    return part >= 0 ? part : -1 - network_.island[at(bus)];
}

bool OutageFactors::dead(std::size_t outage, int part) const {
    return (part >= 0 ? splits_[at(split_of_outage_[outage])].parts[at(part)].share
                      : island_share_[at(-1 - part)]) == 0.0;
}

/// N1-3: what was sent over a lost branch is taken up by the sending part, and what was received
/// over it is fed in by the receiving one.
OutageFactors::Pattern OutageFactors::branch_pattern(std::size_t outage, int lost_branch) const {
    const int sends = part_at(outage, network_.from[at(lost_branch)]);
    const int receives = part_at(outage, network_.to[at(lost_branch)]);
    return sends == receives ? Pattern{-1, no_part, no_part} : Pattern{-1, receives, sends};
}

void OutageFactors::make_terms(std::span<const OutageAction> actions) {
    std::vector<std::vector<int>> actions_of(outages_.size());
    for (std::size_t a = 0; a < actions.size(); ++a) {
        actions_of[at(actions[a].outage)].push_back(static_cast<int>(a));
    }
    outages_of_branch_.resize(network_.from.size());
    first_.push_back(0);
    std::size_t dots = 0;
    std::size_t along = 0;
    for (std::size_t o = 0; o < outages_.size(); ++o) {
        for (std::size_t q = 0; q < lost(o); ++q) {
            source_.push_back(branch(o, q));
            pattern_.push_back(branch_pattern(o, branch(o, q)));
            outages_of_branch_[at(branch(o, q))].emplace_back(static_cast<int>(o),
                                                              static_cast<int>(q));
        }
        for (const int a : actions_of[o]) {
            source_.push_back(static_cast<std::int64_t>(network_.from.size()) + a);
            const int bus = actions[at(a)].bus;
            pattern_.push_back({bus, no_part, part_at(o, bus)});
        }
        const std::size_t terms = source_.size() - static_cast<std::size_t>(first_.back());
        first_.push_back(static_cast<std::int64_t>(source_.size()));
        dots_at_.push_back(dots);
        along_at_.push_back(along);
        dots += lost(o) * (lost(o) + terms + 1);
        along += lost(o) * terms;
    }
    dots_.assign(dots, 0.0);
    along_.assign(along, 0.0);
}

/// Flow of a row by 1 MW from one end of a branch to the other.
double OutageFactors::transfer(std::span<const double> row, int of_branch) const {
    return row[at(network_.from[at(of_branch)])] - row[at(network_.to[at(of_branch)])];
}

/// Flow of a row by a pattern (N1-3). A dead part takes up nothing; any of its buses stands for it,
/// since nothing that is alive depends on which.
double OutageFactors::along(const RowSums& row, std::size_t outage, const Pattern& p) const {
    const auto by_shares = [&](int part) {
        if (part == no_part) {
            return 0.0;
        }
        if (part < 0) {
            const auto island = at(-1 - part);
            return island_share_[island] > 0.0 ? row.island[island] / island_share_[island] : 0.0;
        }
        const Split& split = splits_[at(split_of_outage_[outage])];
        const Part& of = split.parts[at(part)];
        if (of.share == 0.0) {
            return row.row[at(of.bus)];
        }
        const auto sum_of = [&](const Part& listed) {
            double sum = 0.0;
            for (const int bus : listed.buses) {
                sum += share_[at(bus)] * row.row[at(bus)];
            }
            return sum;
        };
        double sum = of.buses.empty() ? row.island[at(of.island)] : sum_of(of);
        for (const Part& other : split.parts) {
            if (of.buses.empty() && other.island == of.island) {
                sum -= sum_of(other);
            }
        }
        return sum / of.share;
    };
    if (p.bus >= 0 && dead(outage, p.down)) {
        return 0.0; // an action in a dead part
    }
    return (p.bus >= 0 ? row.row[at(p.bus)] : 0.0) + by_shares(p.up) - by_shares(p.down);
}

void OutageFactors::take(const ShiftFactors& rows) {
    const auto buses = at(network_.buses);
    for (std::size_t r = 0; r < rows.branch.size(); ++r) {
        const auto& uses = outages_of_branch_[at(rows.branch[r])];
        if (uses.empty()) {
            continue;
        }
        const RowSums row(*this, std::span(rows.value).subspan(r * buses, buses));
        for (const auto& [outage, q] : uses) {
            const auto o = at(outage);
            const auto terms = static_cast<std::size_t>(first_[o + 1] - first_[o]);
            double* dots = dots_.data() + dots_at_[o] + at(q) * (lost(o) + terms + 1);
            for (std::size_t p = 0; p < lost(o); ++p) {
                *dots++ += transfer(row.row, branch(o, p));
            }
            for (std::size_t k = 0; k < terms; ++k) {
                *dots++ += along(row, o, pattern_[static_cast<std::size_t>(first_[o]) + k]);
            }
            *dots += 1.0;
        }
    }
}

void OutageFactors::finish(const Comm& comm) {
    sum_in_order(comm, dots_);
    for (std::size_t o = 0; o < outages_.size(); ++o) {
        solve_outage(o);
    }
}

namespace {

/// The inverse of a small symmetric-or-not matrix 1 - t, or what takes its place where the network
/// is split: of a matrix whose rank is one less than its size, its pseudo-inverse (for two rows a
/// matrix u v' has v u' / (|u|^2 |v|^2) = its transpose over the sum of its squares); of one of
/// rank 0, zeros (N1-4).
struct SmallInverse {
    double value[2][2] = {};

    SmallInverse(const double (&a)[2][2], std::size_t n, int rank_lost) {
        if (rank_lost >= static_cast<int>(n)) {
            return;
        }
        if (n == 1) {
            value[0][0] = 1.0 / a[0][0];
        } else if (rank_lost == 0) {
            const double det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
            value[0][0] = a[1][1] / det;
            value[1][1] = a[0][0] / det;
            value[0][1] = -a[0][1] / det;
            value[1][0] = -a[1][0] / det;
        } else {
            const double squares =
                a[0][0] * a[0][0] + a[0][1] * a[0][1] + a[1][0] * a[1][0] + a[1][1] * a[1][1];
            for (const int i : {0, 1}) {
                for (const int j : {0, 1}) {
                    value[i][j] = a[j][i] / squares;
                }
            }
        }
    }
};

} // namespace

/// N1-2: the transfers m along the lost branches that leave no flow on them:
/// (1 - T) m = flow before + flow by the pattern, for each term of 1 MW.
void OutageFactors::solve_outage(std::size_t o) {
    const std::size_t n = lost(o);
    const auto terms = static_cast<std::size_t>(first_[o + 1] - first_[o]);
    const std::size_t width = n + terms + 1;
    const double* dots = dots_.data() + dots_at_[o];
    double a[2][2] = {};
    double largest = 0.0;
    for (std::size_t q = 0; q < n; ++q) {
        if (dots[q * width + n + terms] != 1.0) {
            throw Error(Exit::defect,
                        fmt::format("the PTDF row of lost branch {} is held by {} ranks",
                                    branch(o, q), dots[q * width + n + terms]));
        }
        for (std::size_t p = 0; p < n; ++p) {
            a[q][p] = (p == q ? 1.0 : 0.0) - dots[q * width + p];
            largest = std::max(largest, std::abs(a[q][p]));
        }
    }
    const int split = split_of_outage_[o];
    const int rank_lost = split < 0 ? 0 : splits_[at(split)].extra;
    const double det = n == 1 ? a[0][0] : (a[0][0] * a[1][1] - a[0][1] * a[1][0]) / largest;
    // Of one rank that a split leaves of two, the matrix has at least one entry.
    const double left = rank_lost == 0                    ? std::abs(det)
                        : rank_lost < static_cast<int>(n) ? largest
                                                          : 1.0;
    if (!(left > 1e-10)) {
        throw Error(Exit::numerical,
                    fmt::format("the outage of branch {}{} leaves a singular network, by more than "
                                "it splits it; reactances of both signs may cancel",
                                network_.called(branch(o, 0)),
                                n == 1 ? "" : " and " + network_.called(branch(o, 1))));
    }
    const SmallInverse inverse(a, n, rank_lost);
    for (std::size_t k = 0; k < terms; ++k) {
        for (std::size_t q = 0; q < n; ++q) {
            double sum = 0.0;
            for (std::size_t p = 0; p < n; ++p) {
                const double before = p == k ? 1.0 : 0.0; // terms 0 .. n-1 are the lost flows
                sum += inverse.value[q][p] * (before + dots[p * width + n + k]);
            }
            along_[along_at_[o] + q * terms + k] = sum;
        }
    }
}

/// True where an outage says nothing of a branch: its own, or one in a dead part.
bool OutageFactors::untouched(std::size_t outage, int of_branch) const {
    if (of_branch == outages_[outage].branch || of_branch == outages_[outage].second) {
        return true;
    }
    const int part = part_at(outage, network_.from[at(of_branch)]);
    return part >= 0 && dead(outage, part);
}

std::vector<double> OutageFactors::rows(const ShiftFactors& rows) const {
    const auto buses = at(network_.buses);
    const std::size_t width = source_.size();
    std::vector<double> factor(rows.branch.size() * width, 0.0);
    for (std::size_t r = 0; r < rows.branch.size(); ++r) {
        const RowSums row(*this, std::span(rows.value).subspan(r * buses, buses));
        for (std::size_t o = 0; o < outages_.size(); ++o) {
            if (untouched(o, rows.branch[r])) {
                continue;
            }
            const double by_first = transfer(row.row, branch(o, 0));
            const double by_second = lost(o) == 2 ? transfer(row.row, branch(o, 1)) : 0.0;
            const auto begin = static_cast<std::size_t>(first_[o]);
            const std::size_t terms = static_cast<std::size_t>(first_[o + 1]) - begin;
            const double* m = along_.data() + along_at_[o];
            for (std::size_t k = 0; k < terms; ++k) { // N1-1
                factor[r * width + begin + k] = along(row, o, pattern_[begin + k]) +
                                                by_first * m[k] +
                                                (lost(o) == 2 ? by_second * m[terms + k] : 0.0);
            }
        }
    }
    return factor;
}

} // namespace longyang::powerflow
