#pragma once

#include "base/comm.hpp"
#include "lp/block_plan.hpp"
#include "lp/coupling.hpp"
#include "solve/prices/dual_step.hpp"
#include "solve/prices/oracles/oracle.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace longyang::solve::prices {

struct Settings {
    /// Over which steps fall; the share of the newest plans in the average that steers the prices
    /// and the length of the last step follow from it (PE-4).
    int most_iterations = 500;
    /// So many of them were made by an earlier run, from whose prices this one goes on.
    int first_iteration = 0;
    /// Prices at hand are an earlier run's: oracles with prices of their own first find those that
    /// go with them.
    bool warm = false;
    /// Prices at hand are good already: steps begin shorter.
    bool short_steps = false;
    /// Asked after each iteration on every rank; true ends the run. Ranks must agree.
    std::function<bool()> stop = {};
    /// Told after each iteration: its number, the dual value at its prices, the best so far.
    std::function<void(int, double, double)> progress = {};
    /// Every `watch_every` iterations it is shown what this rank's plans give to the channels on
    /// average (channels x hours), and may answer with a coupling that has more rows: limits that
    /// this average breaks. Limits of old rows may change too: bounds met before are then
    /// forgotten. Asked on every rank; all must answer alike. Empty: rows stay as they are.
    std::function<const lp::Coupling*(std::span<const double> channel)> watch = {};
    int watch_every = 10;
};

/// Plans at and around prices that are good already: see PriceEngine::settle.
struct Settled {
    /// One per own block. Stores, rivers, lines and amounts: averaged over the iterations, so that
    /// they nearly keep the coupling rows with the others; units: the last whole plan. Empty for a
    /// block without compact data, and for a contract that its line takes over.
    std::vector<lp::BlockPlan> plans;
};

struct Found {
    double bound = 0.0;            ///< proven, CNY: the best dual value met
    std::vector<double> row_price; ///< with which it was met; per row of the coupling
    int iterations = 0;
    /// Where `stop` ended the run, for one that goes on; empty: nothing did.
    std::vector<double> newest_price;
};

/// The best that oracles say at prices that stay: see PriceEngine::polish.
struct Polished {
    double bound = 0.0;                   ///< the dual value, of all ranks
    std::vector<double> oracle_bound_cny; ///< per own oracle, its part
    /// One per own block, with the inner prices of that part; empty for a block without compact
    /// data.
    std::vector<lp::BlockPlan> plans;
};

/// Raises the dual value of a programme by its coupling rows' prices. Collective; every rank brings
/// the oracles of its own blocks. The same on any number of ranks as long as every block is solved
/// alone.
class PriceEngine {
public:
    /// handled: per row of the coupling, not 0 where an oracle takes care of it.
    PriceEngine(const Comm& comm, const lp::Coupling& coupling, std::vector<Oracle> own,
                std::vector<char> handled);

