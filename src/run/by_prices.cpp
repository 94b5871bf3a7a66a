#include "run/by_prices.hpp"

#include "base/log.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "run/cost_parts.hpp"
#include "run/flow_watch.hpp"
#include "run/forecast.hpp"
#include "run/limit_rows.hpp"
#include "run/record.hpp"
#include "run/record_prices.hpp"
#include "run/warm_start.hpp"
#include "solve/prices/blend_plans.hpp"
#include "solve/prices/bound.hpp"
#include "solve/prices/dispatch.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/make_oracles.hpp"
#include "solve/prices/recover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace longyang::run {
namespace {

namespace prices = solve::prices;

/// Iterations after the dual in which plans are averaged.
constexpr int settle_iterations = 40;
/// Of the typical price: how steeply the cost of a breach of rows rises in recovery. The second one
/// where the first leaves a gap above `far`: systems of a few units.
constexpr std::array<double, 2> recovery_scales = {8.0, 0.2};
constexpr double far = 0.02;
constexpr double blend_share = 0.1;
/// So many passes without a better schedule are the last.
constexpr int patience = 5;
/// Evaluations at the best prices, and by what share of the bound one must raise it for another.
constexpr int most_polish_calls = 30;
constexpr double polish_share = 2e-6;

/// The state of a run by prices.
class PriceRun {
public:
    PriceRun(const Comm& comm, const Study& study, const model::Context& context,
             const partition::Owners& owners, const GridFactors& grid, const Deadline& deadline,
             Journal& journal);

    void build();
    /// The dual: prices and a bound.
    void raise_bound();
    /// The bound at the best prices, which oracles with inner prices come nearer to from call to
    /// call; keeps those inner prices.
    void polish_bound();
    /// A schedule: whole units and levels near the prices' plans, dispatched hour by hour.
    void find_schedule();
    [[nodiscard]] Outcome outcome();
    /// By a signal or the time limit, on all ranks alike.
    [[nodiscard]] bool stopped() const;

private:
    void tell_oracles() const;
    void settle_plans(double recovery_scale);
    void try_passes();
    void recover_pass(int pass);
    void dispatch_targets(int pass);
    [[nodiscard]] std::vector<lp::BlockPlan> gather_plans(std::vector<lp::BlockPlan> own) const;
    [[nodiscard]] std::vector<lp::BlockPlan> deal_plans() const;
    [[nodiscard]] Answer answer(const std::vector<lp::BlockPlan>& plans) const;
    [[nodiscard]] double gap() const;
    [[nodiscard]] std::vector<std::pair<std::string, double>> bound_parts() const;
    [[nodiscard]] prices::Settings settings();
    [[nodiscard]] powerflow::FlowCheck check_flows(std::span<const double> channel,
                                                   double tolerance_mw) const;
    const Comm& comm_;
    const Study& study_;
    const model::Context& context_;
    const partition::Owners& owners_;
    const GridFactors& grid_;
    const Deadline& deadline_;
    Journal& journal_;

