#pragma once

#include "base/comm.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What the loss of one or two branches adds to the flows of the others, as factors of the flows
/// before it. Equations N1-1 ... are those of docs/theory/contingencies.md.
namespace longyang::powerflow {

/// Branches whose loss splits their island (bridges; of parallel branches none is one), by Tarjan's
/// depth-first search (1974). One flag a branch.
[[nodiscard]] std::vector<bool> bridges(const Network& network);

/// Branches that are lost together.
struct Outage {
    int branch = 0;
    int second = -1; ///< -1: `branch` alone
};

/// MW put in at a bus after an outage (a run-back of an HVDC line is positive, a generator tripped
/// negative); the shares take them up.
struct OutageAction {
    int outage = 0;
    int bus = 0;
};

/// A part into which an outage splits the network.
struct NetworkPart {
    std::vector<int> buses;
    bool dead = false; ///< no bus with a share: what it draws or feeds in is lost
};

/// Factors of outages over the flows before them (line outage distribution factors and, for double
/// and splitting outages, their exact counterparts), made from rows of the PTDF:
///
///     OutageFactors f(network, outages, actions, share);
///     f.take(rows);        // for all lost branches, in one or several calls, on any rank
///     f.finish(comm);
///     f.rows(rows_of_any_branches);
///
/// so that no more rows of the PTDF need to stand in memory at a time than the caller likes.
/// Terms of an outage: the flow of its branch, that of its second branch, and MW of its actions in
/// their order. Results do not depend on the slack that the PTDF was made with.
class OutageFactors {
public:
    /// outages, actions  the same on all ranks; two branches of one outage differ
    /// share             per bus, >= 0, empty: all buses alike. How an imbalance is taken up in the
    ///                   part where it arises, in shares of the part's sum (N1-3).
    /// Throws Error (defect) where a number lies outside.
    OutageFactors(const Network& network, std::span<const Outage> outages,
                  std::span<const OutageAction> actions, std::span<const double> share);

    /// Terms of outage o: first()[o] .. first()[o + 1] - 1.
    [[nodiscard]] const std::vector<std::int64_t>& first() const { return first_; }
    /// Per term: the branch whose flow counts, or branches + action.
    [[nodiscard]] const std::vector<std::int64_t>& source() const { return source_; }

    /// The parts of an outage that splits the network, the largest first; empty where it does not.
    [[nodiscard]] std::vector<NetworkPart> parts(int outage) const;

    /// Takes what outages need of the rows of their own branches; rows of other branches are
    /// passed over. A row may come once, from one rank.
    void take(const ShiftFactors& rows);
    /// Solves the small systems of the outages (N1-2, N1-4). Collective. Throws Error (numerical)
    /// where one is singular although the network is not split, which reactances of both signs can
    /// do; (defect) where a row is missing.
    void finish(const Comm& comm);
    /// Factors of branches, rows x terms (N1-1). Those of an outage's own branches, and of branches
    /// in a dead part, are 0.
    [[nodiscard]] std::vector<double> rows(const ShiftFactors& rows) const;

private:
    /// A part as the factors need it.
    struct Part {
        int bus = -1;           ///< any bus in it; stands for all of a dead part
        double share = 0.0;     ///< sum of its buses'
        std::vector<int> buses; ///< empty for the largest part of its island
        int island = -1;
    };
    /// The parts of the islands that an outage splits.
    struct Split {
        std::vector<Part> parts;
        std::vector<int> part_of_bus; ///< -1: on an island that stays whole
        int extra = 0;                ///< parts less islands
    };
    /// A pattern of injections that adds up to 0 in every part: `plus` MW at a bus, and what the
    /// shares of one or two parts take up.
    struct Pattern {
        int bus = -1;           ///< 1 MW here; -1: none
        int up = -1, down = -1; ///< parts that feed in and draw 1 MW by their shares; see part_sum
    };
    struct RowSums;

    [[nodiscard]] std::size_t lost(std::size_t outage) const {
        return outages_[outage].second < 0 ? 1 : 2;
    }
    [[nodiscard]] int branch(std::size_t outage, std::size_t q) const {
        return q == 0 ? outages_[outage].branch : outages_[outage].second;
    }
    [[nodiscard]] int part_at(std::size_t outage, int bus) const;
    [[nodiscard]] bool dead(std::size_t outage, int part) const;
    void require_lists(std::span<const OutageAction> actions) const;
    void split_islands();
    [[nodiscard]] Split make_split(std::size_t outage) const;
    void make_terms(std::span<const OutageAction> actions);
    [[nodiscard]] Pattern branch_pattern(std::size_t outage, int lost_branch) const;
    [[nodiscard]] double along(const RowSums& row, std::size_t outage, const Pattern& p) const;
    [[nodiscard]] double transfer(std::span<const double> row, int of_branch) const;
    [[nodiscard]] bool untouched(std::size_t outage, int of_branch) const;
    void solve_outage(std::size_t outage);

    Network network_;
    std::vector<Outage> outages_;
    std::vector<double> share_, island_share_;
    std::vector<int> split_of_outage_; ///< -1: does not split
    std::vector<Split> splits_;
    std::vector<std::int64_t> first_, source_;
    std::vector<Pattern> pattern_; ///< per term
    /// Per outage, for each lost branch q: flow on q by 1 MW along each lost branch, by each term's
    /// pattern, and how many rows were taken.
    std::vector<std::size_t> dots_at_;
    std::vector<double> dots_;
    /// Per outage, lost branches x terms: MW along the lost branch that take its place (N1-2).
    std::vector<std::size_t> along_at_;
    std::vector<double> along_;
    std::vector<std::vector<std::pair<int, int>>> outages_of_branch_; ///< outage, which of the two
};

} // namespace longyang::powerflow
