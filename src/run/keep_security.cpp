// The limits of security in a run by prices: what of PriceRun looks at them, lays their rows and
// makes the next schedule (docs/theory/export-limits.md, "Back into the schedule").
#include "base/log.hpp"
#include "run/plans_of_ranks.hpp"
#include "run/price_run.hpp"
#include "security/operating_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longyang::run {
namespace {

/// Limits of security are looked at while prices move: from this share of the iterations on, every
/// so many, but for the last ones. What a schedule still breaks is priced in a share of the
/// iterations, and so many passes look for the next.
constexpr double secured_from = 0.4;
constexpr int secure_every = 20, secured_before_end = 10;
constexpr double price_again_share = 0.2, price_again_step = 0.2; ///< steps in typical prices
constexpr int passes_again = 3;

results::SecurityRound round_of(const SecurityTally& tally, double cost_cny) {
    return {static_cast<double>(tally.line_hours),
            tally.line_mwh,
            static_cast<double>(tally.station_hours),
            tally.station_mwh,
            static_cast<double>(tally.outage_ratings),
            tally.outage_mwh,
            static_cast<double>(tally.listed_ratings),
            tally.listed_mwh,
            static_cast<double>(tally.voltage_hours),
            static_cast<double>(tally.voltage_bus_hours),
            tally.voltage_mwh,
            cost_cny};
}

} // namespace

/// What a schedule of plans does to the limits of lines and stations.
SecurityState PriceRun::look_at(const std::vector<lp::BlockPlan>& plans) const {
    return security_->look(security::whole_schedule(comm_, point_of(plans).schedule));
}

/// What a schedule of plans does to all limits of security.
SecurityState PriceRun::look_at_all(const std::vector<lp::BlockPlan>& plans) const {
    const Point point = point_of(plans);
    return security_->look_at_all(
        security::whole_schedule(comm_, point.schedule),
        model::bus_injections_mw(context_.channels, context_.span.size(), point.channel));
}

/// Rows for limits of security that the average breaks, with water and storages as planned last.
void PriceRun::secure_average(std::span<const double> channel) {
    if (!security_ || watched_ < secured_from * iterations_ || watched_ % secure_every != 0 ||
        watched_ > iterations_ - secured_before_end) {
        return;
    }
    std::vector<double> whole(channel.begin(), channel.end());
    sum_in_order(comm_, whole);
    const SecurityState average = security_->look_at_average(
        whole, security::whole_schedule(comm_, point_of(engine_->own_plans()).schedule));
    const std::size_t added = security_->enter(average, coupling_);
    spdlog::debug("security: {} by the average, {} rows added", security_->tally(average).words(),
                  added);
}

/// Of what recovery has now.
SecurityState PriceRun::look_at_targets() const {
    std::span<const lp::BlockPlan> targets;
    if (comm_.root()) {
        targets = recovery_->targets();
    }
    return look_at(deal_plans(comm_, owner_, targets));
}

/// Limits of security where recovery is: its rows would else be those of the last average.
void PriceRun::secure_recovery() {
    const SecurityState now = look_at_targets();
    on_root(comm_, [&] { recovery_->set_limits(security_->laid_at(now, engine_->coupling())); });
}

/// Limits of security by the units that the dispatch is to keep.
void PriceRun::secure_targets() {
    dispatch_coupling_ = security_->for_dispatch(look_at_targets(), coupling_);
    on_root(comm_, [&] { dispatcher_.emplace(*dispatch_coupling_, blocks_); });
}

/// Looks at the schedule's limits of security, prices what it breaks and makes the next one, until
/// nothing is broken or the rounds are over; keeps the best of all.
void PriceRun::secure_schedule() {
    const double price_cny = study_.options.security_cny_per_mwh;
    std::optional<Kept> kept;
    for (int round = 1; cost_cny_ < lp::infinity; ++round) {
        SecurityState now = journal_.stage(
            "security", [&] { return look_at_all(deal_plans(comm_, owner_, best_.plans)); });
        const SecurityTally tally = security_->tally(now);
        rounds_.push_back(round_of(tally, broadcast(comm_, best_.cost_cny)));
        journal_.say(fmt::format("security, round {}: {}", round, tally.words()));
        const double value_cny = broadcast(comm_, best_.cost_cny) + price_cny * tally.mwh();
        // What weighs less than the gap that was asked for is no reason for another one.
        const double left_cny = value_cny - broadcast(comm_, best_.cost_cny);
        const bool last = left_cny <= study_.options.gap * std::abs(value_cny) ||
                          round == study_.options.security_rounds || stopped();
        if (!last) {
            (void)security_->enter(now, coupling_);
        }
        if (!kept || value_cny < kept->cost_cny) {
            kept = Kept{std::move(best_), value_cny, std::move(now), found_.row_price};
        }
        best_ = {};
        cost_cny_ = lp::infinity;
        if (last) {
            break;
        }
        journal_.stage("price", [&] { price_again(); });
        search_schedule(std::min(passes_again, study_.options.passes));
    }
    best_ = std::move(kept->dispatch);
    cost_cny_ = kept->cost_cny;
    secured_ = std::move(kept->security);
    // The bound is to be of rows that are the limits where the schedule is.
    (void)security_->enter(*secured_, coupling_, true);
    engine_->grow(coupling_);
    found_.row_price = std::move(kept->row_price);
    found_.row_price.resize(coupling_.rows.size(), 0.0);
}

/// Prices of more or other rows, from those at hand.
void PriceRun::price_again() {
    engine_->grow(coupling_);
    found_.row_price.resize(coupling_.rows.size(), 0.0);
    found_.bound = engine_->bound_at(found_.row_price);
    const int iterations =
        std::max(10, static_cast<int>(price_again_share * study_.options.iterations));
    (void)engine_->settle(iterations, price_again_step * engine_->typical_cny(), settings(),
                          found_);
    (void)engine_->bound_at(found_.row_price);
    journal_.say(fmt::format("{} iterations: bound {:.8g} CNY, {} rows of security", iterations,
                             found_.bound, security_->rows().size()));
}

} // namespace longyang::run
