#include "solve/prices/blend_plans.hpp"

#include "base/error.hpp"
#include "solve/prices/oracles/unit_cost.hpp"
#include "solve/prices/places.hpp"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

namespace longyang::solve::prices {
namespace {

void blend(std::vector<double>& average, const std::vector<double>& newest, double share) {
    if (average.empty()) {
        average = newest;
        return;
    }
    if (newest.empty()) {
        return;
    }
    if (newest.size() != average.size()) {
        throw Error(Exit::defect, "plans of different sizes are averaged");
    }
    for (std::size_t k = 0; k < average.size(); ++k) {
        average[k] = std::lerp(average[k], newest[k], share);
    }
}

void give(const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan, std::size_t hours,
          std::span<double> channel) {
    std::size_t at = 0;
    for (const lp::UnitGroup& group : groups) {
        const std::vector<int> injection{group.injection};
        for (int unit = 0; unit < group.units; ++unit) {
            for (std::size_t t = 0; t < hours; ++t, ++at) {
                give_at(channel, injection, hours, t,
                        plan.p_mw[at] - group.capture.mwh_per_t * plan.captured(at));
                if (group.draw.channel >= 0 && plan.on[at] != 0) {
                    const bool started = starts_in(group, plan.on.data() + at - t, t);
                    channel[static_cast<std::size_t>(group.draw.channel) * hours + t] -=
                        group.draw.amount(plan.p_mw[at], started) - plan.captured(at);
                }
                if (group.running >= 0 && plan.on[at] != 0) {
                    channel[static_cast<std::size_t>(group.running) * hours + t] += 1.0;
                }
                give_at(channel, group.reserve.up, hours, t, plan.up_mw[at]);
                give_at(channel, group.reserve.down, hours, t, plan.down_mw[at]);
                if (plan.on[at] == 0 && group.available[t] != 0) {
                    give_at(channel, group.reserve.non_spinning, hours, t,
                            group.non_spinning_max_mw);
                }
            }
        }
    }
}

void give(const lp::Store& store, const lp::StorePlan& plan, std::size_t hours,
          std::span<double> channel) {
    const std::vector<int> injection{store.injection};
    for (std::size_t t = 0; t < hours; ++t) {
        give_at(channel, injection, hours, t,
                store.base(t) + plan.discharge_mw[t] - plan.charge_mw[t]);
        give_at(channel, store.reserve.up, hours, t, plan.up_mw[t]);
        give_at(channel, store.reserve.down, hours, t, plan.down_mw[t]);
    }
}

void give(const lp::River& river, const lp::RiverPlan& plan, std::size_t hours,
          std::span<double> channel) {
    std::size_t at = 0;
    for (const lp::RiverStation& station : river.stations) {
        const std::vector<int> injection{station.injection};
        for (std::size_t t = 0; t < hours; ++t, ++at) {
            give_at(channel, injection, hours, t, plan.p_mw[at]);
            give_at(channel, station.reserve.up, hours, t, plan.up_mw[at]);
            give_at(channel, station.reserve.down, hours, t, plan.down_mw[at]);
        }
    }
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        for (const lp::RiverPump::Draw& draw : river.pumps[k].draws) {
            const std::vector<int> from{draw.channel};
            for (std::size_t t = 0; t < hours; ++t) {
                give_at(channel, from, hours, t,
                        -draw.mw_per_m3_per_s * plan.pump_m3_per_s[k * hours + t]);
            }
        }
    }
}

void give(const lp::LevelLine& line, const lp::LinePlan& plan, std::size_t hours,
          std::span<double> channel) {
    const std::vector<int> from{line.injection};
    const std::vector<int> to{line.power};
    for (std::size_t t = 0; t < hours; ++t) {
        give_at(channel, from, hours, t, -plan.power_mw[t]);
        give_at(channel, to, hours, t, plan.power_mw[t]);
    }
}

void give(const lp::HourlyAmount& amount, const lp::AmountPlan& plan, std::size_t hours,
          std::span<double> channel) {
    for (std::size_t t = 0; t < hours; ++t) {
        for (std::size_t k = 0; k < amount.channel.size(); ++k) {
            channel[static_cast<std::size_t>(amount.channel[k]) * hours + t] +=
                amount.weight[k] * plan.amount[t];
        }
        if (!amount.constant.empty()) {
            channel[static_cast<std::size_t>(amount.channel[0]) * hours + t] += amount.constant[t];
        }
        if (!amount.down.empty() && !plan.down.empty()) {
            give_at(channel, amount.down, hours, t, plan.down[t]);
        }
    }
}

/// The data that a kind of plan belongs to.
template <typename Plan>
struct DataOf;
template <>
struct DataOf<lp::UnitsPlan> {
    using type = std::vector<lp::UnitGroup>;
};
template <>
struct DataOf<lp::StorePlan> {
    using type = lp::Store;
};
template <>
struct DataOf<lp::RiverPlan> {
    using type = lp::River;
};
template <>
struct DataOf<lp::LinePlan> {
    using type = lp::LevelLine;
};
template <>
struct DataOf<lp::AmountPlan> {
    using type = lp::HourlyAmount;
};

} // namespace

