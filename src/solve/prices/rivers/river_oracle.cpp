#include "solve/prices/rivers/river_oracle.hpp"

#include "solve/prices/places.hpp"
#include "solve/prices/rivers/parts.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace longyang::solve::prices {
namespace {

using river::hm3;
using river::Pool;

/// PE-34: a reservoir with head segments that asked for all that makes up for keeping the water
/// would as soon release as keep it, and a programme over its heads could play with that.
constexpr double half_asked = 0.5;
/// Each solves the cascade's water twice (PE-36).
constexpr int most_calls_at_rest = 4;

/// Per reservoir: what it and all those above can hold, between their limits in the mean.
std::vector<double> held_above(const lp::River& river) {
    std::vector<double> held_hm3(river.reservoirs.size(), 0.0);
    for (std::size_t r = 0; r < held_hm3.size(); ++r) { // those above come first
        const lp::RiverReservoir& own = river.reservoirs[r];
        const auto sum = [](const std::vector<double>& storage) {
            return std::accumulate(storage.begin(), storage.end(), 0.0);
        };
        held_hm3[r] += (sum(own.storage_max_hm3) - sum(own.storage_min_hm3)) /
                       static_cast<double>(own.storage_max_hm3.size());
        if (own.downstream >= 0) {
            held_hm3[static_cast<std::size_t>(own.downstream)] += held_hm3[r];
        }
    }
    return held_hm3;
}

/// The share of a month's hours in which a station could run on what is held above it.
double lasting_share(const lp::RiverStation& station, std::span<const double> held_hm3) {
    constexpr double hours = 730.0;
    const double month_hm3 = hours * hm3 * station.flow_max_m3_per_s;
    return std::min(1.0, held_hm3[static_cast<std::size_t>(station.reservoir)] / month_hm3);
}

} // namespace

RiverSolver::Parts::Parts(lp::River river_, int hours_, const RiverSettings& settings_)
    : river(std::move(river_)), hours(static_cast<std::size_t>(hours_)), settings(settings_) {
    const std::size_t count = river.reservoirs.size();
    const std::size_t stations = river.stations.size();
    for (auto* table : {&plan.storage_hm3, &plan.release_m3_per_s, &plan.spill_m3_per_s,
                        &plan.release_short_m3_per_s, &plan.value_cny_per_hm3, &arriving_hm3}) {
        table->assign(count * hours, 0.0);
    }
    for (auto* table : {&plan.flow_m3_per_s, &plan.p_mw, &plan.up_mw, &plan.down_mw,
                        &plan.head_price_cny_per_hm3}) {
        table->assign(stations * hours, 0.0);
    }
    plan.segment.assign(stations * hours, 0);
    plan.pump_m3_per_s.assign(river.pumps.size() * hours, 0.0);
    lift_cny_per_hm3 = plan.pump_m3_per_s;
    plan.end_short_hm3.assign(count, 0.0);
    least_hm3.assign(hours, 0.0);
    most_hm3.assign(hours, 0.0);
    pools.resize(count);
    for (std::size_t k = 0; k < stations; ++k) {
        pools[static_cast<std::size_t>(river.stations[k].reservoir)].stations.push_back(k);
    }
    std::vector<std::size_t> lots;
    for (std::size_t r = 0; r < count; ++r) {
        add_pool(r);
        lots.push_back(pools[r].lots.count);
    }
    for (std::size_t r = 0; r < count; ++r) {
        const int downstream = river.reservoirs[r].downstream;
        if (downstream >= 0 && pools[static_cast<std::size_t>(downstream)].heads) {
            Pool& pool = pools[r];
            pool.asked_share = pool.heads ? half_asked : 1.0;
            pool.more.assign(hours, 0.0);
            pool.earns.assign(pool.stations.size() * hours, 0.0);
            pool.dearer = pool.lots;
            auto& offers = pools[static_cast<std::size_t>(downstream)].offers;
            offers.parts += 2 * (pool.stations.size() + 1);
            offers.amount_hm3.assign(offers.parts * hours, 0.0);
            offers.cny_per_hm3.assign(offers.parts * hours, 0.0);
        }
    }
    for (const lp::RiverPump& pump : river.pumps) {
        Pool& from = pools[static_cast<std::size_t>(pump.from)];
        Pool& to = pools[static_cast<std::size_t>(pump.to)];
        from.lifted.add_part(hours);
        to.offers.add_part(hours);
    }
    if (count > 1) {
        water.emplace(river, hours, lots);
    }
}

