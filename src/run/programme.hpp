#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "lp/flat.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "powerflow/limits.hpp"
#include "run/limit_rows.hpp"
#include "solve/highs/engine.hpp"
#include "solve/highs/round_blocks.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longyang::run {

/// The programme of a span: every rank builds and keeps the blocks of its own plants, the root puts
/// them together and holds the engine, solutions go back to where the plants are. Coupling rows are
/// the same on all ranks.
class Programme {
public:
    /// Builds the own blocks and the coupling rows that are always there. Collective.
    Programme(const Comm& comm, const model::Context& context, const partition::Owners& owners);

    [[nodiscard]] const lp::Coupling& coupling() const { return coupling_; }
    [[nodiscard]] const std::vector<lp::Block>& own_blocks() const { return own_; }
    /// Of all ranks. Collective.
    [[nodiscard]] lp::Size size() const;

    /// Sums of sections' flows enter for their contracts; before `assemble`. Collective.
    void add_section_contracts(const GridFactors& grid);
    /// Gathers the blocks on the root and hands the whole to the engine. Collective.
    void assemble();
    /// Adds the rows of violated limits that are not there yet; gives how many are new. Collective.
    std::size_t add_limits(const GridFactors& grid,
                           const std::vector<powerflow::LimitViolation>& violations);

    /// What the engine found, the same on all ranks except the points: `own_columns` are the values
    /// of the own blocks' columns, one block after the other; duals of coupling rows are on every
    /// rank.
    struct Solution {
        solve::highs::Status status = solve::highs::Status::failed;
        bool has_point = false;
        double cost = 0.0, bound = 0.0;
        std::string words;
        long long iterations = 0, nodes = 0;
        std::vector<double> own_columns;
        std::vector<double> coupling_dual; ///< empty where the engine gave none
        lp::Point whole;                   ///< on the root only
    };
    enum class How { relaxed, integer, fixed };
    /// Lets the engine solve on the root; the other ranks rest. `start`: whole columns, read on the
    /// root.
    [[nodiscard]] Solution solve(How how, const solve::highs::Settings& settings,
                                 const std::vector<double>& start);

    /// Whole values near a relaxed solution: every rank rounds its own blocks
    /// (solve::highs::round_blocks), the root those that are tied to blocks of other ranks, so that
    /// the values do not depend on the number of ranks. All columns on the root, nothing on the
    /// others. Collective.
    [[nodiscard]] std::vector<double> round(const Solution& relaxed,
                                            const solve::highs::Rounding& rounding) const;

    /// Optimality conditions of a solution, from the root, by lp::check_optimality. `fixed`: of the
    /// programme with its integer columns fixed at the solution's values. Collective.
    [[nodiscard]] lp::Optimality optimality(const Solution& solution, bool fixed,
                                            bool integer_too) const;

    [[nodiscard]] grid::Schedule schedule(const Solution& solution) const;
    /// MW that the own blocks inject, buses x hours.
    [[nodiscard]] std::vector<double> own_injection_mw(const Solution& solution) const;
    /// Costs of the own columns added up by the first word of their family's part; see cost_parts.
    [[nodiscard]] std::vector<std::pair<std::string, double>>
    cost_parts_cny(const Solution& solution) const;

    /// Why there is no schedule, in words: which hours, plants and limits cannot hold together.
    /// Collective.
    [[nodiscard]] std::string conflict_words(double time_limit_s);
    /// On the root.
    void write_mps(const std::string& path, bool relaxed) const;

    /// Limits of the network that have entered.
    [[nodiscard]] const std::vector<Limit>& limits() const { return limits_.list(); }

private:
    struct Tied {
        std::vector<char> row;     ///< per coupling row
        std::vector<char> by_root; ///< per block of the whole programme
    };
    [[nodiscard]] Tied find_tied() const;

    const Comm& comm_;
    const model::Context& context_;
    const partition::Owners& owners_;
    std::vector<model::BlockId> ids_;
    std::vector<int> owner_of_block_;
    std::vector<lp::Block> own_;
    lp::Coupling coupling_;
    LimitRows limits_;
    // The root's.
    std::vector<lp::Block> all_;
    lp::FlatProgramme flat_;
    std::optional<solve::highs::Engine> engine_;
};

} // namespace longyang::run
