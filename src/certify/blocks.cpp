#include "certify/blocks.hpp"

#include "base/error.hpp"
#include "certify/amounts.hpp"
#include "certify/lines.hpp"
#include "certify/rivers.hpp"
#include "certify/stores.hpp"
#include "certify/units.hpp"
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "grid/emission_caps.hpp"
#include "model/oracle_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::span<const double> row_of(const grid::HourTable& table, int item) {
    return table.values.empty() ? std::span<const double>()
                                : table.row(static_cast<std::size_t>(item));
}

std::size_t month_of(const model::Context& context, std::size_t hour) {
    const int of_year = context.hour_of_year(static_cast<int>(hour)) % grid::hours_per_year;
    return static_cast<std::size_t>(grid::month_of_hour(of_year) - 1);
}

/// What the evaluation of one block adds up. Without a schedule only the bound.
struct Account {
    const model::Context& context;
    const Prices& prices;
    const grid::Schedule* schedule;
    std::vector<double>& given;
    Part part;
    double earned_cny = 0.0;

    void give(int channel, std::size_t hour, double amount) {
        given[static_cast<std::size_t>(channel) * prices.hours + hour] += amount;
        earned_cny += prices.at(channel, hour) * amount;
    }
    void give(const std::vector<int>& channels, std::size_t hour, double amount) {
        for (const int channel : channels) {
            give(channel, hour, amount);
        }
    }
    /// A part of the gap that belongs to an hour.
    void date(std::size_t hour, double gap_cny) {
        part.month_cny[month_of(context, hour)] += gap_cny;
    }
};

/// joint: its bound with its heat store; null: alone.
void add_units(int item, const JointBound* joint, Account& account) {
    const std::vector<lp::UnitGroup> groups = model::unit_groups(account.context, item);
    account.part.bound_cny = joint != nullptr ? joint->cny : 0.0;
    for (const lp::UnitGroup& group : groups) {
        account.part.bound_cny +=
            joint == nullptr ? group.units * unit_bound(group, account.prices) : 0.0;
    }
    if (account.schedule == nullptr) {
        return;
    }
    const lp::UnitGroup& any = groups.front();
    const grid::Schedule& s = *account.schedule;
    for (std::size_t t = 0; t < account.prices.hours; ++t) {
        account.give(any.injection, t, row_of(s.thermal_p_mw, item)[t]);
        if (any.running >= 0) {
            account.give(any.running, t, row_of(s.thermal_units_on, item)[t]);
        }
        if (any.draw.channel >= 0) {
            const double captured_t = row_of(s.thermal_captured_t, item)[t];
            const double gross_mw =
                row_of(s.thermal_p_mw, item)[t] + any.capture.mwh_per_t * captured_t;
            account.give(any.draw.channel, t,
                         captured_t - (any.draw.base_per_h * row_of(s.thermal_units_on, item)[t] +
                                       any.draw.per_mwh * gross_mw +
                                       any.draw.per_start * row_of(s.thermal_starts, item)[t]));
        }
        account.give(any.reserve.up, t, row_of(s.thermal_up_mw, item)[t]);
        account.give(any.reserve.down, t, row_of(s.thermal_down_mw, item)[t]);
        account.give(any.reserve.non_spinning, t, row_of(s.thermal_non_spinning_mw, item)[t]);
    }
}

/// Charge, discharge, ... of a storage plant in the schedule.
lp::StorePlan storage_plan(int item, const grid::Schedule& s) {
    const auto copy = [&](const grid::HourTable& table) {
        const std::span<const double> row = row_of(table, item);
        return std::vector<double>(row.begin(), row.end());
    };
    lp::StorePlan plan;
    plan.charge_mw = copy(s.storage_charge_mw);
    plan.discharge_mw = copy(s.storage_discharge_mw);
    plan.spill_mw = copy(s.storage_spill_mw);
    plan.energy_mwh = copy(s.storage_energy_mwh);
    plan.up_mw = copy(s.storage_up_mw);
    plan.down_mw = copy(s.storage_down_mw);
    return plan;
}