void RiverSolver::Parts::add_pool(std::size_t r) {
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    Pool& pool = pools[r];
    const bool heads = std::any_of(pool.stations.begin(), pool.stations.end(), [&](std::size_t k) {
        return river.stations[k].segment_mw_per_m3_per_s.size() > 1;
    });
    pool.lots = river::Lots(river::count_lots(river, r, pool.stations));
    pool.order = pool.stations;
    if (heads) {
        pool.heads.emplace(river, r, pool.stations, hours);
        pool.best_hm3.assign(hours, 0.0);
        pool.worth.assign(pool.stations.size() * hours, 0.0);
        for (const double arriving : reservoir.arriving_m3_per_s) {
            pool.natural_hm3.push_back(hm3 * arriving);
        }
    }
    if (!heads && std::any_of(pool.stations.begin(), pool.stations.end(), [&](std::size_t k) {
            return !river.stations[k].reserve.up.empty();
        })) {
        pool.up_on_power.assign(hours, 1.0);
    }
    pool.taken.assign(river.reservoirs.size() == 1 ? pool.lots.count * hours : 0, 0.0);
    for (std::size_t t = 0; t < hours; ++t) {
        pool.base.push_back(hm3 *
                            (reservoir.arriving_m3_per_s[t] - reservoir.release_max_m3_per_s[t]));
    }
    breach_cny_per_hm3 = std::max({breach_cny_per_hm3, 10.0 * reservoir.release_short_cny_per_hm3,
                                   10.0 * reservoir.end_short_cny_per_hm3});
}

/// PE-22: water that is released is worth what it is downstream when it arrives; what is held back
/// loses that.
void RiverSolver::Parts::value_release(std::size_t r) {
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    Pool& pool = pools[r];
    pool.lot_value = pool.lots_as_asked().value_cny_per_hm3;
    if (reservoir.downstream < 0) {
        return;
    }
    const auto below = row(plan.value_cny_per_hm3, static_cast<std::size_t>(reservoir.downstream));
    const auto travel = static_cast<std::size_t>(reservoir.travel_h);
    for (std::size_t k = 0; k < pool.lots.count; ++k) {
        for (std::size_t t = 0; t + travel < hours; ++t) {
            pool.lot_value[k * hours + t] += below[t + travel];
        }
    }
}

kernels::Stores RiverSolver::Parts::store_of(std::size_t r) const {
    static constexpr double keeps_all = 1.0;
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    const Pool& pool = pools[r];
    return {1,
            hours,
            pool.lots.count,
            {&reservoir.storage_initial_hm3, 1},
            {&keeps_all, 1},
            {&reservoir.storage_end_hm3, 1},
            {&reservoir.end_short_cny_per_hm3, 1},
            reservoir.storage_min_hm3,
            reservoir.storage_max_hm3,
            pool.base,
            pool.lots_as_asked().hold_cny_per_hm3,
            pool.lot_value,
            pool.lots_as_asked().amount_hm3,
            {},
            {}};
}

/// The only reservoir, exactly.
double RiverSolver::Parts::plan_alone(std::span<const double> prices) {
    Pool& pool = pools[0];
    value_release(0);
    double bound = 0.0;
    kernels::plan_stores(
        store_of(0), breach_cny_per_hm3,
        {plan.value_cny_per_hm3, pool.taken, plan.storage_hm3, {&bound, 1}, {&plan.breach_hm3, 1}});
    const auto& largest = river.reservoirs[0].release_max_m3_per_s;
    for (std::size_t t = 0; t < hours; ++t) {
        const double most = largest[t];
        double held_hm3 = 0.0;
        for (std::size_t k = 0; k < pool.lots.count; ++k) {
            held_hm3 += pool.taken[k * hours + t];
        }
        plan.release_m3_per_s[t] = std::clamp(most - held_hm3 / hm3, 0.0, most);
    }
    if (!pool.heads) {
        return bound + pool.lots.constant_cny;
    }
    if (pool.heads->choose({pool.natural_hm3, nullptr, nullptr, {}}, pool.best_hm3)) {
        plan.breach_hm3 = 0.0;
        double before = river.reservoirs[0].storage_initial_hm3;
        for (std::size_t t = 0; t < hours; ++t) {
            const double all = before + pool.natural_hm3[t];
            plan.release_m3_per_s[t] = std::clamp((all - pool.best_hm3[t]) / hm3, 0.0, largest[t]);
            before = all - hm3 * plan.release_m3_per_s[t];
            plan.storage_hm3[t] = before;
        }
    }
    return bound_of(0, prices);
}

