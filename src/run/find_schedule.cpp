// The search for a schedule in a run by prices: what of PriceRun makes plans whole, dispatches them
// and improves the best (docs/theory/price-engine.md, "Recovery of whole units and levels" to
// "Improvement").
#include "base/log.hpp"
#include "grid/calendar.hpp"
#include "model/oracle_data.hpp"
#include "partition/partition.hpp"
#include "run/improve_schedule.hpp"
#include "run/memory.hpp"
#include "run/plans_of_ranks.hpp"
#include "run/price_run.hpp"
#include "solve/prices/improve/single_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <utility>

namespace longyang::run {
namespace {

/// Of the typical price: how steeply the cost of a breach of rows rises in recovery. All but the
/// first where those before leave a gap above `far` or rows broken, and units are few.
constexpr std::array<double, 5> recovery_scales = {8.0, 0.2, 1.0, 3.0, 20.0};
constexpr double far = 0.02;
constexpr int few_units = 100;
constexpr int blends = 3; ///< of the continuous plants in a pass
/// So many passes without a better schedule are the last.
constexpr int patience = 5;
/// PE-88: hours before and behind one with relief in which units may change, and the share of all
/// hours that may have relief.
constexpr std::size_t near_relief_h = 12;
constexpr double few_hours = 0.1;
/// From try to try so much more is asked for where relief is left, up to this times what it gave.
constexpr double louder = 4.0;
constexpr double loudest = 4096.0;
/// What is left of relief is a reason for it where it costs this share of the gap.
constexpr double matters = 0.05;
/// Of windows: storages of one end as scheduled, so what breaks a row near its begin may want the
/// next round, whose windows begin elsewhere.
constexpr int rounds_to_mend = 3;

/// Marks hours near those with relief (channels x hours); `few`: there are some, and few.
std::vector<char> hours_near(std::span<const double> relief, std::size_t hours, bool& few) {
    std::vector<char> with(hours, 0);
    for (std::size_t k = 0; k < relief.size(); ++k) {
        if (relief[k] != 0.0) {
            with[k % hours] = 1;
        }
    }
    const auto count = static_cast<double>(std::count(with.begin(), with.end(), 1));
    few = count > 0.0 && count <= few_hours * static_cast<double>(hours);
    std::vector<char> near(hours, 0);
    for (std::size_t t = 0; t < hours; ++t) {
        if (with[t] != 0) {
            const std::size_t begin = t - std::min(t, near_relief_h);
            const std::size_t end = std::min(hours, t + near_relief_h + 1);
            std::fill(near.begin() + static_cast<std::ptrdiff_t>(begin),
                      near.begin() + static_cast<std::ptrdiff_t>(end), 1);
        }
    }
    return near;
}
/// The improvement divides systems of more blocks: a window's time grows faster than its columns.
constexpr std::size_t most_blocks = 1000;

} // namespace

/// Recovery begins from the averages of plans. scale: of the typical price (PE-50).
void PriceRun::begin_recovery(std::vector<lp::BlockPlan> own_plans, double scale) {
    std::vector<lp::BlockPlan> plans = gather_plans(comm_, owner_, std::move(own_plans));
    engine_->rest();
    blocks_.clear();
    watch_.emplace(comm_, context_, grid_, study_.options.flow_tolerance_mw);
    on_root(comm_, [&] {
        for (const model::BlockId id : ids_) {
            blocks_.push_back(model::oracle_data(context_, id));
        }
        prices::RecoverySettings recovery;
        recovery.scale_cny_per_unit = scale * engine_->typical_cny();
        recovery_.emplace(engine_->coupling(), blocks_, engine_->movers(), recovery);
        recovery_->begin(std::move(plans), found_.row_price);
        dispatcher_.emplace(engine_->coupling(), blocks_);
    });
    give_memory_back();
}

/// Units and levels once, then the continuous plants at prices that follow.
void PriceRun::recover_pass(int pass) {
    if (security_) {
        secure_recovery();
    }
    std::vector<std::byte> asking;
    const auto ask = [&] { asking = bytes_of(recovery_->asking_prices()); };
    on_root(comm_, [&] {
        recovery_->sweep();
        ask();
        const prices::Recovery::Residual residual = recovery_->residual();
        journal_.say(fmt::format("pass {}: {} hours changed, balances off by {:.3g} MW, rows by "
                                 "{:.4g} CNY at their prices, by {:.4g} CNY of relief",
                                 pass, residual.changed_hours, residual.balance_mw,
                                 residual.rows_cny, residual.relief_cny));
    });
    for (int blend = 0; blend < blends; ++blend) {
        broadcast_bytes(comm_, asking);
        engine_->ask_continuous(numbers_of(asking));
        const std::vector<lp::BlockPlan> all =
            gather_plans(comm_, owner_, engine_->own_plans(false)); // units' are not read
        on_root(comm_, [&] {
            recovery_->blend(all);
            ask();
        });
    }
}

void PriceRun::dispatch_targets(int pass) {
    if (security_) {
        secure_targets();
    }
    engine_->rest();
    give_memory_back();
    double cost_cny = cost_cny_;
    on_root(comm_, [&] {
        prices::DispatchSettings settings;
        if (security_) {
            settings.asked_of_relief = 1.0; // PE-39
        }
        settings.watch = [&](int hour, std::span<const double> channel) {
            return watch_->broken(hour, channel,
                                  static_cast<std::size_t>(study_.options.limits_per_hour));
        };
        prices::Dispatch found;
        try {
            std::vector<double> price(recovery_->row_price().begin(), recovery_->row_price().end());
            price.resize(dispatch_coupling_ ? dispatch_coupling_->rows.size() : price.size(), 0.0);
            found = dispatcher_->run(recovery_->targets(), price, settings);
        } catch (const Error& error) {
            // Of this pass's whole decisions, not of the case.
            if (error.code() != Exit::numerical && error.code() != Exit::infeasible) {
                throw;
            }
            journal_.say(
                fmt::format("dispatch {}: {}; the pass gives no schedule", pass, error.what()));
            return;
        }
        journal_.say(fmt::format(
            "dispatch {}: cost {:.8g} CNY, {}", pass, found.cost_cny,
            found.broken_hours > 0
                ? fmt::format("{} hours in which rows are broken", found.broken_hours)
            // Of which the bound knows other ones.
            : security_ ? fmt::format("limits of security for {:.4g} CNY", found.breach_cny)
                        : fmt::format("gap {:.4f} %", 100.0 * gap_of(found.cost_cny))));
        spdlog::debug("{} programmes of {} columns and {} rows, {} pivots, {} hours off the tubes, "
                      "relief for {:.4g} CNY",
                      found.programmes, found.columns, found.rows, found.pivots, found.loose_hours,
                      found.relief_cny);
        recovery_->ask_more(found.relief);
        // A schedule that breaks no row is better than any that does.
        const auto value = [](const prices::Dispatch& d) {
            return std::pair(d.broken_hours, d.cost_cny + d.breach_cny);
        };
        if (best_plans_.empty() || value(found) < value(best_)) {
            cost_cny = found.cost_cny + found.breach_cny;
            best_plans_ = {};
            best_plans_ = lp::PackedPlans(std::move(found.plans));
            best_ = std::move(found);
        }
    });
    cost_cny_ = broadcast(comm_, cost_cny);
    broken_hours_ = broadcast(comm_, static_cast<long long>(best_.broken_hours));
}

/// Where the best schedule breaks rows that have to hold: where to ask for the reason.
void PriceRun::tell_broken_hours() const {
    if (broken_hours_ == 0) {
        return;
    }
    const std::string when = grid::date_of_hour(
        context_.hour_of_year(std::max(best_.breach_hour, 0)), study_.system.info.year);
    journal_.say(
        fmt::format("no schedule that was tried keeps all rows: of the best, {} hours break "
                    "some, the worst is {}; which limits cannot hold together there, "
                    "--engine highs --from {} --hours 24 may tell",
                    broken_hours_, when, when.substr(0, 10)));
}

/// What only the search for a schedule needs.
void PriceRun::forget_search() {
    recovery_.reset();
    dispatcher_.reset();
    dispatch_coupling_.reset();
    give_memory_back();
}

/// What a schedule is improved with; what is to hold besides is the caller's.
Improvement PriceRun::improvement_of(const lp::Coupling& coupling) {
    Improvement improvement;
    improvement.coupling = &coupling;
    improvement.blocks = blocks_;
    improvement.row_price = found_.row_price;
    improvement.parts = std::min(static_cast<int>((ids_.size() + most_blocks - 1) / most_blocks),
                                 static_cast<int>(study_.system.buses.name.size()));
    on_root(comm_, [&] {
        if (improvement.parts == 1) {
            return;
        }
        const partition::Owners parts =
            partition::share_out(study_.system, improvement.parts, partition::Cut::graph);
        for (const model::BlockId id : ids_) {
            improvement.part.push_back(model::owner_of(study_.system, parts, id));
        }
    });
    improvement.watch = &*watch_;
    improvement.limits_per_hour = static_cast<std::size_t>(study_.options.limits_per_hour);
    improvement.rounds = study_.options.improve_rounds;
    improvement.stop = [this](double window_s) {
        late_ = late_ || deadline_.passes_in(window_s);
        return asked_to_stop();
    };
    improvement.enough = [this](double cost_cny) {
        return cost_cny - found_.bound <= study_.options.gap * std::abs(cost_cny);
    };
    return improvement;
}

/// The best schedule better, with whole decisions as they are.
void PriceRun::improve_best() {
    keep_prices(priced_, found_.row_price);
    const bool enough = broken_hours_ == 0 && gap() <= study_.options.gap;
    if (study_.options.improve_rounds == 0 || cost_cny_ == lp::infinity || enough || stopped()) {
        return;
    }
    Improvement improvement = improvement_of(engine_->coupling());
    improvement.rounds_to_mend = rounds_to_mend;
    improve_schedule(comm_, improvement, journal_, best_);
    cost_cny_ = broadcast(comm_, best_.cost_cny);
    broken_hours_ = broadcast(comm_, static_cast<long long>(best_.broken_hours));
}

void PriceRun::find_schedule() {
    search_schedule(study_.options.passes);
    if (security_ && cost_cny_ < lp::infinity) {
        tell_broken_hours();
        secure_schedule();
        forget_search();
        journal_.stage("improve", [&] { improve_secured(); });
        lay_rows_at_schedule();
        journal_.stage("certify", [&] { polish_bound(); });
    } else {
        journal_.stage("improve", [&] { try_runs(); });
        forget_search();
        journal_.stage("improve", [&] { improve_best(); });
        tell_broken_hours();
    }
    watch_.reset();
    blocks_ = {};
}

void PriceRun::search_schedule(int passes) {
    const std::vector<int>& units = study_.system.thermal.units;
    const bool few = std::accumulate(units.begin(), units.end(), 0) <= few_units;
    for (const double scale : recovery_scales) {
        if ((broken_hours_ == 0 && gap() <= far) || stopped() ||
            (scale != recovery_scales.front() && !few)) {
            break;
        }
        std::vector<lp::BlockPlan> plans = journal_.stage("recover", [&] {
            return engine_->settle(settle_iterations, 0.0, settings(), found_).plans;
        });
        if (!security_ && !polished_) {
            journal_.stage("certify", [&] { polish_bound(); });
        }
        journal_.stage("recover", [&] { begin_recovery(std::move(plans), scale); });
        try_passes(passes);
    }
    mend_relief(passes);
    if (!best_plans_.empty()) {
        best_.plans = best_plans_.unpack();
    }
}

// PE-88  Units near hours with relief once more, all others as in the best schedule.
void PriceRun::mend_relief(int passes) {
    int pass = passes;
    for (double loudness = 1.0; loudness <= loudest; loudness *= louder) {
        if (security_ || cost_cny_ == lp::infinity || stopped() ||
            (broken_hours_ == 0 && gap() <= study_.options.gap)) {
            return;
        }
        bool few = false;
        journal_.stage("recover", [&] {
            on_root(comm_, [&] {
                std::vector<char> free =
                    hours_near(best_.relief, static_cast<std::size_t>(context_.span.hours), few);
                few = few && (best_.broken_hours > 0 ||
                              best_.relief_cny >= matters * (best_.cost_cny - found_.bound));
                if (!few) {
                    return;
                }
                std::vector<lp::BlockPlan> plans = best_plans_.unpack();
                best_plans_ = lp::PackedPlans(plans);
                recovery_->begin(std::move(plans), found_.row_price);
                std::vector<double> asked = best_.relief;
                for (double& amount : asked) {
                    amount *= loudness;
                }
                recovery_->ask_more(asked);
                recovery_->sweep_units(free);
            });
            few = broadcast(comm_, static_cast<long long>(few)) != 0;
        });
        if (!few) {
            return;
        }
        journal_.stage("dispatch", [&] { dispatch_targets(++pass); });
        give_memory_back();
    }
}

/// PE-89, where units are few.
void PriceRun::try_runs() {
    const std::vector<int>& units = study_.system.thermal.units;
    const bool few = std::accumulate(units.begin(), units.end(), 0) <= few_units;
    if (!few || cost_cny_ == lp::infinity || stopped()) {
        return;
    }
    on_root(comm_, [&] {
        prices::SingleRunSettings settings;
        settings.dispatch.watch = [&](int hour, std::span<const double> channel) {
            return watch_->broken(hour, channel,
                                  static_cast<std::size_t>(study_.options.limits_per_hour));
        };
        settings.enough = [&](double cost_cny) {
            return cost_cny - found_.bound <= study_.options.gap * std::abs(cost_cny);
        };
        settings.stop = [this] { return asked_to_stop(); };
        if (best_.broken_hours == 0 && settings.enough(best_.cost_cny)) {
            return;
        }
        const double before_cny = best_.cost_cny;
        const long dispatches =
            prices::try_single_runs(*dispatcher_, blocks_, recovery_->row_price(), settings, best_);
        journal_.say(fmt::format("runs of single units: {} dispatches, cost {:.8g} CNY, {:.4g} "
                                 "less",
                                 dispatches, best_.cost_cny, before_cny - best_.cost_cny));
    });
    cost_cny_ = broadcast(comm_, best_.cost_cny);
    broken_hours_ = broadcast(comm_, static_cast<long long>(best_.broken_hours));
}

void PriceRun::try_passes(int passes) {
    int best_pass = 0;
    for (int pass = 1; pass <= passes && pass - best_pass <= patience; ++pass) {
        const double before_cny = cost_cny_;
        keep_prices(priced_, found_.row_price);
        journal_.stage("recover", [&] { recover_pass(pass); });
        journal_.stage("dispatch", [&] { dispatch_targets(pass); });
        give_memory_back();
        if (cost_cny_ != before_cny) {
            best_pass = pass;
        }
        // Rows of security are other ones in a dispatch: a schedule below the bound says nothing.
        const bool near_bound =
            broken_hours_ == 0 && gap() <= study_.options.gap && (!security_ || gap() >= 0.0);
        if (near_bound || stopped()) {
            break;
        }
    }
}

} // namespace longyang::run
