// The limits of security in a run by prices: what of PriceRun looks at them, lays their rows and
// makes the next schedule (docs/theory/export-limits.md, "Back into the schedule").
#include "base/log.hpp"
#include "run/hold_machines.hpp"
#include "run/plans_of_ranks.hpp"
#include "run/price_run.hpp"
#include "security/operating_state.hpp"
#include "security/station_limits.hpp"

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
            static_cast<double>(tally.slack.cases),
            tally.slack.most_mvar,
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
    found_.row_price = std::move(kept->row_price);
    found_.row_price.resize(coupling_.rows.size(), 0.0);
}

/// Rows of the programme that a window keeps: limits of lines and stations are others there.
lp::Coupling PriceRun::coupling_to_improve() const {
    lp::Coupling own = coupling_;
    for (const SecurityRows::Row& row : security_->rows()) {
        lp::CouplingRow& of = own.rows[row.coupling_row];
        of.breach_cny = lp::infinity;
        if (row.kind == SecurityKind::limit) {
            of.lower = -lp::infinity;
            of.upper = lp::infinity;
        }
    }
    return own;
}

// PE-86  machines stay connected, so limits of stations are what they are now (SE-16)
std::vector<prices::HourLimit> PriceRun::limits_of_stations(const security::OperatingState& state,
                                                            std::size_t hour) const {
    const security::StrengthModel& model = security_->strength();
    std::vector<prices::HourLimit> limits;
    for (const security::StationLimit& station : security::station_limits(
             study_.system, model, state, hour, context_.hour_of_year(static_cast<int>(hour)))) {
        prices::HourLimit limit;
        for (const int bus : model.stations()) {
            limit.channel.push_back(context_.channels.renewable(bus));
        }
        limit.weight = station.weight;
        limit.upper = station.most_mw;
        limits.push_back(std::move(limit));
    }
    return limits;
}

/// The secured schedule better window by window. What that breaks anew enters as rows, and windows
/// with such hours are solved again; the best of all schedules is kept.
void PriceRun::improve_secured() {
    if (study_.options.improve_rounds == 0 || cost_cny_ == lp::infinity || stopped()) {
        return;
    }
    prices::Dispatch kept; // without its plans, on the root
    lp::PackedPlans kept_plans;
    const auto keep = [&] {
        kept_plans = lp::PackedPlans(best_.plans);
        std::vector<lp::BlockPlan> plans = std::move(best_.plans);
        kept = best_;
        best_.plans = std::move(plans);
    };
    on_root(comm_, keep);
    std::optional<SecurityState> other; // of a schedule that is not the best
    std::vector<char> hours;
    for (int round = 1;; ++round) {
        const lp::Coupling coupling = coupling_to_improve();
        Improvement improvement = improvement_of(coupling);
        improvement.rounds = 1;
        improvement.hours = std::exchange(hours, {});
        improvement.enough = [](double) { return false; }; // the bound is not of these rows
        on_root(comm_, [&] {
            improvement.held = hold_machines(context_, ids_, best_.plans);
            improvement.limits = [&](std::size_t hour) {
                return limits_of_stations(other ? other->state : secured_->state, hour);
            };
        });
        improve_schedule(comm_, improvement, journal_, best_);
        SecurityState now = look_at_all(deal_plans(comm_, owner_, best_.plans));
        const SecurityTally tally = security_->tally(now);
        const double cost_cny = broadcast(comm_, best_.cost_cny);
        const double left_cny = study_.options.security_cny_per_mwh * tally.mwh();
        rounds_.push_back(round_of(tally, cost_cny));
        journal_.say(fmt::format("security, improved: {}", tally.words()));
        const bool better = cost_cny + left_cny < cost_cny_;
        const bool clear = left_cny <= study_.options.gap * std::abs(cost_cny + left_cny);
        const bool asked = round < study_.options.improve_rounds;
        const bool last =
            (!asked && (clear || round >= study_.options.security_rounds)) || stopped();
        if (!last) {
            (void)security_->enter(now, coupling_);
            found_.row_price.resize(coupling_.rows.size(), 0.0);
            hours = asked ? std::vector<char>{} : security_->broken_hours(now);
        }
        if (better) {
            cost_cny_ = cost_cny + left_cny;
            secured_ = std::move(now);
            other.reset();
            on_root(comm_, keep);
        } else {
            other = std::move(now);
        }
        if (last) {
            if (!better) {
                journal_.say("security: an earlier schedule is better and is kept");
                on_root(comm_, [&] {
                    best_ = std::move(kept);
                    best_.plans = kept_plans.unpack();
                });
            }
            return;
        }
    }
}

/// The bound is to be of rows that are the limits where the schedule is.
void PriceRun::lay_rows_at_schedule() {
    (void)security_->enter(*secured_, coupling_, true);
    engine_->grow(coupling_);
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