/// Of the water that a reservoir releases; empty at the mouth.
std::span<const double> RiverSolver::Parts::below(std::size_t r) const {
    const int downstream = river.reservoirs[r].downstream;
    return downstream < 0 ? std::span<const double>()
                          : row(plan.value_cny_per_hm3, static_cast<std::size_t>(downstream));
}

/// PE-23: a reservoir's part of the bound, its balances priced.
double RiverSolver::Parts::store_bound(std::size_t r) {
    value_release(r);
    double bound = 0.0;
    kernels::store_bounds(store_of(r), row(plan.value_cny_per_hm3, r), {&bound, 1});
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    const auto value = below(r);
    const auto travel = static_cast<std::size_t>(reservoir.travel_h);
    for (std::size_t t = travel; t < value.size(); ++t) {
        bound -= hm3 * reservoir.release_max_m3_per_s[t - travel] * value[t];
    }
    return bound + pools[r].lots_as_asked().constant_cny;
}

/// PE-23, or PE-25 where there are head segments. Where limits cannot be kept any number is a
/// bound: that of mixed segments.
double RiverSolver::Parts::bound_of(std::size_t r, std::span<const double> prices) {
    Pool& pool = pools[r];
    if (!pool.heads) {
        return store_bound(r);
    }
    const auto bound = pool.heads->bound({pool.natural_hm3, &pool.offers, &pool.lifted, below(r)});
    if (!bound) {
        return store_bound(r);
    }
    return rests ? bound_within_supply(r, prices, *bound) : *bound;
}

/// PE-84: no plan holds more water than there can be, but for what is missing to the least release.
/// Either little is missing, or at half of its price it costs `passed_cny` besides.
double RiverSolver::Parts::bound_within_supply(std::size_t r, std::span<const double> prices,
                                               double without_cny) {
    Pool& pool = pools[r];
    if (pool.supply.most_hm3.empty()) {
        return without_cny;
    }
    river::HeadWater comes{pool.natural_hm3, &pool.offers, &pool.lifted, below(r),
                           pool.supply.most_hm3};
    constexpr double no_plan = std::numeric_limits<double>::infinity();
    const double within_cny = pool.heads->bound(comes).value_or(no_plan);
    if (within_cny <= without_cny || pool.supply.passed_hm3 <= 0.0) {
        return within_cny < no_plan ? std::max(within_cny, without_cny) : without_cny;
    }
    pool.heads->set_prices(prices, pool.what_it_asks(), 0.5);
    comes.most_hm3 = {};
    const std::optional<double> half = pool.heads->bound(comes);
    return half ? std::max(without_cny, std::min(within_cny, *half + pool.supply.passed_cny))
                : without_cny;
}

/// PE-26: the flow's storages as nearly as limits allow with what reservoirs above do send. Tells
/// whether pumps have had to lift less than they did before.
bool RiverSolver::Parts::follow_water(std::size_t r) {
    const lp::RiverReservoir& own = river.reservoirs[r];
    const auto arriving = row(arriving_hm3, r);
    const auto release = row(plan.release_m3_per_s, r);
    const auto storage = row(plan.storage_hm3, r);
    bool cut = false;
    // Storages from which the rest of the hours can be kept within limits.
    for (std::size_t t = hours; t-- > 0;) {
        least_hm3[t] = own.storage_min_hm3[t];
        most_hm3[t] = own.storage_max_hm3[t];
        if (t + 1 < hours) {
            least_hm3[t] = std::max(least_hm3[t], least_hm3[t + 1] - arriving[t + 1]);
            most_hm3[t] = std::min(most_hm3[t], most_hm3[t + 1] - arriving[t + 1] +
                                                    hm3 * own.release_max_m3_per_s[t + 1]);
        }
    }
    double before = own.storage_initial_hm3;
    for (std::size_t t = 0; t < hours; ++t) {
        double all = before + arriving[t];
        if (all < own.storage_min_hm3[t]) {
            const double less = cut_pumps(r, t, own.storage_min_hm3[t] - all);
            cut = cut || less > 0.0;
            all += less;
        }
        const double wanted =
            std::max(least_hm3[t], std::min(most_hm3[t], water->storage_hm3(r, t)));
        const double most = hm3 * own.release_max_m3_per_s[t];
        const double released = std::clamp(all - wanted, 0.0, most);
        release[t] = std::min(released / hm3, own.release_max_m3_per_s[t]);
        before = released > 0.0 && released < most ? wanted : all - released;
        storage[t] = before;
        const double over =
            std::max(before - own.storage_max_hm3[t], own.storage_min_hm3[t] - before);
        plan.breach_hm3 += over > 1e-9 * (1.0 + own.storage_max_hm3[t]) ? over : 0.0;
    }
    if (own.downstream >= 0) {
        const auto below = row(arriving_hm3, static_cast<std::size_t>(own.downstream));
        for (auto t = static_cast<std::size_t>(own.travel_h); t < hours; ++t) {
            below[t] += hm3 * release[t - static_cast<std::size_t>(own.travel_h)];
        }
    }
    return cut;
}

