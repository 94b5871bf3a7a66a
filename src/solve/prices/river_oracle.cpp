#include "solve/prices/river_oracle.hpp"

#include "kernels/stores.hpp"
#include "solve/prices/places.hpp"
#include "solve/prices/river_lots.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace longyang::solve::prices {
namespace {

using river::hm3;

/// A reservoir as a store (kernels/stores.hpp). Behind its own lots stands the bid: water from the
/// reservoirs above, as much as it would like at its price.
struct Pool {
    std::vector<std::size_t> stations;
    std::vector<int> above; ///< reservoirs that send water here
    river::Lots lots;
    std::vector<double> lot_value, lot_amount, lot_centre, taken;
    std::vector<double> own_base, base; ///< without and with what is sent from above
    std::vector<double> inflow_hm3;     ///< what is sent from above, by the plan
    double flow_hm3_per_h = 0.0;        ///< of all turbines
    double mwh_per_hm3 = 0.0;           ///< the most that a station makes of its water
};

} // namespace

struct RiverSolver::Parts {
    lp::River river;
    std::size_t hours;
    RiverSettings settings;
    RiverPlan plan;
    std::vector<Pool> pools;
    std::vector<double> bid_price;   ///< reservoirs x hours, of water that arrives
    std::vector<double> plan_value;  ///< reservoirs x hours: values by the plan, next to the bids'
    std::vector<double> bid_storage; ///< hours
    std::vector<double> head_price;  ///< stations x hours
    double breach_cny_per_hm3 = 1e6;
    double width_cny_per_mwh;
    bool planned = false, bidding = false;

    Parts(lp::River river_, int hours_, const RiverSettings& settings_);

    [[nodiscard]] std::span<double> row(std::vector<double>& table, std::size_t r) const {
        return std::span(table).subspan(r * hours, hours);
    }
    [[nodiscard]] std::span<const double> row(const std::vector<double>& table,
                                              std::size_t r) const {
        return std::span(table).subspan(r * hours, hours);
    }
    void add_pool(std::size_t r);
    void gather_inflow(std::size_t r);
    void value_release(std::size_t r);
    [[nodiscard]] bool set_centres(std::size_t r);
    double plan_pool(std::size_t r, bool bid, std::span<double> value, std::span<double> storage);
    void take_release(std::size_t r);
    [[nodiscard]] double sweep_up();
    void sweep_down();
    [[nodiscard]] double read_plan(std::span<const double> prices, std::span<double> given);
    [[nodiscard]] double read_hour(std::size_t r, std::size_t t, std::span<const double> prices,
                                   std::span<double> given);
    void hold_reserve(std::size_t r, std::size_t t, std::span<const double> prices,
                      std::span<double> given);
    void note_head(std::size_t k, std::size_t t, int segment, double output_price);
};

RiverSolver::Parts::Parts(lp::River river_, int hours_, const RiverSettings& settings_)
    : river(std::move(river_)), hours(static_cast<std::size_t>(hours_)), settings(settings_),
      width_cny_per_mwh(settings_.first_width_cny_per_mwh) {
    const std::size_t count = river.reservoirs.size();
    const std::size_t stations = river.stations.size();
    for (auto* table :
         {&plan.storage_hm3, &plan.release_m3_per_s, &plan.spill_m3_per_s,
          &plan.release_short_m3_per_s, &plan.value_cny_per_hm3, &bid_price, &plan_value}) {
        table->assign(count * hours, 0.0);
    }
    for (auto* table : {&plan.flow_m3_per_s, &plan.p_mw, &plan.up_mw, &plan.down_mw, &head_price}) {
        table->assign(stations * hours, 0.0);
    }
    plan.segment.assign(stations * hours, 0);
    plan.end_short_hm3.assign(count, 0.0);
    bid_storage.assign(hours, 0.0);
    pools.resize(count);
    for (std::size_t k = 0; k < stations; ++k) {
        pools[static_cast<std::size_t>(river.stations[k].reservoir)].stations.push_back(k);
    }
    for (std::size_t r = 0; r < count; ++r) {
        add_pool(r);
    }
}

