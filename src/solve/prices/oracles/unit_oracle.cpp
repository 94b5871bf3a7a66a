#include "solve/prices/oracles/unit_oracle.hpp"

#include "base/error.hpp"
#include "kernels/units.hpp"
#include "solve/prices/bound.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace longyang::solve::prices {
namespace {

int size_of(const auto& list) {
    return static_cast<int>(list.size());
}

template <class T>
void append(const std::vector<T>& from, std::vector<T>& to) {
    to.insert(to.end(), from.begin(), from.end());
}

/// Limits by hour are compared too: they are one cluster's.
bool of_one_cluster(const lp::UnitGroup& a, const lp::UnitGroup& b) {
    return a.injection == b.injection && a.running == b.running && a.draw == b.draw &&
           a.capture == b.capture && a.reserve.up == b.reserve.up &&
           a.reserve.down == b.reserve.down && a.reserve.non_spinning == b.reserve.non_spinning &&
           a.p_min_mw == b.p_min_mw && a.p_max_mw == b.p_max_mw &&
           a.start_max_mw == b.start_max_mw && a.stop_max_mw == b.stop_max_mw &&
           a.base_mw == b.base_mw && a.base_cny_per_h == b.base_cny_per_h &&
           a.segment_mw == b.segment_mw && a.segment_cny_per_mwh == b.segment_cny_per_mwh &&
           a.ramp_up_mw_per_h == b.ramp_up_mw_per_h &&
           a.ramp_down_mw_per_h == b.ramp_down_mw_per_h && a.min_up_h == b.min_up_h &&
           a.min_down_h == b.min_down_h && a.tier_off_h == b.tier_off_h &&
           a.tier_cny == b.tier_cny && a.up_max_mw == b.up_max_mw &&
           a.down_max_mw == b.down_max_mw && a.non_spinning_max_mw == b.non_spinning_max_mw;
}

} // namespace

struct UnitSolver::Parts {
    /// Of a cluster, by hour.
    struct Limits {
        lp::Hourly p_min_mw, p_max_mw, start_max_mw, stop_max_mw;
    };

    std::size_t hours = 0;
    std::vector<kernels::UnitCluster> clusters;
    std::vector<kernels::UnitPast> groups;
    std::vector<double> units; ///< per group
    std::vector<char> duty;
    std::vector<Limits> limits; ///< per cluster
    std::vector<double> segment_mw, segment_cny, tier_cny;
    std::vector<int> tier_off_h, channels;
    std::vector<lp::UnitCapture> capture; ///< per cluster
    UnitPlan plan;
    std::vector<double> of_cluster; ///< what one gives, channels x hours

    void add_cluster(const std::vector<lp::UnitGroup>& list);
    void add_group(const lp::UnitGroup& group);
    void set_group(std::size_t g, const lp::UnitGroup& group);
    void make_plan();
    void capture_at(std::size_t cluster, std::span<const double> prices);
    void give(const kernels::UnitCluster& c, std::size_t g, std::span<double> given) const;
    void give_reserve(int begin, int end, double units_of_group, std::span<const double> mw,
                      std::span<double> given) const;
    [[nodiscard]] double drawn(const kernels::UnitCluster& c, std::size_t g, std::size_t t) const;
    void give_cluster(const kernels::UnitCluster& c, std::span<double> given);
    [[nodiscard]] std::vector<int> places_of(const kernels::UnitCluster& c) const;
    /// clusters x hours
    [[nodiscard]] std::vector<double> all(lp::Hourly Limits::*of) const;
    [[nodiscard]] double captured(std::size_t g, std::size_t t) const {
        return plan.captured_t[g].empty() ? 0.0 : plan.captured_t[g][t];
    }
    [[nodiscard]] std::span<const double> row(const std::vector<double>& table,
                                              std::size_t g) const {
        return std::span(table).subspan(g * hours, hours);
    }
};

std::vector<double> UnitSolver::Parts::all(lp::Hourly Limits::*of) const {
    std::vector<double> table;
    table.reserve(limits.size() * hours);
    for (const Limits& own : limits) {
        append((own.*of).all(), table);
    }
    return table;
}

void UnitSolver::Parts::add_group(const lp::UnitGroup& group) {
    groups.emplace_back();
    units.emplace_back();
    duty.resize(duty.size() + hours);
    set_group(groups.size() - 1, group);
}

