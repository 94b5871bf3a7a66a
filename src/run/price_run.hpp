#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"
#include "run/by_prices.hpp"
#include "run/flow_watch.hpp"
#include "run/improve_schedule.hpp"
#include "run/limit_rows.hpp"
#include "run/record.hpp"
#include "run/security_rows.hpp"
#include "solve/prices/bound.hpp"
#include "solve/prices/dispatch/dispatch.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/recovery/recovery.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

namespace prices = solve::prices;

/// Iterations after the dual in which plans are averaged.
inline constexpr int settle_iterations = 40;

/// The state of a run by prices. Its members stand in by_prices.cpp (prices, bound, what is left
/// behind), find_schedule.cpp and keep_security.cpp.
class PriceRun {
public:
    PriceRun(const Comm& comm, const Study& study, const model::Context& context,
             const partition::Owners& owners, const GridFactors& grid, const Deadline& deadline,
             Journal& journal, const KeepSoFar& keep);

    void build();
    /// The dual: prices and a bound.
    void raise_bound();
    /// A schedule: whole units and levels near the prices' plans, dispatched hour by hour; and the
    /// bound at the best prices that oracles with inner prices come to.
    void find_schedule();
    [[nodiscard]] Outcome outcome();
    [[nodiscard]] bool has_schedule() const { return cost_cny_ < lp::infinity; }
    /// By a signal or the time limit, as this rank sees it.
    [[nodiscard]] bool asked_to_stop() const;
    /// On all ranks alike.
    [[nodiscard]] bool stopped() const;

private:
    /// A schedule of whole units and levels, and what it breaks.
    struct Kept {
        prices::Dispatch dispatch; ///< on the root
        double cost_cny = lp::infinity;
        SecurityState security;
        std::vector<double> row_price; ///< that led to it
    };
    void name_blocks(prices::Oracle& oracle) const;
    void require_heat_plans() const;
    void start_from_file();
    [[nodiscard]] Outcome prices_alone(std::span<const double> row_price) const;
    void keep_prices(int iterations, std::span<const double> row_price);
    void polish_bound();
    void count_heat_plants_together();
    void search_schedule(int passes);
    [[nodiscard]] Improvement improvement_of(const lp::Coupling& coupling);
    void try_runs();
    void improve_best();
    void secure_schedule();
    [[nodiscard]] lp::Coupling coupling_to_improve() const;
    [[nodiscard]] std::vector<prices::HourLimit>
    limits_of_stations(const security::OperatingState& state, std::size_t hour) const;
    void improve_secured();
    void lay_rows_at_schedule();
    void price_again();
    void secure_targets();
    void secure_recovery();
    [[nodiscard]] SecurityState look_at_targets() const;
    void secure_average(std::span<const double> channel);
    [[nodiscard]] SecurityState look_at(const std::vector<lp::BlockPlan>& plans) const;
    [[nodiscard]] SecurityState look_at_all(const std::vector<lp::BlockPlan>& plans) const;
    void expect_again(int iteration);
    void tell_oracles() const;
    void tell_broken_hours() const;
    void forget_search();
    void begin_recovery(std::vector<lp::BlockPlan> own_plans, double scale);
    void try_passes(int passes);
    void mend_relief(int passes);
    void recover_pass(int pass);
    void dispatch_targets(int pass);
    /// A schedule of own blocks' plans, and what they give to channels, channels x hours.
    struct Point {
        grid::Schedule schedule;
        std::vector<double> channel;
    };
    [[nodiscard]] Point point_of(const std::vector<lp::BlockPlan>& plans) const;
    [[nodiscard]] double broken_limits_cny(std::span<const double> own_channel) const;
    [[nodiscard]] Answer answer(const std::vector<lp::BlockPlan>& plans) const;
    [[nodiscard]] double gap_of(double cost_cny) const;
    [[nodiscard]] double gap() const; ///< of the best schedule
    [[nodiscard]] std::vector<std::pair<std::string, double>> bound_parts() const;
    [[nodiscard]] prices::Settings settings();
    [[nodiscard]] powerflow::FlowCheck check_flows(std::span<const double> injection_mw,
                                                   double tolerance_mw) const;
    const Comm& comm_;
    const Study& study_;
    const model::Context& context_;
    const partition::Owners& owners_;
    const GridFactors& grid_;
    const Deadline& deadline_;
    Journal& journal_;
    const KeepSoFar& keep_;

    std::vector<model::BlockId> ids_;
    std::vector<int> owner_;       ///< rank of every block
    std::vector<std::size_t> own_; ///< numbers of this rank's blocks
    lp::Coupling coupling_;
    LimitRows limits_;
    std::optional<prices::PriceEngine> engine_;
    prices::Found found_;
    std::optional<SecurityRows> security_;
    std::optional<lp::Coupling> dispatch_coupling_; ///< with rows by the units of a dispatch
    std::optional<SecurityState> secured_;          ///< of the best schedule
    std::vector<results::SecurityRound> rounds_;    ///< of each schedule that was looked at
    int iterations_ = 0, watched_ = 0;              ///< of the run of prices: in all, until now
    int first_iteration_ = 0;                       ///< that an earlier run has made
    bool late_ = false;                             ///< what comes next would not be done in time
    bool short_steps_ = false;                      ///< prices at hand are near the best
    int priced_ = 0;                                ///< that have been made in the end
    int kept_ = 0;                                  ///< behind which prices were last written
    double kept_at_s_ = 0.0;                        ///< and when, since the run began
    std::optional<double> pricing_since_s_;         ///< since the run began; while prices move
    results::Forecast expected_;
    double cost_cny_ = lp::infinity; ///< of the best schedule, with what broken rows cost
    long long broken_hours_ = 0;     ///< of the best schedule: hours whose rows it does not keep
    bool polished_ = false;          ///< the bound is that at rest
    // At the bound:
    std::vector<lp::BlockPlan> inner_;            ///< own blocks' inner prices alone
    std::map<std::string, double> own_parts_cny_; ///< of the bound, by kind of block
    // The root's.
    std::vector<lp::OracleData> blocks_; ///< of the whole programme
    std::optional<FlowWatch> watch_;
    std::optional<prices::Recovery> recovery_;
    std::optional<prices::Dispatcher> dispatcher_;
    prices::Dispatch best_;      ///< without plans while schedules are looked for
    lp::PackedPlans best_plans_; ///< then
};

} // namespace longyang::run
