#include "solve/prices/recovery/moves.hpp"

#include "base/error.hpp"
#include "solve/prices/blend_plans.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <variant>

namespace longyang::solve::prices::recovery {
namespace {

/// Energies that differ by no more than this share of the largest are the same.
constexpr double same_energy = 1e-7;
constexpr int halvings = 12;
/// Of asking prices after a move. Without, the next plants take rows that answer together for
/// steeper than they are, and the residual grows from pass to pass.
constexpr int sweeps = 2;

void list(const lp::ReservePorts& reserve, std::vector<int>& channel) {
    channel.insert(channel.end(), reserve.up.begin(), reserve.up.end());
    channel.insert(channel.end(), reserve.down.begin(), reserve.down.end());
}

void list_channels(const lp::Store& store, std::vector<int>& channel) {
    channel.push_back(store.injection);
    list(store.reserve, channel);
}

void list_channels(const lp::River& river, std::vector<int>& channel) {
    for (const lp::RiverStation& station : river.stations) {
        channel.push_back(station.injection);
        list(station.reserve, channel);
    }
    for (const lp::RiverPump& pump : river.pumps) {
        for (const lp::RiverPump::Draw& draw : pump.draws) {
            channel.push_back(draw.channel);
        }
    }
}

void list_channels(const lp::LevelLine& line, std::vector<int>& channel) {
    channel.push_back(line.injection);
    channel.push_back(line.power);
}

void add_cost(const lp::Store& store, const lp::StorePlan& plan, double sign,
              std::vector<double>& cny) {
    for (std::size_t t = 0; t < cny.size(); ++t) {
        cny[t] += sign * store.discharge_cny_per_mwh * plan.discharge_mw[t];
        if (!plan.unserved_mw.empty()) {
            cny[t] += sign * store.unserved_cny_per_mwh * plan.unserved_mw[t];
        }
    }
}

void add_cost(const lp::River& river, const lp::RiverPlan& plan, double sign,
              std::vector<double>& cny) {
    const std::size_t hours = cny.size();
    for (std::size_t k = 0; k < river.stations.size(); ++k) {
        for (std::size_t t = 0; t < hours; ++t) {
            cny[t] += sign * river.stations[k].cny_per_mwh * plan.p_mw[k * hours + t];
        }
    }
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        const lp::RiverPump& pump = river.pumps[k];
        for (std::size_t t = 0; t < hours; ++t) {
            cny[t] +=
                sign * pump.cny_per_mwh * pump.mw_per_m3_per_s * plan.pump_m3_per_s[k * hours + t];
        }
    }
    for (std::size_t r = 0; r < river.reservoirs.size(); ++r) {
        const lp::RiverReservoir& reservoir = river.reservoirs[r];
        for (std::size_t t = 0; t < hours; ++t) {
            cny[t] += sign * lp::hm3_per_m3s_h * reservoir.release_short_cny_per_hm3 *
                      plan.release_short_m3_per_s[r * hours + t];
        }
        cny.back() += sign * reservoir.end_short_cny_per_hm3 * plan.end_short_hm3[r];
    }
}

void add_cost(const lp::LevelLine& line, const lp::LinePlan& plan, double sign,
              std::vector<double>& cny) {
    for (std::size_t t = 0; t < cny.size(); ++t) {
        cny[t] += sign * (line.missing_cny(t, plan.power_mw[t]) -
                          line.delivered_cny_per_mwh * plan.delivered_mw[t]);
    }
}

/// Calls `act` with the data and the plan where they are of a continuous plant of one kind.
template <class Act>
void with_plant(const lp::OracleData& data, const lp::BlockPlan& plan, const Act& act) {
    if (const auto* store = std::get_if<lp::Store>(&data)) {
        act(*store, std::get<lp::StorePlan>(plan));
    } else if (const auto* river = std::get_if<lp::River>(&data)) {
        act(*river, std::get<lp::RiverPlan>(plan));
    } else if (const auto* line = std::get_if<lp::LevelLine>(&data)) {
        act(*line, std::get<lp::LinePlan>(plan));
    } else {
        throw Error(Exit::defect, "a plant of another kind is moved");
    }
}

/// Hours at whose ends both plans hold the same energy, and the span's ends.
std::vector<std::size_t> stretches(const lp::OracleData& data, const lp::BlockPlan& plan,
                                   const lp::BlockPlan& answer, std::size_t hours) {
    std::vector<std::size_t> border{0};
    if (const auto* store = std::get_if<lp::Store>(&data)) {
        const std::vector<double>& here = std::get<lp::StorePlan>(plan).energy_mwh;
        const std::vector<double>& there = std::get<lp::StorePlan>(answer).energy_mwh;
        for (std::size_t t = 0; t + 1 < hours; ++t) {
            if (std::abs(here[t] - there[t]) <=
                same_energy * std::max(1.0, std::abs(store->energy_max(t)))) {
                border.push_back(t + 1);
            }
        }
    }
    border.push_back(hours);
    return border;
}

} // namespace

