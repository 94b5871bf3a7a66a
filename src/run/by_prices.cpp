#include "run/by_prices.hpp"

#include "base/log.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "run/cost_parts.hpp"
#include "run/forecast.hpp"
#include "run/heat_bounds.hpp"
#include "run/memory.hpp"
#include "run/plans_of_ranks.hpp"
#include "run/price_run.hpp"
#include "run/record_prices.hpp"
#include "run/record_security.hpp"
#include "run/warm_start.hpp"
#include "solve/prices/blend_plans.hpp"
#include "solve/prices/bound.hpp"
#include "solve/prices/oracles/make_oracles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

namespace longyang::run {
namespace {

/// Every so many iterations limits that the average breaks enter.
constexpr int watch_every = 10;
/// Evaluations at the best prices, and by what share of the bound one must raise it for another.
constexpr int most_polish_calls = 40;
constexpr double polish_share = 1e-7;
/// A run that was stopped behind less than one in so many of its iterations begins anew: its prices
/// are worse than none.
constexpr int least_share_made = 20;

/// Of a plan at the bound what the bound goes by: its inner prices.
lp::BlockPlan inner_prices(lp::BlockPlan& plan) {
    if (auto* store = std::get_if<lp::StorePlan>(&plan)) {
        lp::StorePlan inner;
        inner.value_cny_per_mwh = std::move(store->value_cny_per_mwh);
        return inner;
    }
    if (auto* river = std::get_if<lp::RiverPlan>(&plan)) {
        lp::RiverPlan inner;
        inner.value_cny_per_hm3 = std::move(river->value_cny_per_hm3);
        inner.head_price_cny_per_hm3 = std::move(river->head_price_cny_per_hm3);
        return inner;
    }
    if (auto* line = std::get_if<lp::LinePlan>(&plan)) {
        lp::LinePlan inner;
        inner.period_row = std::move(line->period_row);
        inner.period_price_cny_per_mwh = std::move(line->period_price_cny_per_mwh);
        return inner;
    }
    return {};
}

} // namespace

PriceRun::PriceRun(const Comm& comm, const Study& study, const model::Context& context,
                   const partition::Owners& owners, const GridFactors& grid,
                   const Deadline& deadline, Journal& journal, const KeepSoFar& keep)
    : comm_(comm), study_(study), context_(context), owners_(owners), grid_(grid),
      deadline_(deadline), journal_(journal), keep_(keep), ids_(model::list_blocks(context.system)),
      coupling_(model::make_coupling(context)), limits_(comm, context) {}

void PriceRun::build() {
    require_heat_plans();
    if (study_.options.security != "off") {
        security_.emplace(comm_, context_, owners_, grid_, study_.options);
        if (study_.options.security == "all" && !security_->scope().voltages) {
            journal_.say("security: voltages are left out, since on some island no row of "
                         "machines.csv and no svc holds one");
        }
    }
    limits_.add_section_contracts(grid_, coupling_);
    std::vector<lp::OracleData> data;
    agree(comm_, [&] {
        for (std::size_t k = 0; k < ids_.size(); ++k) {
            owner_.push_back(model::owner_of(study_.system, owners_, ids_[k]));
            if (owner_.back() != comm_.rank()) {
                continue;
            }
            own_.push_back(k);
            data.push_back(model::oracle_data(context_, ids_[k]));
            if (std::holds_alternative<std::monostate>(data.back())) {
                throw Error(Exit::usage,
                            fmt::format("{}: engine prices has no dispatch for a line with free "
                                        "powers and few changes a day; take --engine highs, or "
                                        "give level_step_mw",
                                        model::block_name(study_.system, ids_[k])));
            }
        }
    });
    prices::OracleSet set = prices::make_oracles(comm_, coupling_, std::move(data), {}, true);
    for (prices::Oracle& oracle : set.oracles) {
        name_blocks(oracle);
    }
    engine_.emplace(comm_, coupling_, std::move(set.oracles), std::move(set.handled));
    start_from_file();
    const RunOptions& options = study_.options;
    PriceWork work;
    work.evaluations = options.iterations + settle_iterations + options.passes;
    work.dispatches = options.passes;
    work.improvements = options.improve_rounds;
    work.security = security_.has_value();
    expected_ = forecast_by_prices(ids_.size(), context_.span.size(), comm_.size(), work);
    journal_.expect(expected_.seconds);
    journal_.say(fmt::format("{} blocks; forecast: {:.0f} MB on the root, {:.0f} s", ids_.size(),
                             expected_.memory_mb, expected_.seconds));
}

/// PE-79  Whatever prices are, a power block that has no plan with its heat store has none.
void PriceRun::require_heat_plans() const {
    const std::string why = why_no_heat_plan(comm_, context_);
    if (!why.empty()) {
        throw Error(Exit::infeasible, "there is no schedule: " + why);
    }
}

/// Where a block has no plan, its name is told.
void PriceRun::name_blocks(prices::Oracle& oracle) const {
    oracle.solve = [this, solve = std::move(oracle.solve), blocks = oracle.blocks](
                       std::span<const double> prices, std::span<double> given) {
        try {
            return solve(prices, given);
        } catch (const prices::NoPlan& error) {
            const model::BlockId id = ids_[own_[blocks[error.place()]]];
            throw Error(error.code(),
                        fmt::format("{}: {}", model::block_name(study_.system, id), error.what()));
        }
    };
}

/// The prices of an earlier run; of this very one where it goes on.
void PriceRun::start_from_file() {
    const bool goes_on = !study_.options.restart.empty();
    const std::vector<std::string> paths =
        goes_on ? std::vector{study_.options.restart} : study_.options.warm;
    if (paths.empty()) {
        return;
    }
    // Others are far enough from the best prices to need all steps.
    short_steps_ = !study_.options.warm.empty() && near_already(comm_, study_.options.warm, study_);
    const WarmStart start = warm_start(comm_, paths, goes_on, context_, grid_, limits_, coupling_);
    engine_->grow(coupling_);
    if (goes_on && start.iterations * least_share_made < study_.options.iterations) {
        journal_.say(fmt::format("{}: stopped behind iteration {}, too early to go on from; from "
                                 "the first one",
                                 paths[0], start.iterations));
        return;
    }
    engine_->start_from(start.row_price);
    if (goes_on) {
        first_iteration_ = std::min(start.iterations, study_.options.iterations - 1);
        journal_.say(fmt::format("{}: goes on behind iteration {}", paths[0], first_iteration_));
        return;
    }
    journal_.say(short_steps_
                     ? "prices of an earlier run of this case and these hours: short steps"
                     : "prices of an earlier run of another case or other hours, or of one that "
                       "was stopped: steps as from nothing");
}

bool PriceRun::asked_to_stop() const {
    return StopSignals::asked() || late_ || deadline_.passed();
}

bool PriceRun::stopped() const {
    return sum(comm_, asked_to_stop() ? 1LL : 0LL) > 0;
}

powerflow::FlowCheck PriceRun::check_flows(std::span<const double> injection_mw,
                                           double tolerance_mw) const {
    return run::check_flows(
        comm_, grid_, study_.system, context_.span.size(), injection_mw,
        {tolerance_mw, static_cast<std::size_t>(study_.options.limits_per_hour)});
}

prices::Settings PriceRun::settings() {
    prices::Settings settings;
    settings.most_iterations = study_.options.iterations;
    settings.first_iteration = first_iteration_;
    settings.warm = !study_.options.warm.empty() || !study_.options.restart.empty();
    settings.short_steps = short_steps_;
    settings.stop = [this] { return stopped(); };
    settings.progress = [this](int iteration, double value, double best) {
        if (iteration % 20 == 0) {
            spdlog::debug("iteration {}: dual value {:.9g}, bound {:.9g} CNY", iteration, value,
                          best);
        }
        expect_again(iteration);
        journal_.progress(fmt::format("iteration {}, dual value {:.8g} CNY, bound {:.8g} CNY",
                                      iteration, value, best),
                          deadline_.limited() ? std::max(deadline_.left_s(), 0.0) : -1.0);
    };
    settings.watch_every = watch_every;
    settings.watch = [this](std::span<const double> channel) {
        if (pricing_since_s_) {
            keep_prices(watched_ + watch_every, engine_->row_price());
        }
        const powerflow::FlowCheck flows =
            check_flows(model::bus_injections_mw(context_.channels, context_.span.size(), channel),
                        study_.options.flow_tolerance_mw);
        const std::size_t added = limits_.add(grid_, flows.violations, coupling_);
        spdlog::debug("{} limits violated by the average, {} added", flows.found, added);
        watched_ += watch_every;
        secure_average(channel);
        return &std::as_const(coupling_);
    };
    return settings;
}

/// What a run leaves behind that has prices and no schedule.
Outcome PriceRun::prices_alone(std::span<const double> row_price) const {
    Outcome outcome;
    outcome.content = record(comm_, context_, coupling_, limits_.list(), nullptr, grid_, nullptr);
    record_row_prices(coupling_, row_price, outcome.content);
    outcome.content.forecast = expected_;
    return outcome;
}

/// Writes prices behind so many iterations, where it is time to.
void PriceRun::keep_prices(int iterations, std::span<const double> row_price) {
    const double every_s = study_.options.checkpoint_s;
    const bool due = every_s > 0.0 && journal_.seconds() - kept_at_s_ >= every_s;
    if (iterations <= kept_ || broadcast(comm_, due ? 1LL : 0LL) == 0) {
        return;
    }
    Outcome so_far = prices_alone(row_price);
    so_far.content.iterations = iterations;
    so_far.end = Exit::checkpoint;
    so_far.end_words = "checkpoint";
    so_far.end_words += fmt::format(" behind iteration {}", iterations);
    keep_(so_far);
    kept_ = iterations;
    kept_at_s_ = journal_.seconds();
}

/// While prices move the forecast follows the pace of this machine.
void PriceRun::expect_again(int iteration) {
    constexpr int every = 10;
    const int made = iteration - first_iteration_;
    if (!pricing_since_s_ || made < every || made % every != 0) {
        return;
    }
    const double now_s = journal_.seconds();
    journal_.expect(now_s +
                    seconds_left(expected_,
                                 evaluation_s(ids_.size(), context_.span.size(), comm_.size()),
                                 made, now_s - *pricing_since_s_));
}

/// Oracles that are slow or whose bounds are loose.
void PriceRun::tell_oracles() const {
    double whole_s = 0.0;
    for (std::size_t o = 0; o < engine_->oracles().size(); ++o) {
        const auto& blocks = engine_->oracles()[o].blocks;
        const double slack = engine_->slack_cny()[o];
        const double seconds = engine_->seconds()[o];
        whole_s += seconds;
        if (!blocks.empty() && (slack > 1e-5 * std::abs(found_.bound) || seconds > 1.0)) {
            spdlog::debug("oracle of {}{}: {:.1f} s, plan {:.4g} CNY above its bound",
                          model::block_name(study_.system, ids_[own_[blocks.front()]]),
                          blocks.size() > 1 ? fmt::format(" and {} others", blocks.size() - 1) : "",
                          seconds, slack);
        }
    }
    spdlog::debug("all oracles: {:.1f} s", whole_s);
}

PriceRun::Point PriceRun::point_of(const std::vector<lp::BlockPlan>& plans) const {
    const std::size_t hours = context_.span.size();
    Point point{grid::empty_schedule(study_.system, study_.span), {}};
    model::size_contract_rows(context_, point.schedule);
    point.channel.assign(static_cast<std::size_t>(context_.channels.count()) * hours, 0.0);
    for (std::size_t k = 0; k < plans.size(); ++k) {
        if (std::holds_alternative<std::monostate>(plans[k])) {
            continue; // a contract that its line takes over
        }
        std::optional<lp::OracleData> made;
        const lp::OracleData& data = blocks_.empty()
                                         ? made.emplace(model::oracle_data(context_, ids_[own_[k]]))
                                         : blocks_[own_[k]];
        model::write_plan(context_, ids_[own_[k]], data, plans[k], point.schedule);
        prices::give_plan(data, plans[k], hours, point.channel);
    }
    return point;
}

void PriceRun::raise_bound() {
    iterations_ = study_.options.iterations;
    watched_ = first_iteration_ / watch_every * watch_every;
    pricing_since_s_ = journal_.seconds();
    found_ = engine_->run(settings());
    pricing_since_s_.reset();
    priced_ = first_iteration_ + found_.iterations;
    tell_oracles();
    journal_.say(fmt::format("{} iterations: bound {:.8g} CNY, {} limits of the network",
                             found_.iterations, found_.bound, limits_.list().size()));
}

/// The bound at the stored prices: oracles get better from call to call, first as they are while
/// prices move, then with the head segments of plans (PE-36). In short where the run is to stop.
void PriceRun::polish_bound() {
    prices::Polished found =
        engine_->polish(found_.row_price, most_polish_calls, polish_share * std::abs(found_.bound),
                        [this] { return asked_to_stop(); });
    journal_.say(fmt::format("bound {:.9g} CNY at the stored prices ({:.9g} while prices moved)",
                             found.bound, found_.bound));
    found_.bound = found.bound;
    inner_.clear();
    std::transform(found.plans.begin(), found.plans.end(), std::back_inserter(inner_),
                   inner_prices);
    polished_ = true;
    own_parts_cny_.clear();
    for (std::size_t o = 0; o < engine_->oracles().size(); ++o) {
        const auto& blocks = engine_->oracles()[o].blocks;
        const std::string name = blocks.empty()
                                     ? "others"
                                     : model::block_name(study_.system, ids_[own_[blocks.front()]]);
        own_parts_cny_[name.substr(0, name.find(':'))] += found.oracle_bound_cny[o];
    }
    if (!stopped()) {
        count_heat_plants_together();
    }
}

/// PE-79, PE-80  Where that is the better bound, a power block stands for its heat store too.
void PriceRun::count_heat_plants_together() {
    const std::vector<prices::HeatPlantBound> plants =
        better_together(comm_, context_, engine_->coupling(), found_.row_price);
    double gain_cny = 0.0;
    for (const prices::HeatPlantBound& plant : plants) {
        const double block_cny =
            prices::down_to_grid(plant.joint_cny - plant.block_cny, prices::bound_step);
        const double store_cny = prices::down_to_grid(-plant.store_cny, prices::bound_step);
        gain_cny += block_cny + store_cny;
        if (comm_.root()) { // parts are those of all ranks together
            own_parts_cny_["thermal"] += block_cny;
            own_parts_cny_["storage"] += store_cny;
        }
    }
    if (gain_cny != 0.0) {
        found_.bound += gain_cny;
        journal_.say(fmt::format("bound {:.9g} CNY with power blocks and their heat stores "
                                 "together",
                                 found_.bound));
    }
}

/// By kind of block, and of the rows; whole.
std::vector<std::pair<std::string, double>> PriceRun::bound_parts() const {
    std::vector<std::pair<std::string, double>> parts;
    std::vector<std::string> words;
    words.reserve(ids_.size());
    for (const model::BlockId id : ids_) {
        const std::string name = model::block_name(study_.system, id);
        words.push_back(name.substr(0, name.find(':')));
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::vector<double> cny;
    cny.reserve(words.size());
    for (const std::string& word : words) {
        const auto own = own_parts_cny_.find(word);
        cny.push_back(own == own_parts_cny_.end() ? 0.0 : own->second);
    }
    sum_in_order(comm_, cny);
    for (std::size_t k = 0; k < words.size(); ++k) {
        parts.emplace_back(words[k], cny[k]);
    }
    parts.emplace_back("rows", prices::value_of_rows(coupling_, found_.row_price));
    return parts;
}

double PriceRun::gap_of(double cost_cny) const {
    return (cost_cny - found_.bound) / std::max(std::abs(cost_cny), 1.0);
}

double PriceRun::gap() const {
    return std::isfinite(cost_cny_) ? gap_of(cost_cny_) : lp::infinity; // no schedule yet
}

/// What is given to channels, of all ranks together, breaks rows by that may be broken, at their
/// price. Collective.
double PriceRun::broken_limits_cny(std::span<const double> own_channel) const {
    std::vector<double> sums;
    for (const lp::CouplingRow& row : coupling_.rows) {
        if (!row.must_hold()) {
            sums.push_back(prices::sum_of_row(coupling_, row, own_channel));
        }
    }
    sum_in_order(comm_, sums);
    double cny = 0.0;
    auto sum = sums.begin();
    for (const lp::CouplingRow& row : coupling_.rows) {
        if (!row.must_hold()) {
            cny += row.breach_cny * std::max({0.0, row.lower - *sum, *sum - row.upper});
            ++sum;
        }
    }
    return cny;
}

Answer PriceRun::answer(const std::vector<lp::BlockPlan>& plans) const {
    Point point = point_of(plans);
    std::vector<std::byte> message = bytes_of(best_.block_cny);
    broadcast_bytes(comm_, message);
    const std::vector<double> block_cny = numbers_of(message);
    CostParts parts;
    for (std::size_t k = 0; k < own_.size(); ++k) {
        const std::string name = model::block_name(study_.system, ids_[own_[k]]);
        parts.add(name.substr(0, name.find(':')), model::oracle_data(context_, ids_[own_[k]]),
                  plans[k], block_cny[own_[k]]);
    }
    Answer answer;
    answer.schedule = std::move(point.schedule);
    answer.cost_parts_cny = parts.whole(comm_);
    answer.own_injection_mw =
        model::bus_injections_mw(context_.channels, context_.span.size(), point.channel);
    answer.row_dual = found_.row_price;
    answer.broken_limits_cny = broken_limits_cny(point.channel);
    return answer;
}

Outcome PriceRun::outcome() {
    engine_.reset();
    give_memory_back();
    Outcome outcome;
    if (cost_cny_ < lp::infinity) {
        std::vector<lp::BlockPlan> plans = deal_plans(comm_, owner_, best_.plans);
        best_.plans = {};
        const Answer found = answer(plans);
        plans = {};
        outcome.flows = check_flows(found.own_injection_mw, study_.options.flow_tolerance_mw);
        outcome.content =
            record(comm_, context_, coupling_, limits_.list(), &found, grid_, &*outcome.flows);
        results::Certificate& certificate = outcome.content.certificate;
        certificate.cost_cny = broadcast(comm_, best_.cost_cny);
        certificate.bound_cny = found_.bound;
        certificate.broken_limits_cny = found.broken_limits_cny;
        const double bounded_cny = certificate.cost_cny + certificate.broken_limits_cny;
        certificate.gap = (bounded_cny - found_.bound) / std::max(std::abs(bounded_cny), 1.0);
        certificate.primal_infeasibility = broadcast(comm_, best_.largest_breach);
        certificate.dual_infeasibility = std::numeric_limits<double>::quiet_NaN();
        std::vector<model::BlockId> own;
        own.reserve(own_.size());
        for (const std::size_t k : own_) {
            own.push_back(ids_[k]);
        }
        record_prices(context_, coupling_, found_.row_price, own, inner_, outcome.content);
        outcome.content.bound_parts_cny = bound_parts();
        if (secured_) {
            record_security(context_, *security_, *secured_, found_.row_price, outcome.content);
            outcome.content.security.rounds = rounds_;
            for (const std::string& words :
                 security_words(context_, *security_, *secured_, outcome.content)) {
                journal_.say(words);
            }
        }
        certificate.bound_source =
            security_ ? "dual value of the stored prices by weak duality (PE-2), of the programme "
                        "with the rows of security in the file (SE-14)"
                      : "dual value of the stored prices by weak duality (PE-2)";
    } else {
        outcome =
            prices_alone(found_.newest_price.empty() ? found_.row_price : found_.newest_price);
    }
    outcome.content.iterations = priced_;
    outcome.content.forecast = expected_;
    if (stopped()) {
        const bool by_signal = sum(comm_, StopSignals::asked() ? 1LL : 0LL) > 0;
        outcome.end = by_signal ? Exit::checkpoint : Exit::limit;
        outcome.end_words = by_signal ? "stopped by a signal" : "stopped by the time limit";
        outcome.end_words += fmt::format(" behind iteration {}", priced_);
    } else if (!has_schedule()) {
        outcome.end = Exit::numerical;
        outcome.end_words = "no pass gave a schedule";
    } else if (outcome.content.certificate.gap > study_.options.gap) {
        outcome.end_words =
            fmt::format("the gap asked for, {:.4g} %, was not reached", 100.0 * study_.options.gap);
    }
    return outcome;
}

Outcome solve_by_prices(const Comm& comm, const Study& study, const model::Context& context,
                        const partition::Owners& owners, const GridFactors& grid,
                        const Deadline& deadline, Journal& journal, const KeepSoFar& keep) {
    PriceRun run(comm, study, context, owners, grid, deadline, journal, keep);
    journal.stage("build", [&] { run.build(); });
    journal.stage("price", [&] { run.raise_bound(); });
    if (!run.stopped()) {
        run.find_schedule();
    }
    return journal.stage("record", [&] { return run.outcome(); });
}

} // namespace longyang::run