/// plan: what the store does in the schedule, or null. Of a store whose power block answers for
/// both, costs are left, which are 0 or more.
void add_store(const lp::Store& store, std::span<const double> value_cny_per_mwh,
               const lp::StorePlan* plan, bool answered_for, Account& account) {
    const PricedStore priced{store, account.prices,
                             answered_for ? std::span<const double>() : value_cny_per_mwh};
    for (std::size_t t = 0; t < account.prices.hours; ++t) {
        const double bound = answered_for ? 0.0 : priced.bound(t);
        account.part.bound_cny += bound;
        if (plan == nullptr) {
            continue;
        }
        const StoreHour does{plan->charge_mw[t],
                             plan->discharge_mw[t],
                             plan->spill_mw[t],
                             plan->energy_mwh[t],
                             plan->up_mw[t],
                             plan->down_mw[t],
                             plan->unserved_mw.empty() ? 0.0 : plan->unserved_mw[t]};
        account.give(store.injection, t, store.base(t) + does.discharge_mw - does.charge_mw);
        account.give(store.reserve.up, t, does.up_mw);
        account.give(store.reserve.down, t, does.down_mw);
        account.date(t, priced.value(t, does) - bound);
    }
}

void add_storage(int item, const InnerPrices& inner, bool answered_for, Account& account) {
    lp::StorePlan plan;
    if (account.schedule != nullptr) {
        plan = storage_plan(item, *account.schedule);
    }
    add_store(model::store_data(account.context, item), row_of(inner.storage_cny_per_mwh, item),
              account.schedule != nullptr ? &plan : nullptr, answered_for, account);
}

void add_flexible_load(int item, const InnerPrices& inner, Account& account) {
    lp::StorePlan plan;
    if (account.schedule != nullptr) {
        plan = model::flexible_plan(account.context, item, *account.schedule);
    }
    add_store(model::flexible_store(account.context, item),
              row_of(inner.flexible_cny_per_mwh, item),
              account.schedule != nullptr ? &plan : nullptr, false, account);
}

/// Prices of a cascade's own reservoirs or stations out of those of the whole table.
std::vector<double> rows_of(const grid::HourTable& table, const std::vector<int>& rows,
                            std::size_t hours) {
    std::vector<double> own;
    for (const int row : rows) {
        const std::span<const double> values = row_of(table, row);
        own.insert(own.end(), values.begin(), values.end());
        own.resize(own.size() + hours - values.size(), 0.0);
    }
    return own;
}

/// A cascade with its rows in the schedule's tables.
struct Cascade {
    lp::River river;
    model::RiverRows rows;
    std::vector<double> value, head;
    PricedRiver priced;

    Cascade(const model::Context& context, int item, const InnerPrices& inner, const Prices& prices)
        : river(model::river_data(context, item)), rows(model::river_rows(context, item)),
          value(rows_of(inner.reservoir_cny_per_hm3, rows.reservoir, prices.hours)),
          head(rows_of(inner.head_cny_per_hm3, rows.station, prices.hours)),
          priced(river, prices, value, head) {}
};

/// Storage at the start of an hour.
double storage_before(const Cascade& cascade, const grid::Schedule& schedule, std::size_t r,
                      std::size_t t) {
    return t > 0 ? row_of(schedule.reservoir_storage_hm3, cascade.rows.reservoir[r])[t - 1]
                 : cascade.river.reservoirs[r].storage_initial_hm3;
}

double release_of(const Cascade& cascade, const grid::Schedule& s, std::size_t r, std::size_t t) {
    double release = row_of(s.reservoir_spill_m3_per_s, cascade.rows.reservoir[r])[t];
    for (const std::size_t k : cascade.priced.stations_of(r)) {
        release += row_of(s.hydro_flow_m3_per_s, cascade.rows.station[k])[t];
    }
    return release;
}