Moves::Moves(std::size_t channels, std::size_t hours)
    : hours_(hours), given_(channels * hours, 0.0) {}

void Moves::add_plan(const lp::OracleData& data, const lp::BlockPlan& plan, double sign) {
    give_plan(data, plan, hours_, given_);
    for (std::size_t k = 0; k < channel_.size(); ++k) {
        double* given = given_.data() + static_cast<std::size_t>(channel_[k]) * hours_;
        for (std::size_t t = 0; t < hours_; ++t) {
            change_[k * hours_ + t] += sign * given[t];
            given[t] = 0.0;
        }
    }
}

void Moves::find_change(const lp::OracleData& data, const lp::BlockPlan& from,
                        const lp::BlockPlan& to) {
    channel_.clear();
    cost_cny_.assign(hours_, 0.0);
    with_plant(data, from, [&](const auto& own, const auto& plan) {
        list_channels(own, channel_);
        add_cost(own, plan, -1.0, cost_cny_);
    });
    with_plant(data, to,
               [&](const auto& own, const auto& plan) { add_cost(own, plan, 1.0, cost_cny_); });
    std::sort(channel_.begin(), channel_.end());
    channel_.erase(std::unique(channel_.begin(), channel_.end()), channel_.end());
    change_.assign(channel_.size() * hours_, 0.0);
    add_plan(data, from, -1.0);
    add_plan(data, to, 1.0);
}

/// The changes of hours [begin, end).
std::span<const FollowingPrices::Change> Moves::changes(std::size_t begin, std::size_t end) const {
    const auto place = [&](std::size_t hour) {
        return std::lower_bound(
            changes_.begin(), changes_.end(), static_cast<int>(hour),
            [](const FollowingPrices::Change& change, int t) { return change.hour < t; });
    };
    return {place(begin), place(end)};
}

/// Where cost less what the rows' prices earn stops falling.
double Moves::best_share(std::size_t begin, std::size_t end, const FollowingPrices& rows) const {
    const auto hour = [&](std::size_t t) {
        return cost_cny_.begin() + static_cast<std::ptrdiff_t>(t);
    };
    const double cost_cny = std::accumulate(hour(begin), hour(end), 0.0);
    const auto own = changes(begin, end);
    const auto falls = [&](double share) { return cost_cny < rows.earned_at(own, share); };
    if (own.empty() || !falls(0.0)) {
        return 0.0;
    }
    if (falls(1.0)) {
        return 1.0;
    }
    double low = 0.0;
    double high = 1.0;
    for (int k = 0; k < halvings; ++k) {
        const double middle = 0.5 * (low + high);
        (falls(middle) ? low : high) = middle;
    }
    return low;
}

void Moves::move(const lp::OracleData& data, const lp::BlockPlan& answer, double of_values,
                 FollowingPrices& rows, lp::BlockPlan& plan) {
    if (std::holds_alternative<std::monostate>(plan) ||
        std::holds_alternative<std::monostate>(answer)) {
        return; // of a block without compact data
    }
    find_change(data, plan, answer);
    rows.changes_of(channel_, change_, changes_);
    const std::vector<std::size_t> border = stretches(data, plan, answer, hours_);
    share_of_hour_.assign(hours_, 0.0);
    for (std::size_t k = 0; k + 1 < border.size(); ++k) {
        const double best = best_share(border[k], border[k + 1], rows);
        rows.add(changes(border[k], border[k + 1]), best);
        std::fill(share_of_hour_.begin() + static_cast<std::ptrdiff_t>(border[k]),
                  share_of_hour_.begin() + static_cast<std::ptrdiff_t>(border[k + 1]), best);
    }
    blend_plan(plan, answer, share_of_hour_, of_values);
    for (std::size_t t = 0; t < hours_; ++t) {
        if (share_of_hour_[t] > 0.0) {
            rows.follow(t, sweeps);
        }
    }
    rows.follow_long_rows();
}

} // namespace longyang::solve::prices::recovery