void UnitSolver::Parts::set_group(std::size_t g, const lp::UnitGroup& group) {
    groups[g] = {group.initial_on, group.initial_h, group.initial_p_mw, group.initial_stop};
    units[g] = group.units;
    for (std::size_t t = 0; t < hours; ++t) {
        const int available = group.available[t] != 0 ? kernels::unit_available : 0;
        const int must_run = group.must_run[t] != 0 ? kernels::unit_must_run : 0;
        duty[g * hours + t] = static_cast<char>(available | must_run);
    }
}

void UnitSolver::Parts::add_cluster(const std::vector<lp::UnitGroup>& list) {
    const lp::UnitGroup& first = list.front();
    kernels::UnitCluster c;
    c.injection = first.injection;
    c.running = first.running;
    c.draw = first.draw.channel;
    c.draw_base = first.draw.base_per_h;
    c.draw_per_mwh = first.draw.per_mwh;
    c.draw_per_start = first.draw.per_start;
    c.capture_base_t = first.capture.base_t_per_h;
    c.capture_t_per_mwh = first.capture.t_per_mwh;
    c.capture_mwh_per_t = first.capture.mwh_per_t;
    c.capture_cny_per_t = first.capture.cny_per_t;
    capture.push_back(first.capture);
    c.base_mw = first.base_mw;
    c.base_cny_per_h = first.base_cny_per_h;
    c.ramp_up_mw_per_h = first.ramp_up_mw_per_h;
    c.ramp_down_mw_per_h = first.ramp_down_mw_per_h;
    c.up_max_mw = first.up_max_mw;
    c.down_max_mw = first.down_max_mw;
    c.non_spinning_max_mw = first.non_spinning_max_mw;
    c.min_up_h = std::max(first.min_up_h, 1);
    c.min_down_h = std::max(first.min_down_h, 1);
    const auto list_channels = [&](const std::vector<int>& from, int& begin, int& end) {
        begin = size_of(channels);
        append(from, channels);
        end = size_of(channels);
    };
    list_channels(first.reserve.up, c.up_begin, c.up_end);
    list_channels(first.reserve.down, c.down_begin, c.down_end);
    list_channels(first.reserve.non_spinning, c.non_spinning_begin, c.non_spinning_end);
    c.segment_begin = size_of(segment_mw);
    append(first.segment_mw, segment_mw);
    append(first.segment_cny_per_mwh, segment_cny);
    c.segment_end = size_of(segment_mw);
    c.tier_begin = size_of(tier_cny);
    append(first.tier_off_h, tier_off_h);
    append(first.tier_cny, tier_cny);
    c.tier_end = size_of(tier_cny);
    limits.push_back({first.p_min_mw, first.p_max_mw, first.start_max_mw, first.stop_max_mw});
    c.group_begin = size_of(groups);
    for (const lp::UnitGroup& group : list) {
        if (!of_one_cluster(first, group) || group.available.size() != hours ||
            group.must_run.size() != hours) {
            throw Error(Exit::defect, "groups of units that are not of one cluster");
        }
        add_group(group);
    }
    c.group_end = size_of(groups);
    clusters.push_back(c);
}

void UnitSolver::Parts::make_plan() {
    plan.state.resize(groups.size() * hours);
    for (std::vector<double>* table : {&plan.p_mw, &plan.up_mw, &plan.down_mw}) {
        table->resize(groups.size() * hours);
    }
    for (std::size_t k = 0; k < clusters.size(); ++k) {
        plan.captured_t.resize(static_cast<std::size_t>(clusters[k].group_end),
                               std::vector<double>(capture[k].any() ? hours : 0));
    }
    for (std::vector<double>* list : {&plan.bound_cny, &plan.cost_cny, &plan.earned_cny}) {
        list->resize(groups.size());
    }
}

void UnitSolver::Parts::give_reserve(int begin, int end, double units_of_group,
                                     std::span<const double> mw, std::span<double> given) const {
    for (int k = begin; k < end; ++k) {
        const auto first = static_cast<std::size_t>(channels[static_cast<std::size_t>(k)]) * hours;
        for (std::size_t t = 0; t < hours; ++t) {
            given[first + t] += units_of_group * mw[t];
        }
    }
}