/// PE-14: takes what a reservoir lacks from what pumps lift out of it; gives how much that is.
double RiverSolver::Parts::cut_pumps(std::size_t r, std::size_t t, double missing_hm3) {
    double left = missing_hm3;
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        if (river.pumps[k].from == static_cast<int>(r)) {
            double& flow = plan.pump_m3_per_s[k * hours + t];
            const double less = std::min(left, hm3 * flow);
            flow = std::max(0.0, flow - less / hm3);
            left -= less;
        }
    }
    return missing_hm3 - left;
}

void RiverSolver::Parts::follow_water() {
    constexpr double next_to_nothing = 1e-3; // of a pump's largest flow
    constexpr int most_rounds = 8;
    for (std::size_t k = 0; k < river.pumps.size(); ++k) {
        for (std::size_t t = 0; t < hours; ++t) {
            const double most = river.pumps[k].flow_max(t);
            const double lifted = std::min(most, water->lifted_hm3(k, t) / hm3);
            plan.pump_m3_per_s[k * hours + t] = lifted > next_to_nothing * most ? lifted : 0.0;
        }
    }
    // What a pump lifts has been counted above when it turns out below that it cannot.
    for (int round = 0;; ++round) {
        plan.breach_hm3 = 0.0;
        for (std::size_t r = 0; r < pools.size(); ++r) {
            const auto natural = std::span(river.reservoirs[r].arriving_m3_per_s);
            std::transform(natural.begin(), natural.end(), row(arriving_hm3, r).begin(),
                           [](double flow_m3_per_s) { return hm3 * flow_m3_per_s; });
        }
        for (std::size_t k = 0; k < river.pumps.size(); ++k) {
            const auto from = row(arriving_hm3, static_cast<std::size_t>(river.pumps[k].from));
            const auto to = row(arriving_hm3, static_cast<std::size_t>(river.pumps[k].to));
            for (std::size_t t = 0; t < hours; ++t) {
                from[t] -= hm3 * plan.pump_m3_per_s[k * hours + t];
                to[t] += hm3 * plan.pump_m3_per_s[k * hours + t];
            }
        }
        bool cut = false;
        for (std::size_t r = 0; r < pools.size(); ++r) {
            cut = follow_water(r) || cut;
        }
        if (!cut) {
            return;
        }
        if (round == most_rounds) {
            std::fill(plan.pump_m3_per_s.begin(), plan.pump_m3_per_s.end(), 0.0);
        }
    }
}

/// As many as take some 0.06 s: one for a year of a large cascade, which is enough where prices
/// settle; short spans are solved.
int RiverSolver::Parts::steps_a_call() const {
    if (settings.most_steps > 0) {
        return settings.most_steps;
    }
    const auto count = static_cast<double>(pools.size());
    const double step_ns =
        static_cast<double>(hours) * (0.26 * count * count * count + 400.0 * count); // measured
    return static_cast<int>(std::clamp(6e7 / step_ns, 1.0, 40.0));
}