    std::vector<model::BlockId> ids_;
    std::vector<std::size_t> own_; ///< numbers of this rank's blocks
    lp::Coupling coupling_;
    LimitRows limits_;
    std::optional<prices::PriceEngine> engine_;
    prices::Found found_;
    results::Forecast expected_;
    double cost_cny_ = lp::infinity; ///< of the best schedule
    // At the bound:
    std::vector<lp::BlockPlan> inner_;            ///< own blocks' plans, with inner prices
    std::map<std::string, double> own_parts_cny_; ///< of the bound, by kind of block
    // The root's.
    std::vector<lp::OracleData> blocks_; ///< of the whole programme
    std::vector<lp::BlockPlan> plans_;   ///< where recovery begins
    std::optional<FlowWatch> watch_;
    std::optional<prices::Recovery> recovery_;
    std::optional<prices::Dispatcher> dispatcher_;
    prices::Dispatch best_;
};

PriceRun::PriceRun(const Comm& comm, const Study& study, const model::Context& context,
                   const partition::Owners& owners, const GridFactors& grid,
                   const Deadline& deadline, Journal& journal)
    : comm_(comm), study_(study), context_(context), owners_(owners), grid_(grid),
      deadline_(deadline), journal_(journal), ids_(model::list_blocks(context.system)),
      coupling_(model::make_coupling(context)), limits_(comm, context) {}

void PriceRun::build() {
    limits_.add_section_contracts(grid_.network, grid_.factors, coupling_);
    std::vector<lp::OracleData> data;
    std::vector<lp::Block> blocks;
    for (std::size_t k = 0; k < ids_.size(); ++k) {
        if (model::owner_of(study_.system, owners_, ids_[k]) != comm_.rank()) {
            continue;
        }
        own_.push_back(k);
        data.push_back(model::oracle_data(context_, ids_[k]));
        blocks.emplace_back();
        if (std::holds_alternative<std::monostate>(data.back())) {
            model::build_block(context_, ids_[k], blocks.back());
        }
    }
    prices::OracleSet set = prices::make_oracles(comm_, coupling_, std::move(data), blocks, true);
    engine_.emplace(comm_, coupling_, std::move(set.oracles), std::move(set.handled));
    if (!study_.options.warm.empty()) {
        const std::vector<double> price =
            warm_start(comm_, study_.options.warm, context_, grid_, limits_, coupling_);
        engine_->grow(coupling_);
        engine_->start_from(price);
    }
    const RunOptions& options = study_.options;
    expected_ =
        forecast_by_prices(ids_.size(), context_.span.size(), comm_.size(),
                           options.iterations + settle_iterations + options.passes, options.passes);
    journal_.expect(expected_.seconds);
    journal_.say(fmt::format("{} blocks; forecast: {:.0f} MB on the root, {:.0f} s", ids_.size(),
                             expected_.memory_mb, expected_.seconds));
}

bool PriceRun::stopped() const {
    return sum(comm_, StopSignals::asked() || deadline_.passed() ? 1LL : 0LL) > 0;
}

powerflow::FlowCheck PriceRun::check_flows(std::span<const double> channel,
                                           double tolerance_mw) const {
    const std::size_t injections =
        static_cast<std::size_t>(context_.channels.buses) * context_.span.size();
    return powerflow::check_flows(
        comm_, grid_.network, grid_.factors, study_.system, context_.span.size(),
        channel.first(injections),
        {tolerance_mw, static_cast<std::size_t>(study_.options.limits_per_hour)});
}

prices::Settings PriceRun::settings() {
    prices::Settings settings;
    settings.most_iterations = study_.options.iterations;
    settings.warm = !study_.options.warm.empty();
    settings.stop = [this] { return stopped(); };
    settings.progress = [this](int iteration, double value, double best) {
        if (iteration % 20 == 0) {
            spdlog::debug("iteration {}: dual value {:.9g}, bound {:.9g} CNY", iteration, value,
                          best);
        }
        journal_.progress(fmt::format("iteration {}, dual value {:.8g} CNY, bound {:.8g} CNY",
                                      iteration, value, best),
                          deadline_.limited() ? std::max(deadline_.left_s(), 0.0) : -1.0);
    };
    settings.watch = [this](std::span<const double> channel) {
        const powerflow::FlowCheck flows = check_flows(channel, study_.options.flow_tolerance_mw);
        const std::size_t added =
            limits_.add(grid_.network, grid_.factors, flows.violations, coupling_);
        spdlog::debug("{} limits violated by the average, {} added", flows.found, added);
        return &std::as_const(coupling_);
    };
    return settings;
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

void PriceRun::raise_bound() {
    found_ = engine_->run(settings());
    tell_oracles();
    journal_.say(fmt::format("{} iterations: bound {:.8g} CNY, {} limits of the network",
                             found_.iterations, found_.bound, limits_.list().size()));
}

void PriceRun::polish_bound() {
    engine_->rest();
    double best = -lp::infinity;
    int idle = 0; // calls on end that raised it by next to nothing
    for (int k = 0; k < most_polish_calls && idle < 2; ++k) {
        const double value = engine_->bound_at(found_.row_price);
        idle = value - best < polish_share * std::abs(value) ? idle + 1 : 0;
        if (value <= best) {
            continue;
        }
        best = value;
        inner_ = engine_->own_plans();
        own_parts_cny_.clear();
        for (std::size_t o = 0; o < engine_->oracles().size(); ++o) {
            const auto& blocks = engine_->oracles()[o].blocks;
            const std::string name =
                blocks.empty() ? "others"
                               : model::block_name(study_.system, ids_[own_[blocks.front()]]);
            own_parts_cny_[name.substr(0, name.find(':'))] += engine_->oracle_bound_cny()[o];
        }
    }
    journal_.say(fmt::format("bound {:.9g} CNY at the stored prices ({:.9g} while prices moved)",
                             best, found_.bound));
    found_.bound = best;
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
    parts.emplace_back("rows", prices::value_of_rows(engine_->coupling(), found_.row_price));
    return parts;
}

double PriceRun::gap() const {
    if (!std::isfinite(cost_cny_)) {
        return lp::infinity; // no schedule yet
    }
    return (cost_cny_ - found_.bound) / std::max(std::abs(cost_cny_), 1.0);
}

/// Plans of all blocks in the order of the programme, on the root.
std::vector<lp::BlockPlan> PriceRun::gather_plans(std::vector<lp::BlockPlan> own) const {
    own.resize(own_.size());
    const auto gathered = gather_bytes(comm_, lp::to_bytes(own));
    std::vector<lp::BlockPlan> plans;
    if (comm_.root()) {
        plans.resize(ids_.size());
        std::vector<std::vector<lp::BlockPlan>> parts;
        parts.reserve(gathered.size());
        for (const auto& bytes : gathered) {
            parts.push_back(lp::plans_from_bytes(bytes));
        }
        std::vector<std::size_t> next(parts.size(), 0);
        for (std::size_t k = 0; k < ids_.size(); ++k) {
            const auto rank =
                static_cast<std::size_t>(model::owner_of(study_.system, owners_, ids_[k]));
            plans[k] = std::move(parts[rank][next[rank]++]);
        }
    }
    return plans;
}

/// The best schedule's plans of this rank's blocks, from the root.
std::vector<lp::BlockPlan> PriceRun::deal_plans() const {
    std::vector<std::vector<std::byte>> messages;
    if (comm_.root()) {
        std::vector<std::vector<lp::BlockPlan>> parts(static_cast<std::size_t>(comm_.size()));
        for (std::size_t k = 0; k < ids_.size(); ++k) {
            parts[static_cast<std::size_t>(model::owner_of(study_.system, owners_, ids_[k]))]
                .push_back(best_.plans[k]);
        }
        messages.reserve(parts.size());
        for (const auto& part : parts) {
            messages.push_back(lp::to_bytes(part));
        }
    }
    return lp::plans_from_bytes(scatter_bytes(comm_, messages));
}

void PriceRun::settle_plans(double recovery_scale) {
    prices::Settled settled = engine_->settle(settle_iterations, 0.0, settings(), found_);
    plans_ = gather_plans(std::move(settled.plans));
    blocks_.clear();
    watch_.emplace(comm_, context_, grid_, study_.options.flow_tolerance_mw);
    on_root(comm_, [&] {
        for (const model::BlockId id : ids_) {
            blocks_.push_back(model::oracle_data(context_, id));
            if (std::holds_alternative<std::monostate>(blocks_.back())) {
                throw Error(Exit::usage,
                            fmt::format("{}: engine prices has no dispatch for a line with free "
                                        "powers and few changes a day; take --engine highs",
                                        model::block_name(study_.system, id)));
            }
        }
        prices::RecoverySettings recovery;
        recovery.scale_cny_per_unit = recovery_scale * engine_->typical_cny();
        recovery_.emplace(engine_->coupling(), blocks_, engine_->movers(), recovery);
        recovery_->begin(std::move(plans_), found_.row_price);
        dispatcher_.emplace(engine_->coupling(), blocks_);
    });
}

/// Units and levels once, then the continuous plants at prices that follow.
void PriceRun::recover_pass(int pass) {
    std::vector<std::byte> asking;
    on_root(comm_, [&] {
        recovery_->sweep();
        asking = bytes_of(recovery_->asking_prices());
        const prices::Recovery::Residual residual = recovery_->residual();
        journal_.say(fmt::format("pass {}: {} hours changed, balances off by {:.3g} MW, rows by "
                                 "{:.4g} CNY at their prices, by {:.4g} CNY of relief",
                                 pass, residual.changed_hours, residual.balance_mw,
                                 residual.rows_cny, residual.relief_cny));
    });
    broadcast_bytes(comm_, asking);
    const double value = engine_->bound_at(numbers_of(asking));
    if (value > found_.bound) {
        found_.bound = value;
        found_.row_price = numbers_of(asking);
    }
    std::vector<lp::BlockPlan> answers = engine_->own_plans();
    for (lp::BlockPlan& plan : answers) {
        if (std::holds_alternative<lp::UnitsPlan>(plan)) {
            plan = {}; // not read, and large
        }
    }
    const std::vector<lp::BlockPlan> all = gather_plans(std::move(answers));
    on_root(comm_, [&] { recovery_->blend(all, blend_share); });
}

void PriceRun::dispatch_targets(int pass) {
    double cost_cny = cost_cny_;
    on_root(comm_, [&] {
        prices::DispatchSettings settings;
        settings.watch = [&](int, std::span<const double> channel) {
            return watch_->broken(channel,
                                  static_cast<std::size_t>(study_.options.limits_per_hour));
        };
        prices::Dispatch found;
        try {
            found = dispatcher_->run(recovery_->targets(), recovery_->row_price(), settings);
        } catch (const Error& error) {
            if (error.code() != Exit::numerical) {
                throw;
            }
            journal_.say(
                fmt::format("dispatch {}: {}; the pass gives no schedule", pass, error.what()));
            return;
        }
        journal_.say(fmt::format(
            "dispatch {}: cost {:.8g} CNY, gap {:.4f} %, {} hours broken", pass, found.cost_cny,
            100.0 * (found.cost_cny - found_.bound) / std::max(std::abs(found.cost_cny), 1.0),
            found.broken_hours));
        recovery_->ask_more(found.relief);
        // A schedule that breaks no row is better than any that does.
        if (best_.plans.empty() || std::pair(found.broken_hours, found.cost_cny) <
                                       std::pair(best_.broken_hours, best_.cost_cny)) {
            cost_cny = found.cost_cny;
            best_ = std::move(found);
        }
    });
    cost_cny_ = broadcast(comm_, cost_cny);
}

void PriceRun::find_schedule() {
    for (const double scale : recovery_scales) {
        if (gap() <= far || stopped()) {
            break;
        }
        journal_.stage("recover", [&] { settle_plans(scale); });
        try_passes();
    }
}

void PriceRun::try_passes() {
    int best_pass = 0;
    for (int pass = 1; pass <= study_.options.passes && pass - best_pass <= patience; ++pass) {
        const double before_cny = cost_cny_;
        journal_.stage("recover", [&] { recover_pass(pass); });
        journal_.stage("dispatch", [&] { dispatch_targets(pass); });
        if (cost_cny_ != before_cny) {
            best_pass = pass;
        }
        if (gap() <= study_.options.gap || stopped()) {
            break;
        }
    }
}

Answer PriceRun::answer(const std::vector<lp::BlockPlan>& plans) const {
    Answer answer;
    answer.schedule = grid::empty_schedule(study_.system, study_.span);
    model::size_contract_rows(context_, answer.schedule);
    const std::size_t hours = context_.span.size();
    std::vector<std::byte> message = bytes_of(best_.block_cny);
    broadcast_bytes(comm_, message);
    const std::vector<double> block_cny = numbers_of(message);
    CostParts parts;
    std::vector<double> channel(static_cast<std::size_t>(context_.channels.count()) * hours, 0.0);
    for (std::size_t k = 0; k < own_.size(); ++k) {
        const model::BlockId id = ids_[own_[k]];
        const lp::OracleData data = model::oracle_data(context_, id);
        model::write_plan(context_, id, data, plans[k], answer.schedule);
        prices::give_plan(data, plans[k], hours, channel);
        const std::string name = model::block_name(study_.system, id);
        parts.add(name.substr(0, name.find(':')), data, plans[k], block_cny[own_[k]]);
    }
    answer.cost_parts_cny = parts.whole(comm_);
    channel.resize(static_cast<std::size_t>(context_.channels.buses) * hours);
    answer.own_injection_mw = std::move(channel);
    answer.row_dual = found_.row_price;
    return answer;
}

Outcome PriceRun::outcome() {
    Outcome outcome;
    if (cost_cny_ < lp::infinity) {
        const Answer found = answer(deal_plans());
        outcome.flows = check_flows(found.own_injection_mw, study_.options.flow_tolerance_mw);
        outcome.content =
            record(comm_, context_, coupling_, limits_.list(), &found, grid_, &*outcome.flows);
        results::Certificate& certificate = outcome.content.certificate;
        certificate.cost_cny = cost_cny_;
        certificate.bound_cny = found_.bound;
        certificate.gap = gap();
        certificate.primal_infeasibility = broadcast(comm_, best_.largest_breach);
        certificate.dual_infeasibility = std::numeric_limits<double>::quiet_NaN();
        std::vector<model::BlockId> own;
        own.reserve(own_.size());
        for (const std::size_t k : own_) {
            own.push_back(ids_[k]);
        }
        record_prices(context_, engine_->coupling(), found_.row_price, own, inner_,
                      outcome.content);
        outcome.content.bound_parts_cny = bound_parts();
        certificate.bound_source = "dual value of the stored prices by weak duality (PE-2)";
    } else {
        outcome.content =
            record(comm_, context_, coupling_, limits_.list(), nullptr, grid_, nullptr);
    }
    outcome.content.forecast = expected_;
    if (stopped()) {
        outcome.end = StopSignals::asked() ? Exit::checkpoint : Exit::limit;
        outcome.end_words =
            StopSignals::asked() ? "stopped by a signal" : "stopped by the time limit";
    } else if (gap() > study_.options.gap) {
        outcome.end_words =
            fmt::format("the gap asked for, {:.4g} %, was not reached", 100.0 * study_.options.gap);
    }
    return outcome;
}

} // namespace

Outcome solve_by_prices(const Comm& comm, const Study& study, const model::Context& context,
                        const partition::Owners& owners, const GridFactors& grid,
                        const Deadline& deadline, Journal& journal) {
    for (const auto& [given, name] : {std::pair(study.options.relax, "relax"),
                                      std::pair(!study.options.restart.empty(), "restart"),
                                      std::pair(!study.options.write_mps.empty(), "write_mps")}) {
        if (given) {
            throw Error(Exit::usage,
                        fmt::format("option {}: not with engine prices, take engine highs", name));
        }
    }
    PriceRun run(comm, study, context, owners, grid, deadline, journal);
    journal.stage("build", [&] { run.build(); });
    journal.stage("price", [&] { run.raise_bound(); });
    if (!run.stopped()) {
        run.find_schedule();
    }
    journal.stage("certify", [&] { run.polish_bound(); });
    return journal.stage("record", [&] { return run.outcome(); });
}

} // namespace longyang::run