/// What a reservoir is charged for its water from above less what it charges below.
double charges(const Cascade& cascade, const grid::Schedule& s, std::size_t r, std::size_t t) {
    const auto charged = [&](std::size_t of, std::size_t hour) {
        return cascade.priced.charged(of, hour, storage_before(cascade, s, of, hour),
                                      release_of(cascade, s, of, hour));
    };
    double cny = -charged(r, t);
    for (std::size_t u = 0; u < r; ++u) {
        const lp::RiverReservoir& above = cascade.river.reservoirs[u];
        if (above.downstream == static_cast<int>(r) &&
            t >= static_cast<std::size_t>(above.travel_h)) {
            cny += charged(u, t - static_cast<std::size_t>(above.travel_h));
        }
    }
    for (std::size_t k = 0; k < cascade.river.pumps.size(); ++k) {
        cny += cascade.priced.pump_charge(k, t, r) * grid::hm3_per_m3s_h *
               row_of(s.pump_flow_m3_per_s, cascade.rows.pump[k])[t];
    }
    return cny;
}

/// What the schedule's reservoir leaves of the bound of an hour.
void date_reservoir(const Cascade& cascade, std::size_t r, std::size_t t, double bound,
                    Account& account) {
    const grid::Schedule& s = *account.schedule;
    const int row = cascade.rows.reservoir[r];
    const bool last = t + 1 == account.prices.hours;
    const ReservoirHour does{
        row_of(s.reservoir_spill_m3_per_s, row)[t],
        row_of(s.reservoir_release_short_m3_per_s, row)[t], row_of(s.reservoir_storage_hm3, row)[t],
        last ? s.reservoir_terminal_short_hm3[static_cast<std::size_t>(row)] : 0.0};
    std::vector<StationHour> stations;
    for (const std::size_t k : cascade.priced.stations_of(r)) {
        const lp::RiverStation& station = cascade.river.stations[k];
        const int of = cascade.rows.station[k];
        const StationHour at{row_of(s.hydro_flow_m3_per_s, of)[t], row_of(s.hydro_p_mw, of)[t],
                             row_of(s.hydro_up_mw, of)[t], row_of(s.hydro_down_mw, of)[t]};
        account.give(station.injection, t, at.p_mw);
        account.give(station.reserve.up, t, at.up_mw);
        account.give(station.reserve.down, t, at.down_mw);
        stations.push_back(at);
    }
    account.date(t, cascade.priced.value(r, t, does, stations) + charges(cascade, s, r, t) - bound);
}

/// A pump's bound, and what the schedule's leaves of it.
void add_pump(const Cascade& cascade, std::size_t k, Account& account) {
    const lp::RiverPump& pump = cascade.river.pumps[k];
    for (std::size_t t = 0; t < account.prices.hours; ++t) {
        const double bound = cascade.priced.pump_bound(k, t);
        account.part.bound_cny += bound;
        if (account.schedule == nullptr) {
            continue;
        }
        const double flow = row_of(account.schedule->pump_flow_m3_per_s, cascade.rows.pump[k])[t];
        double charged = 0.0;
        for (const int r : {pump.from, pump.to}) {
            charged += cascade.priced.pump_charge(k, t, static_cast<std::size_t>(r));
        }
        for (const lp::RiverPump::Draw& draw : pump.draws) {
            account.give(draw.channel, t, -draw.mw_per_m3_per_s * flow);
        }
        account.date(t, cascade.priced.pump_value(k, t, flow) -
                            grid::hm3_per_m3s_h * flow * charged - bound);
    }
}