/// Shares an hour's release out over stations, those that earn most by it first, with the head that
/// there really is; gives the cost.
double RiverSolver::Parts::read_hour(std::size_t r, std::size_t t, std::span<const double> prices,
                                     std::span<double> given) {
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    const std::size_t at = r * hours + t;
    const double before = t > 0 ? plan.storage_hm3[at - 1] : reservoir.storage_initial_hm3;
    double left = plan.release_m3_per_s[at];
    double cost_cny = 0.0;
    std::vector<std::size_t>& stations = pools[r].order;
    const double behind = pools[r].behind_at(t);
    const auto earns = [&](std::size_t k, int m) {
        return river::station_price(river.stations[k], prices, hours, t, behind).output *
               river.stations[k].segment_mw_per_m3_per_s[static_cast<std::size_t>(m)];
    };
    for (const std::size_t k : stations) {
        plan.segment[k * hours + t] = river::segment_in_force(river.stations[k], t, before);
    }
    if (stations.size() > 1) {
        std::sort(stations.begin(), stations.end(), [&](std::size_t a, std::size_t b) {
            const double earns_a = earns(a, plan.segment[a * hours + t]);
            const double earns_b = earns(b, plan.segment[b * hours + t]);
            return earns_a != earns_b ? earns_a > earns_b : a < b;
        });
    }
    for (const std::size_t k : stations) {
        const lp::RiverStation& station = river.stations[k];
        const int m = plan.segment[k * hours + t];
        const double flow = earns(k, m) > hm3 * behind // what spill earns
                                ? std::min(left, river::flow_limit_m3_per_s(station, t, m))
                                : 0.0;
        const double output_mw =
            flow * station.segment_mw_per_m3_per_s[static_cast<std::size_t>(m)];
        left -= flow;
        plan.flow_m3_per_s[k * hours + t] = flow;
        plan.p_mw[k * hours + t] = output_mw;
        given[static_cast<std::size_t>(station.injection) * hours + t] += output_mw;
        cost_cny += station.cny_per_mwh * output_mw;
    }
    if (pools[r].heads) {
        note_worth(r, t, prices);
    }
    plan.spill_m3_per_s[at] = left;
    hold_reserve(r, t, prices, given);
    plan.release_short_m3_per_s[at] =
        std::max(0.0, reservoir.release_min_m3_per_s[t] - plan.release_m3_per_s[at]);
    return cost_cny + reservoir.release_short_cny_per_hm3 * hm3 * plan.release_short_m3_per_s[at];
}

double RiverSolver::Parts::read_plan(std::span<const double> prices, std::span<double> given) {
    double cost_cny = read_pumps(given);
    for (std::size_t r = 0; r < pools.size(); ++r) {
        for (std::size_t t = 0; t < hours; ++t) {
            cost_cny += read_hour(r, t, prices, given);
        }
        const lp::RiverReservoir& reservoir = river.reservoirs[r];
        plan.end_short_hm3[r] =
            std::max(0.0, reservoir.storage_end_hm3 - plan.storage_hm3[r * hours + hours - 1]);
        cost_cny += reservoir.end_short_cny_per_hm3 * plan.end_short_hm3[r];
    }
    return cost_cny;
}

/// PE-23, PE-25: of the whole cascade at any values of water.
double RiverSolver::Parts::bound_at(std::span<const double> values,
                                    std::span<const double> prices) {
    std::copy(values.begin(), values.end(), plan.value_cny_per_hm3.begin());
    for (std::size_t r = 0; r < pools.size(); ++r) {
        set_surcharges(r, prices);
    }
    for (std::size_t r = 0; r < pools.size(); ++r) {
        set_offers(r);
    }
    double bound = pump_bound();
    for (std::size_t r = 0; r < pools.size(); ++r) {
        bound += bound_of(r, prices);
    }
    return bound;
}

Answer RiverSolver::Parts::solve(std::span<const double> prices, std::span<double> given) {
    Answer answer;
    ++calls;
    if (pools.size() == 1) {
        Pool& pool = pools[0];
        set_behind(0, prices);
        river::set_lots(river, 0, pool.stations, prices, hours, {{}, pool.worth, pool.behind}, {},
                        pool.lots);
        if (pool.heads) {
            pool.heads->set_prices(prices, {});
        }
        answer.bound = plan_alone(prices);
        answer.cost_cny = read_plan(prices, given);
        return answer;
    }
    set_pumps(prices);
    set_water(prices);
    (void)water->improve(rests ? most_steps_at_rest : steps_a_call(), settings.gap_share); // PE-24
    follow_water();
    answer.cost_cny = read_plan(prices, given);
    answer.bound = rests ? bound_at_rest(prices) : bound_at(water->value_cny_per_hm3(), prices);
    return answer;
}