    /// Takes over a coupling with more patterns and rows behind the old ones.
    void grow(const lp::Coupling& coupling);
    /// Prices of rows to begin with; NaN: as without.
    void start_from(std::span<const double> row_price);
    /// From the prices at hand: the first time those that the blocks' own costs suggest, later the
    /// best ones found.
    [[nodiscard]] Found run(const Settings& settings);
    /// Some more small steps, in which plans are averaged. A better bound goes to `found`.
    /// scale_cny: of the steps; 0: that of typical prices.
    [[nodiscard]] Settled settle(int iterations, double scale_cny, const Settings& settings,
                                 Found& found);
    /// PE-77  The dual value at prices of rows that stay, every oracle by itself at its best
    /// call, grouped ones of all ranks together: at rest where it can be (Oracle::at_rest), else as
    /// it is until four calls on end have not raised its part by `least_cny`, or `most_calls`; an
    /// exact one once. Afterwards oracles are where they were (Oracle::keep), and prices those
    /// given. stop: asked between oracles; from then on each is asked five times at most, as it is.
    [[nodiscard]] Polished polish(std::vector<double> row_price, int most_calls, double least_cny,
                                  const std::function<bool()>& stop = {});
    /// The dual value at given prices of rows; afterwards own_plan tells plans at them.
    [[nodiscard]] double bound_at(std::vector<double> row_price);
    /// Only blocks whose plans are averaged (stores, rivers, lines without levels) answer given
    /// prices of rows; afterwards own_plans(false) tells their plans.
    void ask_continuous(std::vector<double> row_price);
    /// Gives back the memory of what the next call makes anew. Plans are forgotten: own_plans may
    /// be asked again after the next evaluation.
    void rest();
    /// What own blocks do in the plans of the last evaluation, in their order. whole: false leaves
    /// out those of whole units, which are large.
    [[nodiscard]] std::vector<lp::BlockPlan> own_plans(bool whole = true) const;
    /// Per oracle, how far the value of its last plan lies above its bound: 0 where it is exact.
    [[nodiscard]] std::span<const double> slack_cny() const { return slack_cny_; }
    /// Per oracle, its part of the last dual value.
    [[nodiscard]] std::span<const double> oracle_bound_cny() const { return oracle_bound_cny_; }
    /// Per oracle, the time that it has taken so far.
    [[nodiscard]] std::span<const double> seconds() const { return seconds_; }
    [[nodiscard]] const std::vector<Oracle>& oracles() const { return own_; }
    /// That oracles were last asked at.
    [[nodiscard]] std::span<const double> row_price() const { return dual_.prices(); }
    [[nodiscard]] const Movers& movers() const { return dual_.movers(); }
    [[nodiscard]] const lp::Coupling& coupling() const { return coupling_; }
    /// What output costs on average, CNY/MWh (PE-4).
    [[nodiscard]] double typical_cny() const { return typical_cny_; }

private:
    void price_channels();
    /// Asks all oracles at the present prices; fills channel_ and row_sum_. Gives the dual value.
    double evaluate();
    [[nodiscard]] Answer ask(std::size_t number);
    /// The same, with its bound on the grid and how far its plan lies above.
    [[nodiscard]] Answer ask_and_note(std::size_t number);
    /// How often oracles are asked at most, and by what a call has to raise their bound.
    struct Calls {
        int most;
        double least_cny;
        bool at_rest; ///< in the end
    };
    /// Oracles that are asked together.
    struct Together {
        std::span<const std::size_t> numbers;
        bool over_ranks; ///< with those of all other ranks
    };
    /// What their last answers are parts of the bound of.
    [[nodiscard]] double bound_of(const Together& oracles) const;
    /// Whether another call could raise it by so much: what a plan lies above its bound is all that
    /// calls can win.
    [[nodiscard]] bool worth_asking(const Together& oracles, double least_cny) const;
    /// Asks them until they are at their best; that call goes to `found`.
    void ask_to_the_best(const Together& oracles, const Calls& calls, Polished& found);
    void ask_and_compare(const Together& oracles, double& best_cny, Polished& found);
    void look_at_costs();
    [[nodiscard]] Offer offer_at(const Oracle& oracle, const std::vector<char>& balanced,
                                 double price_cny);
    [[nodiscard]] std::size_t own_blocks() const;
    void set_boxes(std::size_t first_row);
    /// Averages what blocks give and the rows' sums: share of the newest.
    void average(double share, std::vector<double>& channel, std::vector<double>& row_sum);
    /// Goes a share of the way from an average of plans to the last ones; whole plans replace it.
    void average_plans(double share, std::vector<lp::BlockPlan>& plans) const;
    void watch(const Settings& settings, std::span<const double> channel,
               std::vector<double>& row_average, Found& found);
    [[nodiscard]] double worth_in_energy(const lp::Pattern& pattern,
                                         const std::vector<char>& balanced) const;
    void first_prices(std::size_t first_row);
    void warm_up();

    Comm comm_;
    lp::Coupling coupling_;
    std::vector<Oracle> own_;
    std::vector<double> most_price_; ///< per channel: above it relief is unlimited; 0: none
    DualStep dual_;
    double typical_cny_ = 0.0;                                   ///< what output costs on average
    double dearest_cny_ = 0.0;                                   ///< of all relief
    std::vector<double> channel_price_, channel_, row_sum_;      ///< of the last evaluation
    std::vector<double> own_price_, own_given_;                  ///< of one oracle
    std::vector<double> slack_cny_, seconds_, oracle_bound_cny_; ///< per oracle
};

} // namespace longyang::solve::prices
