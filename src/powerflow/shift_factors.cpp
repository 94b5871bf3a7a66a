#include "powerflow/shift_factors.hpp"

#include "base/error.hpp"
#include "linalg/symmetric_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace longyang::powerflow {
namespace {

/// Where a bus stands in the linear system: rank by rank, ascending within a rank.
std::vector<int> number_by_owner(const Comm& comm, std::span<const int> owner_of_bus) {
    std::vector<int> next(static_cast<std::size_t>(comm.size()) + 1, 0);
    for (const int rank : owner_of_bus) {
        if (rank < 0 || rank >= comm.size()) {
            throw Error(Exit::defect,
                        fmt::format("a bus is owned by rank {} of {}", rank, comm.size()));
        }
        ++next[static_cast<std::size_t>(rank) + 1];
    }
    std::inclusive_scan(next.begin(), next.end(), next.begin());
    std::vector<int> number(owner_of_bus.size());
    for (std::size_t bus = 0; bus < number.size(); ++bus) {
        number[bus] = next[static_cast<std::size_t>(owner_of_bus[bus])]++;
    }
    return number;
}

/// The lowest bus of every island; its angle is set to zero.
std::vector<bool> grounded_buses(const Network& network) {
    std::vector<bool> grounded(static_cast<std::size_t>(network.buses), false);
    int seen = 0;
    for (std::size_t bus = 0; bus < grounded.size(); ++bus) {
        if (network.island[bus] == seen) { // islands are numbered by their lowest bus
            grounded[bus] = true;
            ++seen;
        }
    }
    return grounded;
}

/// One side of the linear system on this rank: which bus goes to which row, and which rows are its
/// own.
struct Layout {
    std::vector<int> number;
    std::vector<bool> grounded;
    std::vector<bool> own;

    Layout(const Comm& comm, const Network& network, std::span<const int> owner_of_bus)
        : number(number_by_owner(comm, owner_of_bus)), grounded(grounded_buses(network)) {
        for (const int rank : owner_of_bus) {
            own.push_back(rank == comm.rank());
        }
    }
    [[nodiscard]] int row(int bus) const { return number[static_cast<std::size_t>(bus)]; }
    [[nodiscard]] bool free(int bus) const { return !grounded[static_cast<std::size_t>(bus)]; }
    /// True where this rank puts in the bus's row of the reduced matrix.
    [[nodiscard]] bool mine(int bus) const {
        return own[static_cast<std::size_t>(bus)] && free(bus);
    }
};

/// DC-3: the bus susceptance matrix with grounded buses' rows and columns replaced by the identity.
linalg::Triplets susceptance_matrix(const Network& network, const Layout& at) {
    linalg::Triplets entries;
    for (std::size_t l = 0; l < network.from.size(); ++l) {
        const int ends[] = {network.from[l], network.to[l]};
        for (const int side : {0, 1}) {
            const int bus = ends[side];
            const int other = ends[1 - side];
            if (!at.mine(bus) || bus == other) {
                continue;
            }
            entries.add(at.row(bus), at.row(bus), network.susceptance_pu[l]);
            if (at.free(other)) {
                entries.add(at.row(bus), at.row(other), -network.susceptance_pu[l]);
            }
        }
    }
    for (int bus = 0; bus < network.buses; ++bus) {
        if (at.own[static_cast<std::size_t>(bus)] && !at.free(bus)) {
            entries.add(at.row(bus), at.row(bus), 1.0);
        }
    }
    return entries;
}

/// Shares of one MW that each bus takes up; they add up to 1 on every island.
std::vector<double> normalised_slack(const Network& network, std::span<const double> weight) {
    std::vector<double> share(weight.begin(), weight.end());
    if (share.empty()) {
        share.assign(static_cast<std::size_t>(network.buses), 1.0);
    }
    std::vector<double> total(share.size(), 0.0);
    for (std::size_t bus = 0; bus < share.size(); ++bus) {
        if (!(share[bus] >= 0.0)) {
            throw Error(Exit::defect,
                        fmt::format("slack weight {} of bus {} is not >= 0", share[bus], bus));
        }
        total[static_cast<std::size_t>(network.island[bus])] += share[bus];
    }
    for (std::size_t bus = 0; bus < share.size(); ++bus) {
        const double sum = total[static_cast<std::size_t>(network.island[bus])];
        if (sum <= 0.0) {
            throw Error(Exit::defect,
                        fmt::format("the slack weights of bus {}'s island add up to 0", bus));
        }
        share[bus] /= sum;
    }
    return share;
}

void require_lists(const Network& network, std::span<const int> owner_of_bus,
                   std::span<const int> branches, std::span<const double> slack_weight) {
    const auto buses = static_cast<std::size_t>(network.buses);
    if (owner_of_bus.size() != buses || (!slack_weight.empty() && slack_weight.size() != buses)) {
        throw Error(Exit::defect, fmt::format("{} owners and {} slack weights for {} buses",
                                              owner_of_bus.size(), slack_weight.size(), buses));
    }
    const bool ascending = std::adjacent_find(branches.begin(), branches.end(),
                                              std::greater_equal<>()) == branches.end();
    if (!ascending ||
        (!branches.empty() && (branches.front() < 0 || branches.back() >= network.branches()))) {
        throw Error(Exit::defect, "the branches of a PTDF must ascend and exist");
    }
}

/// DC-4: back to the grid's bus numbers, and the reference moved to the slack. The subtraction
/// holds for the branch's own island only.
void write_row(const Network& network, const Layout& at, std::span<const double> slack, int island,
               std::span<const double> solution, std::span<double> row) {
    double reference = 0.0;
    for (std::size_t bus = 0; bus < row.size(); ++bus) {
        row[bus] = solution[static_cast<std::size_t>(at.number[bus])];
        if (network.island[bus] == island) {
            reference += slack[bus] * row[bus];
        }
    }
    for (std::size_t bus = 0; bus < row.size(); ++bus) {
        row[bus] = network.island[bus] == island ? row[bus] - reference : 0.0;
    }
}

/// DC-5: flow of a branch by all phase shifters, with no injections.
double shift_flow_mw(const Network& network, std::size_t branch, std::span<const double> row) {
    double flow = -network.base_mva * network.susceptance_pu[branch] * network.shift_rad[branch];
    for (std::size_t k = 0; k < network.from.size(); ++k) {
        if (network.shift_rad[k] != 0.0) {
            flow += network.base_mva * network.susceptance_pu[k] * network.shift_rad[k] *
                    (row[static_cast<std::size_t>(network.from[k])] -
                     row[static_cast<std::size_t>(network.to[k])]);
        }
    }
    return flow;
}

} // namespace