void RiverSolver::Parts::forget_lots() {
    for (Pool& pool : pools) {
        for (river::Lots* lots : {&pool.lots, &pool.dearer}) {
            lots->clear();
        }
        for (std::vector<double>* table : {&pool.lot_value, &pool.behind}) {
            *table = std::vector<double>(); // `= {}` would keep the memory
        }
        if (pool.heads) {
            pool.heads->forget_prices();
        }
    }
}

RiverSolver::RiverSolver(lp::River river, int hours, const RiverSettings& settings)
    : parts_(std::make_unique<Parts>(std::move(river), hours, settings)) {}
RiverSolver::~RiverSolver() = default;
RiverSolver::RiverSolver(RiverSolver&&) noexcept = default;
RiverSolver& RiverSolver::operator=(RiverSolver&&) noexcept = default;

void RiverSolver::rest() {
    const std::vector<river::Pool>& pools = parts_->pools;
    parts_->rests = parts_->water && std::any_of(pools.begin(), pools.end(), [](const Pool& pool) {
                        return pool.heads.has_value();
                    });
    parts_->rest_value.clear();
}

std::function<void()> RiverSolver::keep() {
    struct State {
        std::optional<river::InteriorPoint> water;
        RiverPlan plan;
        int calls = 0;
        std::vector<std::vector<double>> worth, up_on_power; // by reservoir
    };
    const auto state =
        std::make_shared<State>(State{parts_->water, parts_->plan, parts_->calls, {}, {}});
    for (const Pool& pool : parts_->pools) {
        state->worth.push_back(pool.worth);
        state->up_on_power.push_back(pool.up_on_power);
    }
    return [&p = *parts_, state] {
        p.water = std::move(state->water);
        p.plan = std::move(state->plan);
        p.calls = state->calls;
        p.rests = false;
        for (std::size_t r = 0; r < p.pools.size(); ++r) {
            p.pools[r].worth = std::move(state->worth[r]);
            p.pools[r].up_on_power = std::move(state->up_on_power[r]);
        }
    };
}

const RiverPlan& RiverSolver::plan() const {
    return parts_->plan;
}

Answer RiverSolver::solve(std::span<const double> prices, std::span<double> given) {
    const Answer answer = parts_->solve(prices, given);
    parts_->forget_lots();
    return answer;
}

Oracle river_oracle(lp::River river, int hours) {
    Oracle oracle;
    const auto add_reach = [&](const std::vector<int>& places, double units, double lasts) {
        if (!places.empty()) {
            oracle.reach.push_back({places, std::vector<double>(places.size(), 1.0),
                                    std::vector<double>(static_cast<std::size_t>(hours), units),
                                    lasts});
        }
    };
    const std::vector<double> held_hm3 = held_above(river);
    for (lp::RiverStation& station : river.stations) {
        station.injection = place_of(oracle.channels, station.injection);
        for (auto* places : {&station.reserve.up, &station.reserve.down}) {
            for (int& channel : *places) {
                channel = place_of(oracle.channels, channel);
            }
        }
        const double lasts = lasting_share(station, held_hm3);
        add_reach({station.injection}, station.p_max_mw, lasts);
        add_reach(station.reserve.up, station.p_max_mw, lasts);
        add_reach(station.reserve.down, station.p_max_mw, lasts);
    }
    for (lp::RiverPump& pump : river.pumps) {
        for (lp::RiverPump::Draw& draw : pump.draws) {
            draw.channel = place_of(oracle.channels, draw.channel);
            add_reach({draw.channel}, draw.mw_per_m3_per_s * pump.flow_max_m3_per_s, 0.0);
        }
    }
    // std::function asks for something that can be copied.
    const bool rests = river.reservoirs.size() > 1 &&
                       std::any_of(river.stations.begin(), river.stations.end(),
                                   [](const lp::RiverStation& station) {
                                       return station.segment_mw_per_m3_per_s.size() > 1;
                                   });
    const auto solver = std::make_shared<RiverSolver>(std::move(river), hours);
    oracle.solve = [solver](std::span<const double> prices, std::span<double> given) {
        return solver->solve(prices, given);
    };
    if (rests) {
        oracle.at_rest = [solver] { solver->rest(); };
        oracle.most_calls_at_rest = most_calls_at_rest;
    }
    oracle.keep = [solver] { return solver->keep(); };
    oracle.plan = [solver](std::size_t) { return lp::BlockPlan(lp::RiverPlan(solver->plan())); };
    return oracle;
}

} // namespace longyang::solve::prices
