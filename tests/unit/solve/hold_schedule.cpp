#include "hold_schedule.hpp"

#include "grid/emission_caps.hpp"
#include "grid/hvdc_demand.hpp"
#include "model/hydro_plan.hpp"
#include "model/oracle_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <span>

namespace longyang::testing {
namespace {

/// A family of columns and what the schedule says of it, by hour.
struct Told {
    std::string family;
    std::span<const double> row;
};

class Holder {
public:
    Holder(lp::Block& block, double share) : block_(block), share_(share) {}

    void column(int number, double value) {
        const auto j = static_cast<std::size_t>(number);
        const double room = room_of(value);
        double& lower = block_.lower[j];
        double& upper = block_.upper[j];
        if (value < lower - room || value > upper + room) {
            const lp::Label label = block_.column_label[j];
            faults_.push_back(fmt::format("{} {} of hour {}: {} outside {} to {}", block_.name,
                                          block_.families[static_cast<std::size_t>(label.family)],
                                          label.hour, value, lower, upper));
            return;
        }
        if (block_.integer[j] != 0) {
            lower = upper = std::round(value);
            return;
        }
        const double low = std::clamp(value - room, lower, upper);
        upper = std::clamp(value + room, lower, upper);
        lower = low;
    }
    void sum(const char* what, int hour, std::span<const lp::Term> terms, double value) {
        const double room = room_of(value);
        block_.add_row(block_.family(what), hour, value - room, value + room, terms);
    }
    /// Every column of the families at its hour's value.
    void families(std::initializer_list<Told> told) {
        for (int j = 0; j < block_.columns(); ++j) {
            const lp::Label label = block_.column_label[static_cast<std::size_t>(j)];
            const std::string& family = block_.families[static_cast<std::size_t>(label.family)];
            for (const Told& of : told) {
                if (of.family == family) {
                    column(j, of.row[static_cast<std::size_t>(label.hour)]);
                }
            }
        }
    }
    /// Numbers of a family's columns of an hour.
    [[nodiscard]] std::vector<int> columns_of(const std::string& family, int hour) const {
        std::vector<int> found;
        for (int j = 0; j < block_.columns(); ++j) {
            const lp::Label label = block_.column_label[static_cast<std::size_t>(j)];
            if (label.hour == hour &&
                block_.families[static_cast<std::size_t>(label.family)] == family) {
                found.push_back(j);
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<std::string> faults() && { return std::move(faults_); }

private:
    [[nodiscard]] double room_of(double value) const {
        return share_ * std::max(1.0, std::abs(value));
    }
    lp::Block& block_;
    double share_;
    std::vector<std::string> faults_;
};

void hold_units(const model::Context& context, std::size_t i, const grid::Schedule& schedule,
                Holder& holder) {
    holder.families({{"thermal_on", schedule.thermal_units_on.row(i)},
                     {"thermal_start", schedule.thermal_starts.row(i)},
                     {"thermal_stop", schedule.thermal_stops.row(i)},
                     {"thermal_up", schedule.thermal_up_mw.row(i)},
                     {"thermal_down", schedule.thermal_down_mw.row(i)},
                     {"thermal_non_spinning", schedule.thermal_non_spinning_mw.row(i)}});
    for (int t = 0; t < context.span.hours; ++t) {
        std::vector<lp::Term> terms;
        for (const int j : holder.columns_of("thermal_on", t)) {
            terms.push_back({j, context.system.thermal.p_min_mw[i]});
        }
        for (const int j : holder.columns_of("thermal_segment", t)) {
            terms.push_back({j, 1.0});
        }
        holder.sum("output", t, terms, schedule.thermal_p_mw.row(i)[static_cast<std::size_t>(t)]);
    }
}

void hold_store(std::size_t i, const grid::Schedule& schedule, Holder& holder) {
    holder.families({{"storage_charge", schedule.storage_charge_mw.row(i)},
                     {"storage_discharge", schedule.storage_discharge_mw.row(i)},
                     {"storage_energy", schedule.storage_energy_mwh.row(i)},
                     {"storage_spill", schedule.storage_spill_mw.row(i)},
                     {"storage_up", schedule.storage_up_mw.row(i)},
                     {"storage_down", schedule.storage_down_mw.row(i)}});
}

void hold_flexible(const model::Context& context, int item, const grid::Schedule& schedule,
                   Holder& holder) {
    const lp::StorePlan plan = model::flexible_plan(context, item, schedule);
    holder.families({{"flexible_draw", plan.charge_mw},
                     {"flexible_give", plan.discharge_mw},
                     {"flexible_energy", plan.energy_mwh},
                     {"flexible_spill", plan.spill_mw},
                     {"flexible_unserved", plan.unserved_mw},
                     {"flexible_up", plan.up_mw},
                     {"flexible_down", plan.down_mw}});
}

void hold_cascade(const model::Context& context, int item, const grid::Schedule& schedule,
                  Holder& holder) {
    namespace hydro = model::hydro;
    hydro::Plan plan = hydro::make_plan(context, item);
    lp::Block columns_alone;
    hydro::add_columns(context, plan, columns_alone);
    const auto hold = [&](const hydro::HourColumns& columns, std::span<const double> row) {
        for (int t = 0; columns.exist() && t < context.span.hours; ++t) {
            holder.column(columns.at(t), row[static_cast<std::size_t>(t)]);
        }
    };
    for (const hydro::Reservoir& reservoir : plan.reservoirs) {
        const auto r = static_cast<std::size_t>(reservoir.row);
        hold(reservoir.storage, schedule.reservoir_storage_hm3.row(r));
        hold(reservoir.spill, schedule.reservoir_spill_m3_per_s.row(r));
        hold(reservoir.release_short, schedule.reservoir_release_short_m3_per_s.row(r));
        if (reservoir.terminal_short >= 0) {
            holder.column(reservoir.terminal_short, schedule.reservoir_terminal_short_hm3[r]);
        }
    }
    for (const hydro::Station& station : plan.stations) {
        const auto s = static_cast<std::size_t>(station.row);
        hold(station.flow, schedule.hydro_flow_m3_per_s.row(s));
        hold(station.up, schedule.hydro_up_mw.row(s));
        hold(station.down, schedule.hydro_down_mw.row(s));
        for (int t = 0; t < context.span.hours; ++t) {
            std::vector<lp::Term> terms;
            hydro::for_each_flow(station, t, [&](int column, double mw_per_m3_per_s) {
                terms.push_back({column, mw_per_m3_per_s});
            });
            holder.sum("output", t, terms, schedule.hydro_p_mw.row(s)[static_cast<std::size_t>(t)]);
        }
    }
}

void hold_target(const model::Context& context, int item, const grid::Schedule& schedule,
                 Holder& holder) {
    int column = 0;
    const auto periods = grid::target_periods(context.system, context.span);
    for (std::size_t k = 0; k < periods.size(); ++k) {
        if (periods[k].target == item) {
            holder.column(column++, schedule.target_short_mwh[k]);
        }
    }
}

/// HV-6, per hour.
std::vector<double> missing_mw(const model::Context& context, int line,
                               const grid::Schedule& schedule) {
    std::vector<double> missing = grid::demanded_mw(context.system, line, context.span);
    const auto power = schedule.hvdc_p_mw.row(static_cast<std::size_t>(line));
    std::transform(missing.begin(), missing.end(), power.begin(), missing.begin(),
                   [](double demanded, double mw) { return std::max(0.0, demanded - mw); });
    return missing;
}

void hold_emission_cap(const model::Context& context, int item, const grid::Schedule& schedule,
                       Holder& holder) {
    int column = 0;
    const auto periods = grid::cap_periods(context.system, context.span);
    for (std::size_t k = 0; k < periods.size(); ++k) {
        if (periods[k].cap == item) {
            holder.column(column++, schedule.emission_excess_t[k]);
        }
    }
}

void hold_contract(int item, const grid::Schedule& schedule, Holder& holder) {
    int column = 0; // one a period
    for (std::size_t k = 0; k < schedule.contract_of_period.size(); ++k) {
        if (schedule.contract_of_period[k] == item) {
            holder.column(column++, schedule.contract_short_mwh[k]);
        }
    }
}

} // namespace

std::vector<std::string> hold_schedule(const model::Context& context, model::BlockId id,
                                       const grid::Schedule& schedule, double share,
                                       lp::Block& block) {
    Holder holder(block, share);
    const auto i = static_cast<std::size_t>(id.item);
    switch (id.kind) {
    case model::Kind::thermal:
        hold_units(context, i, schedule, holder);
        break;
    case model::Kind::renewable:
        holder.families({{"renewable_output", schedule.renewable_p_mw.row(i)},
                         {"renewable_down", schedule.renewable_down_mw.row(i)}});
        break;
    case model::Kind::cascade:
        hold_cascade(context, id.item, schedule, holder);
        break;
    case model::Kind::storage:
        hold_store(i, schedule, holder);
        break;
    case model::Kind::hvdc:
        holder.families({{"hvdc_power", schedule.hvdc_p_mw.row(i)},
                         {"hvdc_delivered", schedule.hvdc_delivered_mw.row(i)},
                         {"hvdc_missing", missing_mw(context, id.item, schedule)}});
        break;
    case model::Kind::dc_forward:
        holder.families({{"dc_link_forward", schedule.dc_link_forward_mw.row(i)}});
        break;
    case model::Kind::dc_backward:
        holder.families({{"dc_link_backward", schedule.dc_link_backward_mw.row(i)}});
        break;
    case model::Kind::load:
        holder.families({{"load_shed", schedule.load_shed_mw.row(i)}});
        break;
    case model::Kind::flexible:
        hold_flexible(context, id.item, schedule, holder);
        break;
    case model::Kind::reserve:
        holder.families({{"reserve_short", schedule.reserve_short_mw.row(i)}});
        break;
    case model::Kind::sharing:
        holder.families({{"reserve_shared", schedule.reserve_shared_mw.row(i)}});
        break;
    case model::Kind::contract:
        hold_contract(id.item, schedule, holder);
        break;
    case model::Kind::target:
        hold_target(context, id.item, schedule, holder);
        break;
    case model::Kind::emission_cap:
        hold_emission_cap(context, id.item, schedule, holder);
        break;
    }
    return std::move(holder).faults();
}

} // namespace longyang::testing