void blend_plan(lp::BlockPlan& average, const lp::BlockPlan& newest, double share) {
    if (std::holds_alternative<std::monostate>(average)) {
        average = newest;
        return;
    }
    if (average.index() != newest.index()) {
        throw Error(Exit::defect, "plans of different kinds are averaged");
    }
    const auto means = lp::tables_of(average);
    const auto tables = lp::tables_of(newest);
    for (std::size_t k = 0; k < means.size(); ++k) {
        blend(*means[k], *tables[k], share);
    }
    if (auto* units = std::get_if<lp::UnitsPlan>(&average)) {
        units->units = std::get<lp::UnitsPlan>(newest).units;
        units->on = std::get<lp::UnitsPlan>(newest).on;
    } else if (auto* line = std::get_if<lp::LinePlan>(&average)) {
        line->period_row = std::get<lp::LinePlan>(newest).period_row;
    }
}

void blend_plan(lp::BlockPlan& average, const lp::BlockPlan& newest, std::span<const double> share,
                double of_values) {
    const auto means = lp::tables_of(average);
    const auto tables = lp::tables_of(newest);
    std::vector<const std::vector<double>*> values;
    if (const auto* store = std::get_if<lp::StorePlan>(&average)) {
        values = {&store->value_cny_per_mwh};
    } else if (const auto* river = std::get_if<lp::RiverPlan>(&average)) {
        values = {&river->value_cny_per_hm3, &river->head_price_cny_per_hm3};
    }
    const std::size_t hours = share.size();
    for (std::size_t k = 0; k < means.size(); ++k) {
        std::vector<double>& mean = *means[k];
        if (std::find(values.begin(), values.end(), &mean) != values.end()) {
            blend(mean, *tables[k], of_values);
            continue;
        }
        if (mean.size() % hours != 0 || mean.size() != tables[k]->size()) {
            blend(mean, *tables[k], share.back());
            continue;
        }
        for (std::size_t at = 0; at < mean.size(); ++at) {
            mean[at] = std::lerp(mean[at], (*tables[k])[at], share[at % hours]);
        }
    }
}

void give_plan(const lp::OracleData& block, const lp::BlockPlan& plan, std::size_t hours,
               std::span<double> channel) {
    std::visit(
        [&](const auto& own) {
            using Plan = std::decay_t<decltype(own)>;
            if constexpr (!std::is_same_v<Plan, std::monostate>) {
                const auto* data = std::get_if<typename DataOf<Plan>::type>(&block);
                if (data == nullptr) {
                    throw Error(Exit::defect, "a plan does not fit its block's data");
                }
                give(*data, own, hours, channel);
            }
        },
        plan);
}

double sum_of_row(const lp::Coupling& coupling, const lp::CouplingRow& row,
                  std::span<const double> channel) {
    const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
    double sum = 0.0;
    for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
        const std::size_t first =
            static_cast<std::size_t>(pattern.channel[k]) * static_cast<std::size_t>(coupling.hours);
        for (int t = row.begin; t < row.end; ++t) {
            sum += pattern.weight[k] * channel[first + static_cast<std::size_t>(t)];
        }
    }
    return sum;
}

double broken_share(double sum, double lower, double upper) {
    double size = 1.0;
    for (const double side : {lower, upper}) {
        size = std::max(size, std::isfinite(side) ? std::abs(side) : 0.0);
    }
    return std::max({lower - sum, sum - upper, 0.0}) / size;
}

} // namespace longyang::solve::prices
