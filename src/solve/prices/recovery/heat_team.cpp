#include "solve/prices/recovery/heat_team.hpp"

#include "solve/prices/heat/content.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace longyang::solve::prices::recovery {
namespace {

/// Outputs that are looked at, evenly between the limits of the units that are on.
constexpr std::size_t outputs = 5;
/// Steps of the store's content: so many to what one unit takes in an hour, within limits.
constexpr double steps_a_unit_hour = 1.0;
constexpr double least_steps = 48.0, most_steps = 192.0;

/// An hour of all units.
struct TeamHour {
    std::size_t on = 0;
    double p_mw = 0.0;
};

/// PE-76  Backwards over hours: what is earned from an hour on, by how many units were on before it
/// and by the content at its start; forwards: the best way from what is known.
class TeamProgramme {
public:
    TeamProgramme(const lp::UnitGroup& group, const HeatRoom& room, const OutputWorth& worth,
                  const GroupPrices& prices)
        : group_(group), room_(room), worth_of_(worth), prices_(prices),
          hours_(room.others_mwh.size()), units_(static_cast<std::size_t>(group.units)),
          content_(room,
                   steps_a_unit_hour * room.store->energy_max_mwh /
                       std::max(group.draw.amount(largest_mw(group), false), 1e-9),
                   least_steps, most_steps),
          debts_(content_.debts_of(group.units * group.draw.per_start)),
          worth_((hours_ + 1) * (units_ + 1) * content_.levels(), 0.0),
          own_((units_ + 1) * width(), 0.0), starting_(own_) {}

    void backwards();
    [[nodiscard]] std::vector<TeamHour> forwards() const;

private:
    static double largest_mw(const lp::UnitGroup& group) { return group.p_max_mw.largest(); }
    [[nodiscard]] double* worth(std::size_t t, std::size_t on) {
        return worth_.data() + (t * (units_ + 1) + on) * content_.levels();
    }
    [[nodiscard]] const double* worth(std::size_t t, std::size_t on) const {
        return worth_.data() + (t * (units_ + 1) + on) * content_.levels();
    }
    [[nodiscard]] bool may_be(std::size_t t, std::size_t on) const {
        return group_.available[t] == 0 ? on == 0 : group_.must_run[t] == 0 || on == units_;
    }
    struct Output {
        double p_mw = 0.0, cny = 0.0, heat_mwh = 0.0;
    };
    [[nodiscard]] std::array<Output, outputs> outputs_of(std::size_t t, std::size_t on) const;
    /// Levels with those below 0.
    [[nodiscard]] std::size_t width() const { return content_.levels() + debts_; }
    [[nodiscard]] double mwh(std::size_t place) const {
        return content_.mwh(place) - content_.mwh(debts_);
    }
    void set_own(std::size_t t, std::size_t on);
    void set_hour(std::size_t t);

