#include "solve/prices/heat/keep_heat.hpp"

#include "solve/prices/oracles/unit_cost.hpp"

#include <algorithm>
#include <optional>

namespace longyang::solve::prices {
namespace {

/// What a store may miss, MWh, and count as enough.
constexpr double rounding_mwh = 1e-9;

/// A unit's hours on end in which it is on, [begin, end).
struct Run {
    const lp::UnitGroup* group = nullptr;
    lp::UnitsPlan* plan = nullptr;
    std::size_t unit = 0;
    std::size_t begin = 0, end = 0;
};

/// The clusters that take heat of one store.
struct Takers {
    std::vector<const std::vector<lp::UnitGroup>*> groups;
    std::vector<lp::UnitsPlan*> plans;
    std::size_t hours = 0;
    bool as_planned = false; ///< heat of planned outputs, else of least ones

    [[nodiscard]] std::vector<double> heat() const {
        std::vector<double> heat_mwh(hours, 0.0);
        for (std::size_t k = 0; k < groups.size(); ++k) {
            add_heat(*groups[k], *plans[k], as_planned, heat_mwh);
        }
        return heat_mwh;
    }
    [[nodiscard]] std::optional<Run> youngest_run(std::size_t t) const;
};

/// The run over hour t that a unit began last and may leave; none: there is no such run.
std::optional<Run> Takers::youngest_run(std::size_t t) const {
    std::optional<Run> youngest;
    for (std::size_t k = 0; k < groups.size(); ++k) {
        std::size_t unit = 0;
        for (const lp::UnitGroup& group : *groups[k]) {
            for (int number = 0; number < group.units; ++number, ++unit) {
                const char* on = plans[k]->on.data() + unit * hours;
                if (on[t] == 0) {
                    continue;
                }
                Run run{&group, plans[k], unit, t, t + 1};
                bool held = false;
                while (run.begin > 0 && on[run.begin - 1] != 0) {
                    --run.begin;
                }
                for (; run.end < hours && on[run.end] != 0; ++run.end) {
                }
                for (std::size_t h = run.begin; h < run.end; ++h) {
                    held = held || group.must_run[h] != 0;
                }
                held = held || (run.begin == 0 && group.initial_on == 1);
                if (!held && (!youngest || run.begin >= youngest->begin)) {
                    youngest = run;
                }
            }
        }
    }
    return youngest;
}

/// The first hour in which a store has not enough for `heat_mwh` however little else it gives; the
/// number of hours: in none.
std::size_t first_short(const lp::Store& store, std::span<const double> heat_mwh) {
    double energy = store.energy_initial_mwh;
    for (std::size_t t = 0; t < heat_mwh.size(); ++t) {
        const double least = t + 1 == heat_mwh.size()
                                 ? std::max(store.energy_min(t), store.energy_end_min_mwh)
                                 : store.energy_min(t);
        energy = store.kept_per_h * energy + store.inflow(t) - store.drain(t) -
                 heat_mwh[t] / store.efficiency_discharge;
        energy = std::min(energy, store.energy_max(t));
        if (energy < least - rounding_mwh || heat_mwh[t] > store.discharge_max(t) + rounding_mwh) {
            return t;
        }
    }
    return heat_mwh.size();
}

/// The last run that has begun by hour t.
std::optional<Run> last_run(const Takers& takers, std::size_t t) {
    for (std::size_t h = t + 1; h-- > 0;) {
        if (const std::optional<Run> run = takers.youngest_run(h)) {
            return run;
        }
    }
    return std::nullopt;
}

/// The first hour from `from` on in which a unit may be on again: what the store holds before it
/// lasts for a start and the least time on; `to`: there is none before.
std::size_t again_on(const lp::Store& store, const lp::UnitGroup& group,
                     std::span<const double> heat_mwh, std::size_t from, std::size_t to) {
    const double wanted =
        (group.draw.per_start + group.min_up_h * group.draw.amount(group.p_min_mw[from], false)) /
        store.efficiency_discharge;
    double energy = store.energy_initial_mwh;
    for (std::size_t t = 0; t + 1 < to; ++t) {
        energy = store.kept_per_h * energy + store.inflow(t) - store.drain(t) -
                 heat_mwh[t] / store.efficiency_discharge;
        energy = std::min(energy, store.energy_max(t));
        if (t + 1 >= from && energy >= wanted) {
            return t + 1;
        }
    }
    return to;
}

/// Takes hours out of a run: from hour t on, or from its begin where it would be too short, until
/// there is heat again for long enough. Gives how many.
long shorten(const lp::Store& store, const Takers& takers, const Run& run, std::size_t t) {
    const auto least_h = static_cast<std::size_t>(run.group->min_up_h);
    const std::size_t from = t - run.begin >= least_h ? t : run.begin;
    char* on = run.plan->on.data() + run.unit * takers.hours;
    std::fill(on + from, on + run.end, char{0});
    const std::size_t rest_to = t + static_cast<std::size_t>(run.group->min_down_h);
    std::size_t to = again_on(store, *run.group, takers.heat(), rest_to, run.end);
    if (to + least_h > run.end) {
        to = run.end;
    }
    std::fill(on + to, on + run.end, char{1});
    for (auto* table : {&run.plan->p_mw, &run.plan->up_mw, &run.plan->down_mw}) {
        const auto row = table->begin() + static_cast<std::ptrdiff_t>(run.unit * takers.hours);
        std::fill(row + static_cast<std::ptrdiff_t>(from), row + static_cast<std::ptrdiff_t>(to),
                  0.0);
    }
    return static_cast<long>(to - from);
}

/// Stops units until the store's heat lasts, or none may be stopped. Gives the hours taken out.
long keep(const lp::Store& store, const Takers& takers) {
    long taken_out = 0;
    while (!takers.groups.empty()) {
        const std::size_t t = first_short(store, takers.heat());
        const std::optional<Run> run = t < takers.hours ? last_run(takers, t) : std::nullopt;
        if (!run) {
            break;
        }
        taken_out += shorten(store, takers, *run, std::min(t, run->end - 1));
    }
    return taken_out;
}

} // namespace

void add_heat(const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan, bool as_planned,
              std::vector<double>& heat_mwh) {
    std::size_t at = 0;
    for (const lp::UnitGroup& group : groups) {
        for (int unit = 0; unit < group.units; ++unit) {
            for (std::size_t t = 0; t < heat_mwh.size(); ++t, ++at) {
                if (plan.on[at] != 0) {
                    const bool started = starts_in(group, plan.on.data() + at - t, t);
                    heat_mwh[t] +=
                        group.draw.amount(as_planned ? plan.p_mw[at] : group.p_min_mw[t], started);
                }
            }
        }
    }
}

long keep_heat(std::span<const lp::OracleData> blocks, std::span<lp::BlockPlan> plans,
               std::size_t hours) {
    long taken_out = 0;
    for (const lp::OracleData& block : blocks) {
        const auto* store = std::get_if<lp::Store>(&block);
        if (store == nullptr) {
            continue;
        }
        Takers takers;
        takers.hours = hours;
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            const auto* groups = std::get_if<std::vector<lp::UnitGroup>>(&blocks[b]);
            if (groups != nullptr && !groups->empty() &&
                groups->front().draw.channel == store->injection) {
                takers.groups.push_back(groups);
                takers.plans.push_back(&std::get<lp::UnitsPlan>(plans[b]));
            }
        }
        taken_out += keep(*store, takers);
    }
    return taken_out;
}

long keep_heat(const lp::Store& store, const std::vector<lp::UnitGroup>& groups,
               lp::UnitsPlan& plan, bool as_planned) {
    const std::size_t hours = plan.on.size() / static_cast<std::size_t>(std::max(plan.units, 1));
    return keep(store, {{&groups}, {&plan}, hours, as_planned});
}

} // namespace longyang::solve::prices