void RiverSolver::Parts::add_pool(std::size_t r) {
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    Pool& pool = pools[r];
    if (reservoir.downstream >= 0) {
        pools[static_cast<std::size_t>(reservoir.downstream)].above.push_back(static_cast<int>(r));
    }
    bool heads = false;
    for (const std::size_t k : pool.stations) {
        const lp::RiverStation& station = river.stations[k];
        const auto& mw_per_flow = station.segment_mw_per_m3_per_s;
        pool.flow_hm3_per_h += hm3 * station.flow_max_m3_per_s;
        pool.mwh_per_hm3 = std::max(
            pool.mwh_per_hm3, *std::max_element(mw_per_flow.begin(), mw_per_flow.end()) / hm3);
        heads = heads || mw_per_flow.size() > 1;
    }
    if (pool.stations.empty()) {
        pool.flow_hm3_per_h = hm3 * reservoir.release_max_m3_per_s;
        pool.mwh_per_hm3 = 1.0 / hm3;
    }
    pool.lots.count = river::count_lots(river, r, pool.stations);
    pool.lots.value_cny_per_hm3.assign(pool.lots.count * hours, 0.0);
    pool.lots.amount_hm3.assign(pool.lots.count * hours, 0.0);
    if (heads) {
        pool.lots.hold_cny_per_hm3.assign(hours, 0.0);
    }
    for (auto* table : {&pool.lot_value, &pool.lot_amount, &pool.lot_centre, &pool.taken}) {
        table->assign((pool.lots.count + 1) * hours, 0.0);
    }
    pool.inflow_hm3.assign(hours, 0.0);
    for (const double arriving : reservoir.arriving_m3_per_s) {
        pool.own_base.push_back(hm3 * (arriving - reservoir.release_max_m3_per_s));
    }
    pool.base = pool.own_base;
    breach_cny_per_hm3 = std::max({breach_cny_per_hm3, 10.0 * reservoir.release_short_cny_per_hm3,
                                   10.0 * reservoir.end_short_cny_per_hm3});
}

/// What reservoirs above send by the plan at hand.
void RiverSolver::Parts::gather_inflow(std::size_t r) {
    Pool& pool = pools[r];
    if (pool.above.empty()) {
        return;
    }
    std::fill(pool.inflow_hm3.begin(), pool.inflow_hm3.end(), 0.0);
    const std::span<double> most =
        std::span(pool.lot_amount).subspan(pool.lots.count * hours, hours);
    std::fill(most.begin(), most.end(), 0.0);
    for (const int above : pool.above) {
        const auto u = static_cast<std::size_t>(above);
        const auto release = row(plan.release_m3_per_s, u);
        const auto travel = static_cast<std::size_t>(river.reservoirs[u].travel_h);
        for (std::size_t t = travel; t < hours; ++t) {
            pool.inflow_hm3[t] += hm3 * release[t - travel];
            most[t] += hm3 * river.reservoirs[u].release_max_m3_per_s;
        }
    }
    for (std::size_t t = 0; t < hours; ++t) {
        pool.base[t] = pool.own_base[t] + pool.inflow_hm3[t];
    }
}

