#include "solve/prices/recovery/heat.hpp"

#include "solve/prices/heat/content.hpp"
#include "solve/prices/heat/keep_heat.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace longyang::solve::prices::recovery {
namespace {

/// Outputs that are looked at, evenly between a unit's limits.
constexpr std::size_t outputs = 5;
/// Steps of a store's content: so many to what a unit takes in an hour, within limits.
constexpr double steps_an_hour = 4.0;
constexpr double least_steps = 24.0, most_steps = 96.0;

double heat_of(const lp::UnitGroup& group, const HeatPlan& plan, std::size_t t) {
    return plan.on[t] == 0 ? 0.0
                           : group.draw.amount(plan.p_mw[t], starts_in(group, plan.on.data(), t));
}

/// Shortens runs and lowers outputs to what heat there is.
HeatPlan fitted(const lp::UnitGroup& group, const HeatRoom& room, HeatPlan plan, bool as_planned) {
    const std::size_t hours = plan.on.size();
    lp::Store store = *room.store;
    store.by_hour.drain_mw.resize(hours, 0.0);
    for (std::size_t t = 0; t < hours; ++t) {
        store.by_hour.drain_mw[t] += room.others_mwh[t] / store.efficiency_discharge;
    }
    const std::vector<lp::UnitGroup> groups{group};
    lp::UnitsPlan units{1, plan.on, plan.p_mw, plan.up_mw, plan.down_mw};
    (void)keep_heat(store, groups, units, as_planned);
    plan = {std::move(units.on), std::move(units.p_mw), std::move(units.up_mw),
            std::move(units.down_mw)};
    // What the store must hold at the end of an hour for least outputs after it.
    std::vector<double> needed(hours, 0.0);
    double later = store.energy_end_min_mwh;
    std::vector<double> least(hours, 0.0);
    add_heat(groups, {1, plan.on, {}, {}, {}}, false, least);
    for (std::size_t t = hours; t-- > 0;) {
        needed[t] = later;
        later = std::max(
            (later - store.inflow(t) + store.drain(t) + least[t] / store.efficiency_discharge) /
                store.kept_per_h,
            t > 0 ? store.energy_min(t - 1) : 0.0);
    }
    double energy = store.energy_initial_mwh;
    for (std::size_t t = 0; t < hours; ++t) {
        energy = store.kept_per_h * energy + store.inflow(t) - store.drain(t);
        if (plan.on[t] != 0) {
            const double most = store.efficiency_discharge * (energy - needed[t]);
            const double heat = std::max(least[t], std::min(heat_of(group, plan, t), most));
            const bool started = starts_in(group, plan.on.data(), t);
            const double per_mw = std::max(group.draw.per_mwh, 1e-9);
            plan.p_mw[t] = std::clamp((heat - group.draw.amount(0.0, started)) / per_mw,
                                      group.p_min_mw[t], std::max(plan.p_mw[t], group.p_min_mw[t]));
            energy -= heat_of(group, plan, t) / store.efficiency_discharge;
        }
        energy = std::min(energy, store.energy_max(t));
    }
    return plan;
}

/// Of a whole plan.
double worth_cny(const lp::UnitGroup& group, const HeatPlan& plan, const GroupPrices& prices) {
    double cny = 0.0;
    for (std::size_t t = 0; t < plan.on.size(); ++t) {
        cny += plan.on[t] == 0
                   ? at_rest_cny(group, prices, t)
                   : on_cny(group, prices, t, {plan.p_mw[t], plan.up_mw[t], plan.down_mw[t]});
        cny -= starts_in(group, plan.on.data(), t) ? cold_start_cny(group) : 0.0;
    }
    return cny;
}

/// An hour of one unit in which it is on.
struct Output {
    double p_mw = 0.0, worth_cny = 0.0, heat_mwh = 0.0;
};

/// PE-59  Backwards over hours: what is earned from an hour on, by what the unit did before it and
/// by the store's content at its start; forwards: the best way from what is known.
class Programme {
public:
    Programme(const lp::UnitGroup& group, const HeatRoom& room, const GroupPrices& prices)
        : group_(group), room_(room), prices_(prices), hours_(room.others_mwh.size()),
          down_(static_cast<std::size_t>(std::max(group.min_down_h, 1))),
          up_(static_cast<std::size_t>(std::max(group.min_up_h, 1))),
          content_(room,
                   steps_an_hour * room.store->energy_max_mwh /
                       std::max(group.draw.amount(group.p_max_mw.largest(), false), 1e-9),
                   least_steps, most_steps),
          worth_((hours_ + 1) * modes() * content_.levels(), 0.0) {}