/// Bounds of a reservoir's hours. With head segments: by how much the least cost up to the
/// schedule's storage rises in an hour, its water at its value.
std::vector<double> hour_bounds(const Cascade& cascade, std::size_t r, Account& account) {
    const std::size_t hours = account.prices.hours;
    std::vector<double> bounds(hours, 0.0);
    if (!cascade.priced.has_heads(r)) {
        for (std::size_t t = 0; t < hours; ++t) {
            bounds[t] = cascade.priced.bound(r, t);
            account.part.bound_cny += bounds[t];
        }
        return bounds;
    }
    std::span<const double> storage;
    if (account.schedule != nullptr) {
        storage =
            row_of(account.schedule->reservoir_storage_hm3, cascade.rows.reservoir[r]).first(hours);
    }
    std::vector<double> least;
    const double bound = cascade.priced.all_hours(r, storage, least);
    account.part.bound_cny += bound;
    if (least.empty() && !storage.empty()) { // no plan keeps all limits
        for (std::size_t t = 0; t < hours; ++t) {
            bounds[t] = cascade.priced.bound(r, t);
        }
    }
    double so_far = 0.0;
    for (std::size_t t = 0; t < least.size(); ++t) {
        // Where the schedule is beyond limits, by rounding, the hour's part waits for the next.
        const double now = t + 1 == hours ? bound : (std::isfinite(least[t]) ? least[t] : so_far);
        const double before = t > 0 ? cascade.priced.worth(r, t) * storage[t - 1] : 0.0;
        bounds[t] = now - so_far + before - cascade.priced.worth(r, t + 1) * storage[t];
        so_far = now;
    }
    return bounds;
}

void add_river(int item, const InnerPrices& inner, Account& account) {
    const Cascade cascade(account.context, item, inner, account.prices);
    for (std::size_t r = 0; r < cascade.river.reservoirs.size(); ++r) {
        const std::vector<double> bounds = hour_bounds(cascade, r, account);
        for (std::size_t t = 0; t < account.prices.hours && account.schedule != nullptr; ++t) {
            date_reservoir(cascade, r, t, bounds[t], account);
        }
    }
    for (std::size_t k = 0; k < cascade.river.pumps.size(); ++k) {
        add_pump(cascade, k, account);
    }
}

/// What the schedule has of a block of amounts by the hour, and the downward reserve behind it.
std::pair<std::vector<double>, std::span<const double>>
amounts_of(const model::Context& context, model::BlockId id, const grid::Schedule& s) {
    const auto copy = [](std::span<const double> row) {
        return std::vector<double>(row.begin(), row.end());
    };
    switch (id.kind) {
    case model::Kind::renewable:
        return {copy(row_of(s.renewable_p_mw, id.item)), row_of(s.renewable_down_mw, id.item)};
    case model::Kind::dc_forward:
        return {copy(row_of(s.dc_link_forward_mw, id.item)), {}};
    case model::Kind::dc_backward:
        return {copy(row_of(s.dc_link_backward_mw, id.item)), {}};
    case model::Kind::load:
        return {copy(row_of(s.load_shed_mw, id.item)), {}};
    case model::Kind::reserve:
        return {copy(row_of(s.reserve_short_mw, id.item)), {}};
    case model::Kind::sharing:
        return {copy(row_of(s.reserve_shared_mw, id.item)), {}};
    case model::Kind::contract: {
        std::vector<double> missing(context.span.size(), 0.0);
        for (std::size_t k = 0; k < s.contract_of_period.size(); ++k) {
            if (s.contract_of_period[k] == id.item) {
                missing[static_cast<std::size_t>(s.contract_begin[k])] = s.contract_short_mwh[k];
            }
        }
        return {missing, {}};
    }
    case model::Kind::target: {
        std::vector<double> missing(context.span.size(), 0.0);
        const std::vector<grid::TargetPeriod> periods =
            grid::target_periods(context.system, context.span);
        for (std::size_t k = 0; k < periods.size(); ++k) {
            if (periods[k].target == id.item) {
                missing[static_cast<std::size_t>(periods[k].period.begin)] = s.target_short_mwh[k];
            }
        }
        return {missing, {}};
    }
    case model::Kind::emission_cap: {
        std::vector<double> excess(context.span.size(), 0.0);
        const std::vector<grid::CapPeriod> periods =
            grid::cap_periods(context.system, context.span);
        for (std::size_t k = 0; k < periods.size(); ++k) {
            if (periods[k].cap == id.item) {
                excess[static_cast<std::size_t>(periods[k].period.begin)] = s.emission_excess_t[k];
            }
        }
        return {excess, {}};
    }
    default:
        throw Error(Exit::defect, "a block has no amounts by the hour");
    }
}