/// PE-22: water that is released is worth what it is downstream when it arrives; what is held back
/// loses that.
void RiverSolver::Parts::value_release(std::size_t r) {
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    Pool& pool = pools[r];
    std::copy(pool.lots.value_cny_per_hm3.begin(), pool.lots.value_cny_per_hm3.end(),
              pool.lot_value.begin());
    std::copy(pool.lots.amount_hm3.begin(), pool.lots.amount_hm3.end(), pool.lot_amount.begin());
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

/// Releases, and the bid, stay near the plan at hand. False where there is nothing to stay near.
bool RiverSolver::Parts::set_centres(std::size_t r) {
    Pool& pool = pools[r];
    if (!planned || pools.size() == 1 || pool.flow_hm3_per_h <= 0.0 || pool.mwh_per_hm3 <= 0.0) {
        return false;
    }
    const auto release = row(plan.release_m3_per_s, r);
    for (std::size_t t = 0; t < hours; ++t) {
        // Not kept within the lot: so all of them together stay near the whole release.
        double left = hm3 * release[t];
        for (std::size_t k = 0; k < pool.lots.count; ++k) {
            const double amount = pool.lot_amount[k * hours + t];
            pool.lot_centre[k * hours + t] = amount - left;
            left -= amount;
        }
        pool.lot_centre[pool.lots.count * hours + t] = pool.inflow_hm3[t];
    }
    return true;
}

/// Best plan of one reservoir (PE-24), with what is sent from above or with a bid for it; gives the
/// bound of its own part at the values found (PE-23).
double RiverSolver::Parts::plan_pool(std::size_t r, bool bid, std::span<double> value,
                                     std::span<double> storage) {
    constexpr double keeps_all = 1.0;
    const lp::RiverReservoir& reservoir = river.reservoirs[r];
    Pool& pool = pools[r];
    const std::size_t lots = pool.lots.count + (bid ? 1 : 0);
    const double curvature_cny =
        width_cny_per_mwh * pool.mwh_per_hm3 / std::max(pool.flow_hm3_per_h, 1e-9);
    std::vector<double> curvature;
    if (set_centres(r)) {
        curvature.assign(lots, curvature_cny);
        // Spill, of which there could be much more, half of the way to the same width: with the
        // whole way rivers that spill settle badly, without it bounds start three times as far
        // away.
        curvature[pool.lots.count - 1] *=
            std::sqrt(std::min(1.0, pool.flow_hm3_per_h / (hm3 * reservoir.release_max_m3_per_s)));
    }
    const auto bids = std::span(pool.lot_value).subspan(pool.lots.count * hours, hours);
    if (bid) {
        const auto price = row(bid_price, r);
        std::copy(price.begin(), price.end(), bids.begin());
    }
    const auto first_lots = [&](const std::vector<double>& table) {
        return std::span(table).first(lots * hours);
    };
    double bound = 0.0;
    double breach = 0.0;
    kernels::plan_stores(
        {1,
         hours,
         lots,
         {&reservoir.storage_initial_hm3, 1},
         {&keeps_all, 1},
         {&reservoir.storage_end_hm3, 1},
         {&reservoir.end_short_cny_per_hm3, 1},
         reservoir.storage_min_hm3,
         reservoir.storage_max_hm3,
         bid ? pool.own_base : pool.base,
         pool.lots.hold_cny_per_hm3,
         first_lots(pool.lot_value),
         first_lots(pool.lot_amount),
         curvature.empty() ? std::span<const double>() : first_lots(pool.lot_centre),
         curvature},
        breach_cny_per_hm3,
        {value, std::span(pool.taken).first(lots * hours), storage, {&bound, 1}, {&breach, 1}});
    plan.breach_hm3 += breach;
    const auto most = std::span(pool.lot_amount).subspan(pool.lots.count * hours, hours);
    for (std::size_t t = 0; t < hours && !pool.above.empty(); ++t) {
        // The water from above is priced where it leaves.
        bound += bid ? std::max(0.0, value[t] - bids[t]) * most[t] : value[t] * pool.inflow_hm3[t];
    }
    if (bid) {
        const auto price = row(bid_price, r);
        for (std::size_t t = 0; t < hours; ++t) {
            price[t] +=
                curvature_cny * (pool.taken[pool.lots.count * hours + t] - pool.inflow_hm3[t]);
        }
    }
    return bound + pool.lots.constant_cny;
}

void RiverSolver::Parts::take_release(std::size_t r) {
    const Pool& pool = pools[r];
    const double most = river.reservoirs[r].release_max_m3_per_s;
    const auto release = row(plan.release_m3_per_s, r);
    for (std::size_t t = 0; t < hours; ++t) {
        double held_hm3 = 0.0;
        for (std::size_t k = 0; k < pool.lots.count; ++k) {
            held_hm3 += pool.taken[k * hours + t];
        }
        release[t] = std::clamp(most - held_hm3 / hm3, 0.0, most);
    }
}

/// Values of water, from the mouth up; gives the bound at them.
double RiverSolver::Parts::sweep_up() {
    double bound = 0.0;
    for (std::size_t r = pools.size(); r-- > 0;) {
        gather_inflow(r);
        value_release(r);
        const bool bid = bidding && !pools[r].above.empty();
        const auto value = row(plan.value_cny_per_hm3, r);
        bound += plan_pool(r, bid, value, bid_storage);
        if (!bidding) {
            std::copy(value.begin(), value.end(), row(bid_price, r).begin());
        }
        const lp::RiverReservoir& reservoir = river.reservoirs[r];
        if (reservoir.downstream >= 0) {
            const auto below =
                row(plan.value_cny_per_hm3, static_cast<std::size_t>(reservoir.downstream));
            for (std::size_t t = static_cast<std::size_t>(reservoir.travel_h); t < hours; ++t) {
                bound -= hm3 * reservoir.release_max_m3_per_s * below[t];
            }
        }
    }
    bidding = true;
    return bound;
}

/// The plan, from the springs down: what is sent arrives.
void RiverSolver::Parts::sweep_down() {
    plan.breach_hm3 = 0.0;
    for (std::size_t r = 0; r < pools.size(); ++r) {
        gather_inflow(r);
        value_release(r);
        plan_pool(r, false, row(plan_value, r), row(plan.storage_hm3, r));
        take_release(r);
    }
    planned = true;
}

/// PE-25: what more storage is worth for the head of an hour, as the plan has it; half of the way
/// from where it was.
void RiverSolver::Parts::note_head(std::size_t k, std::size_t t, int segment, double output_price) {
    const lp::RiverStation& station = river.stations[k];
    if (station.first_segment.empty() || station.first_segment[t] == station.last_segment[t] ||
        t == 0) {
        return;
    }
    double target = 0.0;
    if (segment < station.last_segment[t]) {
        const auto m = static_cast<std::size_t>(segment);
        const double rise =
            (station.segment_mw_per_m3_per_s[m + 1] - station.segment_mw_per_m3_per_s[m]) /
            (station.segment_from_hm3[m + 1] - station.segment_from_hm3[m]);
        target = std::max(0.0, output_price * plan.flow_m3_per_s[k * hours + t] * rise);
    }
    head_price[k * hours + t] += 0.5 * (target - head_price[k * hours + t]);
}

/// HY-8: what reserve the plan can hold; upward reserve finds its water.
void RiverSolver::Parts::hold_reserve(std::size_t r, std::size_t t, std::span<const double> prices,
                                      std::span<double> given) {
    const std::size_t at = r * hours + t;
    double water_hm3 = std::max(0.0, plan.storage_hm3[at] - river.reservoirs[r].storage_min_hm3[t] +
                                         hm3 * plan.spill_m3_per_s[at]);
    for (const std::size_t k : pools[r].stations) {
        const lp::RiverStation& station = river.stations[k];
        const double output_mw = plan.p_mw[k * hours + t];
        double up_mw = 0.0;
        if (price_at(prices, station.reserve.up, hours, t) > 0.0) {
            const auto& mw_per_flow = station.segment_mw_per_m3_per_s;
            const double least = *std::min_element(mw_per_flow.begin(), mw_per_flow.end());
            const double room_mw =
                river::output_limit_mw(station, plan.segment[k * hours + t]) - output_mw;
            up_mw = std::max(0.0, std::min(room_mw, water_hm3 * least / hm3));
            water_hm3 = std::max(0.0, water_hm3 - hm3 * up_mw / least);
        }
        const double down_mw =
            price_at(prices, station.reserve.down, hours, t) > 0.0 ? output_mw : 0.0;
        plan.up_mw[k * hours + t] = up_mw;
        plan.down_mw[k * hours + t] = down_mw;
        give_at(given, station.reserve.up, hours, t, up_mw);
        give_at(given, station.reserve.down, hours, t, down_mw);
    }
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
    std::vector<std::size_t>& stations = pools[r].stations;
    const auto earns = [&](std::size_t k, int m) {
        return river::station_price(river.stations[k], prices, hours, t).output *
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
        const double output_price = river::station_price(station, prices, hours, t).output;
        const double flow =
            output_price > 0.0 ? std::min(left, river::flow_limit_m3_per_s(station, m)) : 0.0;
        const double output_mw =
            flow * station.segment_mw_per_m3_per_s[static_cast<std::size_t>(m)];
        left -= flow;
        plan.flow_m3_per_s[k * hours + t] = flow;
        plan.p_mw[k * hours + t] = output_mw;
        given[static_cast<std::size_t>(station.injection) * hours + t] += output_mw;
        cost_cny += station.cny_per_mwh * output_mw;
        note_head(k, t, m, output_price);
    }
    plan.spill_m3_per_s[at] = left;
    hold_reserve(r, t, prices, given);
    plan.release_short_m3_per_s[at] =
        std::max(0.0, reservoir.release_min_m3_per_s[t] - plan.release_m3_per_s[at]);
    return cost_cny + reservoir.release_short_cny_per_hm3 * hm3 * plan.release_short_m3_per_s[at];
}

double RiverSolver::Parts::read_plan(std::span<const double> prices, std::span<double> given) {
    double cost_cny = 0.0;
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

RiverSolver::RiverSolver(lp::River river, int hours, const RiverSettings& settings)
    : parts_(std::make_unique<Parts>(std::move(river), hours, settings)) {}
RiverSolver::~RiverSolver() = default;
RiverSolver::RiverSolver(RiverSolver&&) noexcept = default;
RiverSolver& RiverSolver::operator=(RiverSolver&&) noexcept = default;

const RiverPlan& RiverSolver::plan() const {
    return parts_->plan;
}

Answer RiverSolver::solve(std::span<const double> prices, std::span<double> given) {
    Parts& p = *parts_;
    for (std::size_t r = 0; r < p.pools.size(); ++r) {
        Pool& pool = p.pools[r];
        river::set_lots(p.river, r, pool.stations, prices, p.hours, p.head_price, pool.lots);
    }
    Answer answer;
    if (p.pools.size() == 1) {
        p.plan.breach_hm3 = 0.0;
        p.value_release(0);
        answer.bound =
            p.plan_pool(0, false, p.row(p.plan.value_cny_per_hm3, 0), p.row(p.plan.storage_hm3, 0));
        p.take_release(0);
        answer.cost_cny = p.read_plan(prices, given);
        return answer;
    }
    if (!p.planned) {
        p.sweep_down();
    }
    for (int sweep = 0; sweep < p.settings.sweeps; ++sweep) {
        const double bound = p.sweep_up();
        answer.bound = sweep == 0 ? bound : std::max(answer.bound, bound);
        p.sweep_down();
        p.width_cny_per_mwh =
            std::max(p.settings.last_width_cny_per_mwh, p.width_cny_per_mwh * p.settings.narrowing);
    }
    answer.cost_cny = p.read_plan(prices, given);
    return answer;
}

Oracle river_oracle(lp::River river, int hours) {
    Oracle oracle;
    const auto add_reach = [&](const std::vector<int>& places, double units) {
        if (!places.empty()) {
            oracle.reach.push_back({places, std::vector<double>(places.size(), 1.0),
                                    std::vector<double>(static_cast<std::size_t>(hours), units)});
        }
    };
    for (lp::RiverStation& station : river.stations) {
        station.injection = place_of(oracle.channels, station.injection);
        for (auto* places : {&station.reserve.up, &station.reserve.down}) {
            for (int& channel : *places) {
                channel = place_of(oracle.channels, channel);
            }
        }
        add_reach({station.injection}, station.p_max_mw);
        add_reach(station.reserve.up, station.p_max_mw);
        add_reach(station.reserve.down, station.p_max_mw);
    }
    // std::function asks for something that can be copied.
    const auto solver = std::make_shared<RiverSolver>(std::move(river), hours);
    oracle.solve = [solver](std::span<const double> prices, std::span<double> given) {
        return solver->solve(prices, given);
    };
    oracle.plan = [solver](std::size_t) { return lp::BlockPlan(lp::RiverPlan(solver->plan())); };
    return oracle;
}

} // namespace longyang::solve::prices