    const lp::UnitGroup& group_;
    const HeatRoom& room_;
    const OutputWorth& worth_of_;
    GroupPrices prices_;
    std::size_t hours_, units_;
    HeatContent content_;
    std::size_t debts_;         ///< levels below 0: the heat of starts may come in the same hour
    std::vector<double> worth_; ///< (hours + 1) x (units + 1) x levels
    /// (units + 1) x width, of the hour at hand: with as many on in it, whatever was before; with
    /// as many or more, which start.
    std::vector<double> own_, starting_;
};

std::array<TeamProgramme::Output, outputs> TeamProgramme::outputs_of(std::size_t t,
                                                                     std::size_t on) const {
    const double number = static_cast<double>(on);
    const double rest = static_cast<double>(units_ - on) * at_rest_cny(group_, prices_, t);
    std::array<Output, outputs> found;
    double most = group_.p_max_mw[t];
    if (on > 0 && group_.draw.per_mwh > 0.0) {
        most = std::min(most, (content_.most_mwh(t) / number - group_.draw.base_per_h) /
                                  group_.draw.per_mwh);
    }
    for (std::size_t k = 0; k < outputs; ++k) {
        const double share = static_cast<double>(k) / static_cast<double>(outputs - 1);
        const double p_mw = group_.p_min_mw[t] + share * std::max(0.0, most - group_.p_min_mw[t]);
        found[k].p_mw = number * p_mw;
        found[k].heat_mwh = number * group_.draw.amount(p_mw, false);
        found[k].cny = worth_of_.at(t, found[k].p_mw) + rest;
        if (on > 0) {
            found[k].cny += number * on_cny(group_, prices_, t,
                                            {p_mw, up_beside_mw(group_, t, p_mw),
                                             down_beside_mw(group_, t, p_mw)});
        }
    }
    return found;
}

void TeamProgramme::set_own(std::size_t t, std::size_t on) {
    double* own = own_.data() + on * width();
    std::fill(own, own + width(), never);
    if (!may_be(t, on)) {
        return;
    }
    const double* after = worth(t + 1, on);
    for (const Output& output : outputs_of(t, on)) {
        for (std::size_t g = 0; g < width(); ++g) {
            const double end = content_.ends_with(t, mwh(g), output.heat_mwh);
            own[g] = std::max(own[g], output.cny + content_.from_end(t, after, end));
        }
    }
}

void TeamProgramme::set_hour(std::size_t t) {
    for (std::size_t on = 0; on <= units_; ++on) {
        set_own(t, on);
    }
    // Units that start one by one, each with its cost and heat.
    starting_ = own_;
    const double start_mwh = content_.energy_for(group_.draw.per_start);
    for (std::size_t on = units_; on-- > 0;) {
        double* here = starting_.data() + on * width();
        const double* more = here + width();
        for (std::size_t g = 0; g < width(); ++g) {
            here[g] = std::max(here[g], content_.at(more, mwh(g) - start_mwh, debts_) -
                                            cold_start_cny(group_));
        }
    }
    // Units that stop.
    for (std::size_t on = 0; on <= units_; ++on) {
        double* own = own_.data() + on * width();
        const double* fewer = on > 0 ? own - width() : own;
        const double* starting = starting_.data() + on * width();
        for (std::size_t g = 0; g < width(); ++g) {
            own[g] = std::max(own[g], fewer[g]);
        }
        std::transform(own + debts_, own + width(), starting + debts_, worth(t, on),
                       [](double a, double b) { return std::max(a, b); });
    }
}

void TeamProgramme::backwards() {
    for (std::size_t t = hours_; t-- > 0;) {
        set_hour(t);
    }
}

std::vector<TeamHour> TeamProgramme::forwards() const {
    std::vector<TeamHour> plan;
    double energy = room_.store->energy_initial_mwh;
    std::size_t before = group_.initial_on > 0 ? units_ : 0;
    for (std::size_t t = 0; t < hours_; ++t) {
        double best_cny = never;
        TeamHour best;
        double best_heat = 0.0;
        for (std::size_t on = 0; on <= units_; ++on) {
            if (!may_be(t, on)) {
                continue;
            }
            // Before the span a free unit is as it has to be.
            const bool free = t == 0 && group_.initial_on < 0;
            const double starts = on > before && !free ? static_cast<double>(on - before) : 0.0;
            for (const Output& output : outputs_of(t, on)) {
                const double heat = output.heat_mwh + starts * group_.draw.per_start;
                const double cny =
                    output.cny - starts * cold_start_cny(group_) +
                    content_.from_end(t, worth(t + 1, on), content_.ends_with(t, energy, heat));
                if (cny > best_cny) {
                    best_cny = cny;
                    best = {on, output.p_mw};
                    best_heat = heat;
                }
            }
        }
        plan.push_back(best);
        energy = content_.kept(t, content_.ends_with(t, energy, best_heat));
        before = best.on;
    }
    return plan;
}

/// Hours that the units of a group have been on or off.
class Dealer {
public:
    explicit Dealer(const lp::UnitGroup& group)
        : group_(group), unit_(static_cast<std::size_t>(group.units)) {
        for (Unit& unit : unit_) {
            unit.on = group.initial_on > 0;
            unit.h = group.initial_on < 0 ? long_h : group.initial_h;
        }
    }
    /// Brings as many on as least times allow; free: whatever they did before.
    void set(std::size_t number, bool free);
    [[nodiscard]] bool on(std::size_t k) const { return unit_[k].on; }

private:
    struct Unit {
        bool on = false;
        int h = 0;
    };
    /// The one of a state that is in it for longest and may leave it; none: -1.
    [[nodiscard]] int longest(bool on, int least_h) const;