    void backwards();
    [[nodiscard]] HeatPlan forwards() const;

private:
    // Modes: off for 0 (it stops now), 1, ... down_ hours or more; on for 1, ... up_ or more.
    [[nodiscard]] std::size_t modes() const { return 1 + down_ + up_; }
    [[nodiscard]] std::size_t longer_off(std::size_t mode) const {
        return std::min(mode + 1, down_);
    }
    [[nodiscard]] std::size_t longer_on(std::size_t mode) const {
        return std::min(mode + 1, down_ + up_);
    }
    [[nodiscard]] bool is_off(std::size_t mode) const { return mode <= down_; }
    [[nodiscard]] bool may_start(std::size_t mode) const { return mode == down_; }
    [[nodiscard]] bool may_stop_after(std::size_t mode) const { return mode == down_ + up_; }
    [[nodiscard]] bool may_be_on(std::size_t t) const { return group_.available[t] != 0; }
    [[nodiscard]] bool may_be_off(std::size_t t) const {
        return group_.must_run[t] == 0 || group_.available[t] == 0;
    }

    [[nodiscard]] const double* worth(std::size_t t, std::size_t mode) const {
        return worth_.data() + (t * modes() + mode) * content_.levels();
    }
    /// Worth from the end of an hour on.
    [[nodiscard]] double from_end(std::size_t t, std::size_t mode, double energy_mwh) const {
        return content_.from_end(t, worth(t + 1, mode), energy_mwh);
    }
    [[nodiscard]] std::array<Output, outputs> on(std::size_t t, bool started, bool last) const;
    /// Raises worths of an hour's start by what one of the outputs leads to.
    void raise(std::size_t t, bool started, bool last, std::size_t to, double* worth_cny) const;
    void set_hour(std::size_t t);

    /// What an hour may be.
    struct Choice {
        double cny = never;
        bool is_on = false;
        double p_mw = 0.0, heat_mwh = 0.0;
        std::size_t mode = 0;
    };
    void choose_on(std::size_t t, bool started, bool last, std::size_t to, double energy_mwh,
                   Choice& best) const;
    [[nodiscard]] Choice choose(std::size_t t, std::size_t mode, double energy_mwh) const;
    [[nodiscard]] std::vector<std::size_t> first_modes() const;