/// TH-17, TH-20 of one unit; one that is free before the span does not start in hour 0.
double UnitSolver::Parts::drawn(const kernels::UnitCluster& c, std::size_t g, std::size_t t) const {
    if (plan.state[g * hours + t] != kernels::unit_on) {
        return 0.0;
    }
    const bool started =
        t > 0 ? plan.state[g * hours + t - 1] != kernels::unit_on : groups[g].initial_on == 0;
    return c.draw_base + c.draw_per_mwh * plan.p_mw[g * hours + t] +
           (started ? c.draw_per_start : 0.0) - captured(g, t);
}

/// TH-19: what the plans of a cluster capture at given prices (PE-75), and its cost.
void UnitSolver::Parts::capture_at(std::size_t cluster, std::span<const double> prices) {
    const kernels::UnitCluster& c = clusters[cluster];
    const lp::UnitCapture& of = capture[cluster];
    const std::span<const double> price =
        prices.subspan(static_cast<std::size_t>(c.injection) * hours, hours);
    const std::span<const double> room =
        c.draw < 0 ? std::span<const double>()
                   : prices.subspan(static_cast<std::size_t>(c.draw) * hours, hours);
    for (int group = c.group_begin; of.any() && group < c.group_end; ++group) {
        const auto g = static_cast<std::size_t>(group);
        double captured_t = 0.0;
        for (std::size_t t = 0; t < hours; ++t) {
            const std::size_t at = g * hours + t;
            const bool on = plan.state[at] == kernels::unit_on;
            plan.captured_t[g][t] =
                on ? of.best_t(price[t], room.empty() ? 0.0 : room[t], plan.p_mw[at]) : 0.0;
            captured_t += plan.captured_t[g][t];
        }
        plan.cost_cny[g] += of.cny_per_t * captured_t;
        plan.earned_cny[g] += of.cny_per_t * captured_t;
    }
}

void UnitSolver::Parts::give(const kernels::UnitCluster& c, std::size_t g,
                             std::span<double> given) const {
    const std::span<const double> p = row(plan.p_mw, g);
    const auto first = static_cast<std::size_t>(c.injection) * hours;
    for (std::size_t t = 0; t < hours; ++t) {
        given[first + t] += units[g] * (p[t] - c.capture_mwh_per_t * captured(g, t));
    }
    for (std::size_t t = 0; c.running >= 0 && t < hours; ++t) {
        if (plan.state[g * hours + t] == kernels::unit_on) {
            given[static_cast<std::size_t>(c.running) * hours + t] += units[g];
        }
    }
    for (std::size_t t = 0; c.draw >= 0 && t < hours; ++t) {
        given[static_cast<std::size_t>(c.draw) * hours + t] -= units[g] * drawn(c, g, t);
    }
    give_reserve(c.up_begin, c.up_end, units[g], row(plan.up_mw, g), given);
    give_reserve(c.down_begin, c.down_end, units[g], row(plan.down_mw, g), given);
    for (int k = c.non_spinning_begin; k < c.non_spinning_end; ++k) {
        const auto channel = static_cast<std::size_t>(channels[static_cast<std::size_t>(k)]);
        for (std::size_t t = 0; t < hours; ++t) {
            if (plan.state[g * hours + t] == kernels::unit_off_with_reserve) {
                given[channel * hours + t] += units[g] * c.non_spinning_max_mw;
            }
        }
    }
}