/// `kept`: a contract that its line keeps, and answers for.
void add_amount(model::BlockId id, bool kept, Account& account) {
    const lp::HourlyAmount data = model::hourly_data(account.context, id);
    account.part.bound_cny = kept ? 0.0 : data.constant_cny;
    std::vector<double> amount;
    std::span<const double> down;
    if (account.schedule != nullptr) {
        std::tie(amount, down) = amounts_of(account.context, id, *account.schedule);
    }
    for (std::size_t t = 0; t < account.prices.hours; ++t) {
        const double bound = kept ? 0.0 : amount_bound(data, account.prices, t);
        account.part.bound_cny += bound;
        if (account.schedule == nullptr) {
            continue;
        }
        const double held = data.down.empty() || down.empty() ? 0.0 : down[t];
        for (std::size_t k = 0; k < data.channel.size(); ++k) {
            const double fixed = k == 0 && !data.constant.empty() ? data.constant[t] : 0.0;
            account.give(data.channel[k], t, data.weight[k] * amount[t] + fixed);
        }
        account.give(data.down, t, held);
        account.date(t, amount_value(data, account.prices, t, amount[t], held) - bound);
    }
}

} // namespace

Blocks::Blocks(const model::Context& context, const PricedRows& rows, const Prices& prices,
               const InnerPrices& inner, std::span<const JointBound> joint,
               const grid::Schedule* schedule, const verify::Costs* costs)
    : context_(context), rows_(rows), prices_(prices), inner_(inner), joint_(joint),
      schedule_(schedule), costs_(costs), ids_(model::list_blocks(context.system)),
      contracts_(context, rows), cascade_(grid::cascade_of_reservoir(context.system)) {}

bool Blocks::keeps_contract(std::size_t block) const {
    const model::BlockId id = ids_[block];
    return id.kind == model::Kind::hvdc && !contracts_.periods_kept_by(id.item).empty();
}

const JointBound* Blocks::joint_of(model::BlockId id) const {
    const auto found = std::find_if(joint_.begin(), joint_.end(), [&](const JointBound& bound) {
        return (id.kind == model::Kind::thermal && bound.plant.cluster == id.item) ||
               (id.kind == model::Kind::storage && bound.plant.store == id.item);
    });
    return found == joint_.end() ? nullptr : &*found;
}

std::string Blocks::kind(std::size_t block) const {
    const model::BlockId id = ids_[block];
    if (id.kind == model::Kind::contract && contracts_.keeps(id.item)) {
        return "hvdc";
    }
    const std::string name = model::block_name(context_.system, id);
    return name.substr(0, name.find(':'));
}

double Blocks::cost_of(model::BlockId id) const {
    const auto i = static_cast<std::size_t>(id.item);
    switch (id.kind) {
    case model::Kind::thermal:
        return costs_->thermal[i];
    case model::Kind::renewable:
        return costs_->renewables[i];
    case model::Kind::storage:
        return costs_->storages[i];
    case model::Kind::hvdc:
        return costs_->hvdc[i];
    case model::Kind::load:
        return costs_->loads[i];
    case model::Kind::flexible:
        return costs_->flexible_loads[i];
    case model::Kind::reserve:
        return costs_->reserves[i];
    case model::Kind::dc_forward:
    case model::Kind::dc_backward:
    case model::Kind::sharing:
        return 0.0;
    case model::Kind::contract:
        return costs_->contracts[i];
    case model::Kind::target:
        return costs_->targets[i];
    case model::Kind::emission_cap:
        return costs_->emission_caps[i];
    case model::Kind::cascade:
        break;
    }
    double cny = 0.0;
    for (std::size_t r = 0; r < cascade_.size(); ++r) {
        cny += cascade_[r] == id.item ? costs_->reservoirs[r] : 0.0;
    }
    for (std::size_t k = 0; k < costs_->hydro.size(); ++k) {
        const auto r = static_cast<std::size_t>(context_.system.hydro.reservoir[k]);
        cny += cascade_[r] == id.item ? costs_->hydro[k] : 0.0;
    }
    for (std::size_t k = 0; k < costs_->pumps.size(); ++k) {
        const auto r = static_cast<std::size_t>(context_.system.pumps.reservoir_from[k]);
        cny += cascade_[r] == id.item ? costs_->pumps[k] : 0.0;
    }
    return cny;
}