std::vector<int> all_branches(const Network& network) {
    std::vector<int> branches(network.from.size());
    std::iota(branches.begin(), branches.end(), 0);
    return branches;
}

ShiftFactors shift_factors(const Comm& comm, const Network& network,
                           std::span<const int> owner_of_bus, std::span<const int> branches,
                           std::span<const double> slack_weight) {
    require_lists(network, owner_of_bus, branches, slack_weight);
    const std::vector<double> slack = normalised_slack(network, slack_weight);
    const Layout at(comm, network, owner_of_bus);
    const auto own_buses = static_cast<int>(std::count(at.own.begin(), at.own.end(), true));
    const linalg::SymmetricSolver solver(comm, own_buses, susceptance_matrix(network, at));

    linalg::Triplets rhs;
    std::vector<int> owner_of_column;
    for (std::size_t c = 0; c < branches.size(); ++c) {
        const auto l = static_cast<std::size_t>(branches[c]);
        const int column = static_cast<int>(c);
        if (at.mine(network.from[l])) {
            rhs.add(at.row(network.from[l]), column, network.susceptance_pu[l]);
        }
        if (at.mine(network.to[l])) {
            rhs.add(at.row(network.to[l]), column, -network.susceptance_pu[l]);
        }
        owner_of_column.push_back(owner_of_bus[static_cast<std::size_t>(network.from[l])]);
    }
    const linalg::Solutions solutions = solver.solve(rhs, owner_of_column);

    const auto buses = static_cast<std::size_t>(network.buses);
    ShiftFactors factors;
    factors.relative_residual = solutions.relative_residual;
    factors.value.resize(solutions.value.size());
    for (std::size_t k = 0; k < solutions.column.size(); ++k) {
        const int branch = branches[static_cast<std::size_t>(solutions.column[k])];
        const auto l = static_cast<std::size_t>(branch);
        const auto row = std::span(factors.value).subspan(k * buses, buses);
        write_row(network, at, slack, network.island[static_cast<std::size_t>(network.from[l])],
                  std::span(solutions.value).subspan(k * buses, buses), row);
        factors.branch.push_back(branch);
        factors.offset_mw.push_back(shift_flow_mw(network, l, row));
    }
    return factors;
}

GatheredRows gather_rows(const Comm& comm, const Network& network, const ShiftFactors& own,
                         std::span<const int> wanted) {
    const auto buses = static_cast<std::size_t>(network.buses);
    // Each row is non-zero on one rank only, so the sums are the rows themselves, bit by bit. The
    // last two numbers of a row are its offset and how many ranks hold it.
    const std::size_t width = buses + 2;
    std::vector<double> rows(wanted.size() * width, 0.0);
    for (std::size_t w = 0; w < wanted.size(); ++w) {
        const auto found = std::lower_bound(own.branch.begin(), own.branch.end(), wanted[w]);
        if (found != own.branch.end() && *found == wanted[w]) {
            const auto k = static_cast<std::size_t>(found - own.branch.begin());
            std::copy_n(own.value.begin() + static_cast<std::ptrdiff_t>(k * buses), buses,
                        rows.begin() + static_cast<std::ptrdiff_t>(w * width));
            rows[w * width + buses] = own.offset_mw[k];
            rows[w * width + buses + 1] = 1.0;
        }
    }
    sum_in_order(comm, rows);
    GatheredRows gathered;
    for (std::size_t w = 0; w < wanted.size(); ++w) {
        const auto row = std::span(rows).subspan(w * width, width);
        if (row[buses + 1] != 1.0) {
            throw Error(Exit::defect, fmt::format("the PTDF row of branch {} is held by {} ranks",
                                                  wanted[w], row[buses + 1]));
        }
        gathered.value.insert(gathered.value.end(), row.begin(),
                              row.begin() + static_cast<std::ptrdiff_t>(buses));
        gathered.offset_mw.push_back(row[buses]);
    }
    return gathered;
}

} // namespace longyang::powerflow
