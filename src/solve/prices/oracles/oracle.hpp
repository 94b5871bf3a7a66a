#pragma once

#include "base/error.hpp"
#include "lp/block_plan.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The engine by prices: coupling rows are priced, and every block answers prices on its own.
/// Equations: docs/theory/price-engine.md. Sees blocks and channels, no plant.
namespace longyang::solve::prices {

/// What a block (or several that are solved side by side) makes of prices (equation PE-1).
struct Answer {
    /// A number proven <= the least cost - sum of price x what is given, over all plans of the
    /// block. CNY.
    double bound = 0.0;
    /// Of the plan found, without prices.
    double cost_cny = 0.0;
};

/// A direction in which prices may move a block: so much to each of its channels at a time.
struct Reach {
    std::vector<int> place; ///< in Oracle::channels
    std::vector<double> weight;
    std::vector<double> units; ///< per hour: how far, >= 0
    /// What share of it may be kept up over all hours of a month: of a station what is held above
    /// it, at the cost of other months; of stores, lines with contracts and relief nothing.
    double lasts = 1.0;
};

/// Any amount (as far as the rows that it serves ask for it) at a cost: lost load, missing reserve.
struct Relief {
    int place = 0; ///< in Oracle::channels
    double cny_per_unit = 0.0;
};

/// What a block's full output costs on average, and how much that is over the span.
struct Offer {
    double cny_per_unit = 0.0, amount = 0.0;
};

/// One of an oracle's blocks has no plan within its limits.
class NoPlan : public Error {
public:
    /// place: in Oracle::blocks
    NoPlan(std::size_t place, const std::string& words)
        : Error(Exit::infeasible, words), place_(place) {}
    [[nodiscard]] std::size_t place() const noexcept { return place_; }

private:
    std::size_t place_;
};

/// A block as the engine sees it.
struct Oracle {
    std::vector<int> channels; ///< numbers of the channels that it gives to
    std::vector<Reach> reach;
    std::vector<Relief> relief;
    /// Of its blocks one by one, so that it does not matter which are together (PE-4); none: it is
    /// asked what it does at a high price.
    std::optional<std::vector<Offer>> offers;
    /// prices: CNY per unit of each of its channels; given: what its plan gives, added to what is
    /// there. Both channels x hours, hours contiguous. An oracle of several blocks adds numbers on
    /// the grid of bound.hpp, so that its sums do not depend on which blocks are together. Throws
    /// NoPlan.
    std::function<Answer(std::span<const double> prices, std::span<double> given)> solve;
    /// Told when prices will stay about where they are, where it can take more pains then. Empty:
    /// nothing to do.
    std::function<void()> at_rest;
    int most_calls_at_rest = 0; ///< how often it is asked then
    /// Gives what brings it back to where it is now, as if it had not been asked since (the plan of
    /// the last answer apart). Empty: its answers do not depend on earlier ones.
    std::function<std::function<void()>()> keep;
    /// Own blocks that it answers for: their places in the list that make_oracles was given. A
    /// contract that a line takes over goes with the line and is none of them.
    std::vector<std::size_t> blocks;
    /// Whether plans may be averaged over iterations; of whole units the last one counts.
    bool averaged = true;
    /// Answers for all blocks of a kind that the rank has, and comes nearer to their bounds from
    /// call to call: how often it is asked must not depend on which they are.
    bool grouped = false;
    /// What the k-th of `blocks` does in the plan of the last answer. Empty: no compact data.
    std::function<lp::BlockPlan(std::size_t k)> plan;
    /// Gives back the memory of that plan, which is not told until the next answer. Empty: it is
    /// kept.
    std::function<void()> forget_plan;
};

/// Place of a channel in a list of channels, where it is added if it is new.
inline int place_of(std::vector<int>& channels, int channel) {
    for (std::size_t k = 0; k < channels.size(); ++k) {
        if (channels[k] == channel) {
            return static_cast<int>(k);
        }
    }
    channels.push_back(channel);
    return static_cast<int>(channels.size()) - 1;
}

} // namespace longyang::solve::prices