    static constexpr int long_h = 1000000;
    const lp::UnitGroup& group_;
    std::vector<Unit> unit_;
};

int Dealer::longest(bool on, int least_h) const {
    int found = -1;
    for (std::size_t k = 0; k < unit_.size(); ++k) {
        if (unit_[k].on == on && unit_[k].h >= least_h &&
            (found < 0 || unit_[k].h > unit_[static_cast<std::size_t>(found)].h)) {
            found = static_cast<int>(k);
        }
    }
    return found;
}

void Dealer::set(std::size_t number, bool free) {
    const auto count = [&] {
        return static_cast<std::size_t>(
            std::count_if(unit_.begin(), unit_.end(), [](const Unit& unit) { return unit.on; }));
    };
    while (count() != number) {
        const bool stops = count() > number;
        const int least_h = free ? 0 : stops ? group_.min_up_h : group_.min_down_h;
        const int k = longest(stops, least_h);
        if (k < 0) {
            break;
        }
        unit_[static_cast<std::size_t>(k)] = {!stops, free && !stops ? long_h : 0};
    }
    for (Unit& unit : unit_) {
        unit.h = std::min(unit.h + 1, long_h);
    }
}

/// Equal parts of an output, as far as each unit may go.
void share_out(const lp::UnitGroup& group, double p_mw, std::size_t t, lp::UnitsPlan& plan,
               std::size_t hours) {
    struct Own {
        std::size_t at;
        double most_mw;
    };
    std::vector<Own> on;
    for (std::size_t k = 0; k < static_cast<std::size_t>(plan.units); ++k) {
        const char* own = plan.on.data() + k * hours;
        if (own[t] != 0) {
            double most = group.p_max_mw[t];
            most = starts_in(group, own, t) ? std::min(most, group.start_max_mw[t]) : most;
            most = t + 1 < hours && own[t + 1] == 0 ? std::min(most, group.stop_max_mw[t]) : most;
            on.push_back({k * hours + t, std::max(most, group.p_min_mw[t])});
        }
    }
    // Those that may give least first: what they leave goes to the others.
    std::stable_sort(on.begin(), on.end(),
                     [](const Own& a, const Own& b) { return a.most_mw < b.most_mw; });
    for (std::size_t k = 0; k < on.size(); ++k) {
        const double part = p_mw / static_cast<double>(on.size() - k);
        const double own = std::clamp(part, group.p_min_mw[t], on[k].most_mw);
        plan.p_mw[on[k].at] = own;
        p_mw -= own;
    }
}

} // namespace

double OutputWorth::at(std::size_t t, double p_mw) const {
    const double* row = cny.data() + t * points;
    const double place = std::clamp(p_mw / step_mw, 0.0, static_cast<double>(points - 1));
    const std::size_t below = std::min(static_cast<std::size_t>(place), points - 2);
    const double share = place - static_cast<double>(below);
    return (1.0 - share) * row[below] + share * row[below + 1];
}

lp::UnitsPlan plan_team(const lp::UnitGroup& group, const HeatRoom& room, const OutputWorth& worth,
                        std::span<const double> price) {
    const std::size_t hours = room.others_mwh.size();
    const std::size_t units = static_cast<std::size_t>(group.units);
    const GroupPrices prices{price, hours};
    TeamProgramme programme(group, room, worth, prices);
    programme.backwards();
    const std::vector<TeamHour> best = programme.forwards();

    lp::UnitsPlan plan{group.units, std::vector<char>(units * hours, 0), {}, {}, {}};
    plan.p_mw.assign(units * hours, 0.0);
    plan.up_mw = plan.down_mw = plan.p_mw;
    Dealer dealer(group);
    for (std::size_t t = 0; t < hours; ++t) {
        dealer.set(best[t].on, group.available[t] == 0 || (t == 0 && group.initial_on < 0));
        for (std::size_t k = 0; k < units; ++k) {
            plan.on[k * hours + t] = dealer.on(k) ? 1 : 0;
        }
    }
    for (std::size_t t = 0; t < hours; ++t) {
        share_out(group, best[t].p_mw, t, plan, hours);
        const bool up = prices.reserve(group.reserve.up, t) > 0.0;
        const bool down = prices.reserve(group.reserve.down, t) > 0.0;
        for (std::size_t at = t; at < units * hours; at += hours) {
            if (plan.on[at] != 0) {
                plan.up_mw[at] = up ? up_beside_mw(group, t, plan.p_mw[at]) : 0.0;
                plan.down_mw[at] = down ? down_beside_mw(group, t, plan.p_mw[at]) : 0.0;
            }
        }
    }
    return plan;
}

} // namespace longyang::solve::prices::recovery