    const lp::UnitGroup& group_;
    const HeatRoom& room_;
    GroupPrices prices_;
    std::size_t hours_, down_, up_;
    HeatContent content_;
    std::vector<double> worth_; ///< (hours + 1) x modes x levels
};

std::array<Output, outputs> Programme::on(std::size_t t, bool started, bool last) const {
    const double least = group_.p_min_mw[t];
    double most = group_.p_max_mw[t];
    most = started ? std::min(most, group_.start_max_mw[t]) : most;
    most = last ? std::min(most, group_.stop_max_mw[t]) : most;
    if (group_.draw.per_mwh > 0.0) {
        const double heat = content_.most_mwh(t);
        most = std::min(most, (heat - group_.draw.amount(0.0, started)) / group_.draw.per_mwh);
    }
    std::array<Output, outputs> found;
    for (std::size_t k = 0; k < outputs; ++k) {
        const double share = static_cast<double>(k) / static_cast<double>(outputs - 1);
        const double p = least + share * std::max(0.0, most - least);
        const double cny = on_cny(group_, prices_, t,
                                  {p, up_beside_mw(group_, t, p), down_beside_mw(group_, t, p)});
        found[k] = {p, started ? cny - cold_start_cny(group_) : cny,
                    group_.draw.amount(p, started)};
    }
    return found;
}

void Programme::raise(std::size_t t, bool started, bool last, std::size_t to,
                      double* worth_cny) const {
    for (const Output& output : on(t, started, last)) {
        for (std::size_t g = 0; g < content_.levels(); ++g) {
            const double end = content_.ends_with(t, content_.mwh(g), output.heat_mwh);
            worth_cny[g] = std::max(worth_cny[g], output.worth_cny + from_end(t, to, end));
        }
    }
}

void Programme::set_hour(std::size_t t) {
    std::vector<double> last(content_.levels(), never); // on in this hour, off behind it
    if (may_be_on(t)) {
        raise(t, false, true, 0, last.data());
    }
    const double rest_cny = at_rest_cny(group_, prices_, t);
    for (std::size_t mode = 0; mode < modes(); ++mode) {
        double* to = worth_.data() + (t * modes() + mode) * content_.levels();
        std::fill(to, to + content_.levels(), never);
        if (is_off(mode) && may_be_off(t)) {
            for (std::size_t g = 0; g < content_.levels(); ++g) {
                const double end = content_.ends_with(t, content_.mwh(g), 0.0);
                to[g] = rest_cny + from_end(t, longer_off(mode), end);
            }
        }
        if (!may_be_on(t) || (is_off(mode) && !may_start(mode))) {
            continue;
        }
        const bool started = is_off(mode);
        const std::size_t next = longer_on(mode);
        raise(t, started, false, next, to);
        if (!may_stop_after(next)) {
            continue;
        }
        if (started) {
            raise(t, true, true, 0, to);
        } else {
            std::transform(to, to + content_.levels(), last.begin(), to,
                           [](double a, double b) { return std::max(a, b); });
        }
    }
}

void Programme::backwards() {
    for (std::size_t t = hours_; t-- > 0;) {
        set_hour(t);
    }
}

void Programme::choose_on(std::size_t t, bool started, bool last, std::size_t to, double energy_mwh,
                          Choice& best) const {
    for (const Output& output : on(t, started, last)) {
        const double cny =
            output.worth_cny + from_end(t, to, content_.ends_with(t, energy_mwh, output.heat_mwh));
        if (cny > best.cny) {
            best = {cny, true, output.p_mw, output.heat_mwh, to};
        }
    }
}

Programme::Choice Programme::choose(std::size_t t, std::size_t mode, double energy_mwh) const {
    Choice best;
    if (is_off(mode) && may_be_off(t)) {
        const std::size_t to = longer_off(mode);
        best = {at_rest_cny(group_, prices_, t) +
                    from_end(t, to, content_.ends_with(t, energy_mwh, 0.0)),
                false, 0.0, 0.0, to};
    }
    if (may_be_on(t) && (!is_off(mode) || may_start(mode))) {
        const std::size_t next = longer_on(mode);
        choose_on(t, is_off(mode), false, next, energy_mwh, best);
        if (may_stop_after(next)) {
            choose_on(t, is_off(mode), true, 0, energy_mwh, best);
        }
    }
    return best;
}

/// What the unit may have done before the span.
std::vector<std::size_t> Programme::first_modes() const {
    const auto past = static_cast<std::size_t>(std::max(group_.initial_h, 1));
    std::vector<std::size_t> modes;
    if (group_.initial_on != 0) {
        modes.push_back(down_ + (group_.initial_on < 0 ? up_ : std::min(past, up_)));
        if (modes.back() == down_ + up_ && (group_.initial_on < 0 || group_.initial_stop)) {
            modes.push_back(0);
        }
    }
    if (group_.initial_on <= 0) {
        modes.push_back(group_.initial_on < 0 ? down_ : std::min(past, down_));
    }
    return modes;
}

HeatPlan Programme::forwards() const {
    HeatPlan plan;
    double energy = room_.store->energy_initial_mwh;
    Choice first;
    for (const std::size_t mode : first_modes()) {
        const double cny = content_.at(worth(0, mode), energy);
        if (cny > first.cny) {
            first.cny = cny;
            first.mode = mode;
        }
    }
    std::size_t mode = first.mode;
    for (std::size_t t = 0; t < hours_; ++t) {
        const Choice now = choose(t, mode, energy);
        plan.on.push_back(now.is_on ? 1 : 0);
        plan.p_mw.push_back(now.p_mw);
        const bool up = now.is_on && prices_.reserve(group_.reserve.up, t) > 0.0;
        const bool down = now.is_on && prices_.reserve(group_.reserve.down, t) > 0.0;
        plan.up_mw.push_back(up ? up_beside_mw(group_, t, now.p_mw) : 0.0);
        plan.down_mw.push_back(down ? down_beside_mw(group_, t, now.p_mw) : 0.0);
        energy = content_.kept(t, content_.ends_with(t, energy, now.heat_mwh));
        mode = now.mode;
    }
    return plan;
}

} // namespace

HeatPlan plan_with_heat(const lp::UnitGroup& group, const HeatRoom& room,
                        std::span<const double> price) {
    const GroupPrices prices{price, room.others_mwh.size()};
    Programme programme(group, room, prices);
    programme.backwards();
    const HeatPlan plan = programme.forwards();
    HeatPlan best = fitted(group, room, plan, true);
    HeatPlan other = fitted(group, room, plan, false);
    return worth_cny(group, other, prices) > worth_cny(group, best, prices) ? other : best;
}

} // namespace longyang::solve::prices::recovery