Part Blocks::evaluate(std::size_t block, std::vector<double>& given) const {
    const model::BlockId id = ids_[block];
    Account account{context_, prices_, schedule_, given, {}, 0.0};
    switch (id.kind) {
    case model::Kind::thermal:
        add_units(id.item, joint_of(id), account);
        break;
    case model::Kind::storage:
        add_storage(id.item, inner_, joint_of(id) != nullptr, account);
        break;
    case model::Kind::flexible:
        add_flexible_load(id.item, inner_, account);
        break;
    case model::Kind::cascade:
        add_river(id.item, inner_, account);
        break;
    case model::Kind::hvdc: {
        const auto line = model::line_data(context_, id.item);
        if (!line) {
            throw Error(Exit::usage, fmt::format("{}: certify has no evaluation of a line with "
                                                 "free powers and few changes a day",
                                                 model::block_name(context_.system, id)));
        }
        account.part.bound_cny = line_bound(*line, prices_, contracts_.periods_kept_by(id.item));
        for (std::size_t t = 0; schedule_ != nullptr && t < prices_.hours; ++t) {
            const double power_mw = row_of(schedule_->hvdc_p_mw, id.item)[t];
            account.give(line->injection, t, -power_mw);
            account.give(line->power, t, power_mw);
        }
        break;
    }
    default:
        add_amount(id, id.kind == model::Kind::contract && contracts_.keeps(id.item), account);
    }
    if (!(account.part.bound_cny < infinity)) {
        throw Error(Exit::infeasible, fmt::format("{} has no plan within its limits",
                                                  model::block_name(context_.system, id)));
    }
    if (schedule_ != nullptr) {
        account.part.cost_cny = cost_of(id);
        account.part.gap_cny = account.part.cost_cny - account.earned_cny - account.part.bound_cny;
    }
    return account.part;
}

std::map<std::string, Part> Blocks::rows(const std::vector<double>& given) const {
    std::map<std::string, Part> parts;
    for (std::size_t r = 0; r < rows_.price.size(); ++r) {
        const double price = rows_.price[r];
        const lp::CouplingRow& row = rows_.coupling.rows[r];
        if (price == 0.0) {
            continue;
        }
        const auto pattern = static_cast<std::size_t>(row.pattern);
        Part& part =
            parts[rows_.of_line[r] != 0 ? "hvdc" : "rows " + rows_.coupling.patterns[pattern].tag];
        const double value_cny = value_of_row(row, price) +
                                 (rows_.of_line[r] != 0 ? contracts_.whole_steps_cny(r) : 0.0);
        part.bound_cny += value_cny;
        if (schedule_ == nullptr) {
            continue;
        }
        const double gap_cny = price * sum_of_row(rows_.coupling, row, given) - value_cny;
        part.gap_cny += gap_cny;
        const std::size_t month = month_of(context_, static_cast<std::size_t>(row.begin));
        if (month == month_of(context_, static_cast<std::size_t>(row.end - 1))) {
            part.month_cny[month] += gap_cny;
        }
    }
    return parts;
}

} // namespace longyang::certify