std::vector<int> UnitSolver::Parts::places_of(const kernels::UnitCluster& c) const {
    std::vector<int> places{c.injection};
    if (c.running >= 0) {
        places.push_back(c.running);
    }
    if (c.draw >= 0) {
        places.push_back(c.draw);
    }
    for (const auto& [begin, end] :
         {std::pair(c.up_begin, c.up_end), std::pair(c.down_begin, c.down_end),
          std::pair(c.non_spinning_begin, c.non_spinning_end)}) {
        places.insert(places.end(), channels.begin() + begin, channels.begin() + end);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

/// Several clusters add up on a grid: the same whichever are together (bound.hpp).
void UnitSolver::Parts::give_cluster(const kernels::UnitCluster& c, std::span<double> given) {
    const auto give_to = [&](std::span<double> to) {
        for (int group = c.group_begin; group < c.group_end; ++group) {
            give(c, static_cast<std::size_t>(group), to);
        }
    };
    if (clusters.size() == 1) {
        give_to(given);
        return;
    }
    of_cluster.resize(given.size());
    const std::vector<int> places = places_of(c);
    for (const int place : places) {
        std::fill_n(of_cluster.begin() +
                        static_cast<std::ptrdiff_t>(place) * static_cast<std::ptrdiff_t>(hours),
                    hours, 0.0);
    }
    give_to(of_cluster);
    for (const int place : places) {
        const std::size_t first = static_cast<std::size_t>(place) * hours;
        for (std::size_t k = first; k < first + hours; ++k) {
            given[k] += to_grid(of_cluster[k], unit_step);
        }
    }
}

UnitSolver::UnitSolver(const std::vector<std::vector<lp::UnitGroup>>& clusters, int hours)
    : parts_(std::make_unique<Parts>()) {
    Parts& p = *parts_;
    p.hours = static_cast<std::size_t>(hours);
    for (const std::vector<lp::UnitGroup>& list : clusters) {
        if (!list.empty()) {
            p.add_cluster(list);
        }
    }
}
UnitSolver::~UnitSolver() = default;
UnitSolver::UnitSolver(UnitSolver&&) noexcept = default;
UnitSolver& UnitSolver::operator=(UnitSolver&&) noexcept = default;

const UnitPlan& UnitSolver::plan() const {
    return parts_->plan;
}

void UnitSolver::forget_plan() {
    parts_->plan = UnitPlan();
}

void UnitSolver::replace_group(std::size_t g, const lp::UnitGroup& group) {
    parts_->set_group(g, group);
}

lp::UnitsPlan UnitSolver::cluster_plan(std::size_t k) const {
    const Parts& p = *parts_;
    const kernels::UnitCluster& c = p.clusters[k];
    lp::UnitsPlan found;
    const auto repeat = [&](const auto& row, std::size_t g, auto& to) {
        for (int unit = 0; unit < static_cast<int>(p.units[g]); ++unit) {
            to.insert(to.end(), row.begin(), row.end());
        }
    };
    for (int group = c.group_begin; group < c.group_end; ++group) {
        found.units += static_cast<int>(p.units[static_cast<std::size_t>(group)]);
    }
    const std::size_t size = static_cast<std::size_t>(found.units) * p.hours;
    found.on.reserve(size);
    for (auto* table : {&found.p_mw, &found.up_mw, &found.down_mw}) {
        table->reserve(size);
    }
    for (int group = c.group_begin; group < c.group_end; ++group) {
        const auto g = static_cast<std::size_t>(group);
        repeat(std::span(p.plan.state).subspan(g * p.hours, p.hours), g, found.on);
        repeat(p.row(p.plan.p_mw, g), g, found.p_mw);
        repeat(p.row(p.plan.up_mw, g), g, found.up_mw);
        repeat(p.row(p.plan.down_mw, g), g, found.down_mw);
        repeat(p.plan.captured_t[g], g, found.captured_t);
    }
    for (char& on : found.on) {
        on = on == kernels::unit_on ? 1 : 0;
    }
    return found;
}

Answer UnitSolver::solve(std::span<const double> prices, std::span<double> given) {
    Parts& p = *parts_;
    UnitPlan& plan = p.plan;
    p.make_plan();
    using Limits = Parts::Limits;
    kernels::best_unit_plans({p.hours, p.clusters, p.groups, p.duty, p.all(&Limits::p_min_mw),
                              p.all(&Limits::p_max_mw), p.all(&Limits::start_max_mw),
                              p.all(&Limits::stop_max_mw), p.segment_mw, p.segment_cny,
                              p.tier_off_h, p.tier_cny, p.channels},
                             prices,
                             {plan.bound_cny, plan.cost_cny, plan.earned_cny, plan.state, plan.p_mw,
                              plan.up_mw, plan.down_mw});
    const bool on_grid = p.clusters.size() > 1;
    Answer answer;
    for (std::size_t k = 0; k < p.clusters.size(); ++k) {
        const kernels::UnitCluster& c = p.clusters[k];
        p.capture_at(k, prices);
        double bound_cny = 0.0;
        double cost_cny = 0.0;
        for (int group = c.group_begin; group < c.group_end; ++group) {
            const auto g = static_cast<std::size_t>(group);
            if (std::isinf(plan.bound_cny[g]) || std::isinf(plan.cost_cny[g])) {
                throw NoPlan(
                    k, "a unit has no plan that keeps its minimum times, outages, must-run and "
                       "ramps, with what it did before the span");
            }
            bound_cny += p.units[g] * plan.bound_cny[g];
            cost_cny += p.units[g] * plan.cost_cny[g];
        }
        answer.bound += on_grid ? down_to_grid(bound_cny, bound_step) : bound_cny;
        answer.cost_cny += on_grid ? to_grid(cost_cny, bound_step) : cost_cny;
        p.give_cluster(c, given);
    }
    return answer;
}

namespace {

/// All units of a cluster at their largest output.
Offer offer_of(const std::vector<lp::UnitGroup>& cluster) {
    double mwh = 0.0;
    double cny = 0.0;
    for (const lp::UnitGroup& group : cluster) {
        for (std::size_t t = 0; t < group.p_max_mw.size(); ++t) {
            if (group.available[t] == 0) {
                continue;
            }
            mwh += group.units * group.p_max_mw[t];
            cny += group.units * group.base_cny_per_h;
            double left_mw = group.p_max_mw[t] - group.base_mw;
            for (std::size_t k = 0; k < group.segment_mw.size(); ++k) {
                const double mw = std::clamp(left_mw, 0.0, group.segment_mw[k]);
                cny += group.units * mw * group.segment_cny_per_mwh[k];
                left_mw -= mw;
            }
        }
    }
    return {mwh > 0.0 ? cny / mwh : 0.0, mwh};
}

} // namespace

Oracle unit_oracle(std::vector<std::vector<lp::UnitGroup>> clusters, int hours) {
    Oracle oracle;
    oracle.offers.emplace();
    for (std::vector<lp::UnitGroup>& cluster : clusters) {
        // All units of the cluster in service may move, by a MW of reserve as far as they hold it.
        std::vector<double> in_service(static_cast<std::size_t>(hours), 0.0);
        std::vector<double> most_mw(static_cast<std::size_t>(hours), 0.0);
        for (lp::UnitGroup& group : cluster) {
            for (std::vector<int>* list :
                 {&group.reserve.up, &group.reserve.down, &group.reserve.non_spinning}) {
                for (int& channel : *list) {
                    channel = place_of(oracle.channels, channel);
                }
            }
            group.injection = place_of(oracle.channels, group.injection);
            if (group.running >= 0) {
                group.running = place_of(oracle.channels, group.running);
            }
            if (group.draw.channel >= 0) {
                group.draw.channel = place_of(oracle.channels, group.draw.channel);
            }
            for (std::size_t t = 0; t < in_service.size(); ++t) {
                const double units = group.available[t] != 0 ? group.units : 0.0;
                in_service[t] += units;
                most_mw[t] += units * group.p_max_mw[t];
            }
        }
        if (cluster.empty()) {
            continue;
        }
        oracle.offers->push_back(offer_of(cluster));
        const lp::UnitGroup& first = cluster.front();
        const double largest_mw = first.p_max_mw.largest();
        if (first.draw.channel >= 0 && largest_mw > 0.0) {
            // A unit mostly goes between full output and rest.
            oracle.reach.push_back({{first.injection, first.draw.channel},
                                    {1.0, -first.draw.amount(largest_mw, false) / largest_mw},
                                    most_mw});
        } else {
            oracle.reach.push_back({{first.injection}, {1.0}, most_mw});
        }
        if (first.running >= 0 && largest_mw > 0.0) {
            // A price of its output that moves a unit over its whole range also switches it.
            oracle.reach.push_back({{first.running}, {1.0 / largest_mw}, most_mw});
        }
        const auto add_reserve = [&](const std::vector<int>& places, double mw) {
            if (!places.empty() && mw > 0.0) {
                std::vector<double> units = in_service;
                for (double& value : units) {
                    value *= mw;
                }
                oracle.reach.push_back(
                    {places, std::vector<double>(places.size(), 1.0), std::move(units)});
            }
        };
        add_reserve(first.reserve.up, first.up_max_mw);
        add_reserve(first.reserve.down, first.down_max_mw);
        add_reserve(first.reserve.non_spinning, first.non_spinning_max_mw);
    }
    auto solver = std::make_shared<UnitSolver>(clusters, hours);
    oracle.averaged = false;
    oracle.solve = [solver](std::span<const double> prices, std::span<double> given) {
        return solver->solve(prices, given);
    };
    oracle.plan = [solver](std::size_t k) -> lp::BlockPlan { return solver->cluster_plan(k); };
    oracle.forget_plan = [solver] { solver->forget_plan(); };
    return oracle;
}

} // namespace longyang::solve::prices
