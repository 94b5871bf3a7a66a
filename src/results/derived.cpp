#include "results/derived.hpp"

#include "grid/carbon_capture.hpp"
#include "grid/cascades.hpp"
#include "grid/connections.hpp"
#include "grid/deep_load.hpp"
#include "grid/expand_units.hpp"
#include "grid/hvdc_demand.hpp"
#include "grid/outages.hpp"
#include "grid/power_blocks.hpp"
#include "grid/service.hpp"

#include <algorithm>
#include <numeric>

namespace longyang::results {
namespace {

using grid::HourTable;
using grid::System;

std::size_t index_of(int row) {
    return static_cast<std::size_t>(row);
}

/// Position of a name, which is appended where it is new.
std::size_t place(grid::Names& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
        return static_cast<std::size_t>(found - names.begin());
    }
    names.push_back(name);
    return names.size() - 1;
}

/// mean x profile by row; no profile: 1.
HourTable by_profile(const System& system, const grid::Numbers& scale,
                     const grid::Integers& profile, grid::Span hours) {
    HourTable out(scale.size(), hours.size());
    for (std::size_t i = 0; i < scale.size(); ++i) {
        const auto row = out.row(i);
        std::fill(row.begin(), row.end(), scale[i]);
        if (profile[i] >= 0) {
            const auto shape =
                system.profiles.row(profile[i]).subspan(index_of(hours.begin), hours.size());
            std::transform(row.begin(), row.end(), shape.begin(), row.begin(), std::multiplies<>());
        }
    }
    return out;
}

/// Heat that power blocks take from their stores, with that of starts (TH-17).
void add_store_heat(const System& system, grid::Span hours, HourTables& tables) {
    const std::size_t plants = system.thermal.line.size();
    HourTable taken(plants, hours.size());
    for (const int plant : system.power_blocks.plant) {
        const std::size_t i = index_of(plant);
        const grid::PowerBlock block = *grid::power_block(system, plant);
        for (std::size_t t = 0; t < hours.size(); ++t) {
            taken.row(i)[t] = block.heat_mwh(tables.at("thermal/units_on").row(i)[t],
                                             tables.at("thermal/p_mw").row(i)[t],
                                             tables.at("thermal/starts").row(i)[t]);
        }
    }
    tables["thermal/store_heat_mw"] = std::move(taken);
}

/// With the power that carbon capture takes (TH-19).
HourTable gross_output(const System& system, grid::Span hours, const HourTables& tables) {
    HourTable gross = tables.at("thermal/p_mw");
    for (const int plant : system.carbon_capture.plant) {
        const std::size_t i = index_of(plant);
        const double mwh_per_t = grid::carbon_capture(system, plant)->mwh_per_t;
        for (std::size_t t = 0; t < hours.size(); ++t) {
            gross.row(i)[t] += mwh_per_t * tables.at("thermal/captured_t").row(i)[t];
        }
    }
    return gross;
}

void add_heat(const System& system, grid::Span hours, HourTables& tables) {
    const HourTable& on = tables.at("thermal/units_on");
    const HourTable gross = gross_output(system, hours, tables);
    const HourTable& captured = tables.at("thermal/captured_t");
    const std::size_t plants = system.thermal.line.size();
    HourTable heat(plants, hours.size());
    HourTable co2(plants, hours.size());
    HourTable reduction(plants, hours.size());
    for (std::size_t i = 0; i < plants; ++i) {
        const HeatCurve curve = heat_curve(system, i);
        const double co2_t_per_gj = system.fuels.co2_t_per_gj[index_of(system.thermal.fuel[i])];
        const std::vector<grid::DeepTier> tiers = grid::deep_tiers(system, static_cast<int>(i));
        for (std::size_t t = 0; t < hours.size(); ++t) {
            heat.row(i)[t] = heat_gj(curve, on.row(i)[t], gross.row(i)[t]);
            co2.row(i)[t] = co2_t_per_gj * heat.row(i)[t] - captured.row(i)[t];
            for (const grid::DeepTier& tier : tiers) {
                const double less_mwh = tier.reduction_mwh(on.row(i)[t], gross.row(i)[t]);
                reduction.row(i)[t] += less_mwh;
                co2.row(i)[t] += tier.oil_co2_t_per_gj * tier.oil_gj_per_mwh * less_mwh;
            }
        }
    }
    add_store_heat(system, hours, tables);
    tables["thermal/heat_gj"] = std::move(heat);
    tables["thermal/co2_t"] = std::move(co2);
    tables["thermal/deep_reduction_mw"] = std::move(reduction);
}

/// Units that have to run, and the heat that running units supply: those beyond the plan add none.
void add_duties(const System& system, grid::Span hours, HourTables& tables) {
    const HourTable& on = tables.at("thermal/units_on");
    const std::size_t plants = system.thermal.line.size();
    HourTable required(plants, hours.size());
    HourTable supply(plants, hours.size());
    for (std::size_t i = 0; i < plants; ++i) {
        const int plant = static_cast<int>(i);
        const grid::Integers must_run = grid::required_units(system, plant);
        const grid::HeatPlan heat = grid::heat_plan(system, plant);
        for (std::size_t t = 0; t < hours.size(); ++t) {
            const std::size_t hour =
                (static_cast<std::size_t>(hours.begin) + t) % grid::hours_per_year;
            required.row(i)[t] = must_run[hour];
            if (!heat.empty()) {
                supply.row(i)[t] =
                    heat.heat_mw[hour] * std::min<double>(on.row(i)[t], heat.units[hour]);
            }
        }
    }
    tables["thermal/units_required"] = std::move(required);
    tables["thermal/heat_supply_mw"] = std::move(supply);
}

/// Adds sign x row `i` of `from` to row `j` of `to`.
void add_row(const HourTable& from, std::size_t i, HourTable& to, std::size_t j,
             double sign = 1.0) {
    const auto source = from.row(i);
    const auto target = to.row(j);
    for (std::size_t t = 0; t < source.size(); ++t) {
        target[t] += sign * source[t];
    }
}

/// What members give to the buses of their connections.
void add_connections(const System& system, grid::Span hours, HourTables& tables) {
    const std::vector<grid::ConnectionMembers> members = grid::connection_members(system);
    HourTable given(members.size(), hours.size());
    for (std::size_t k = 0; k < members.size(); ++k) {
        for (const int plant : members[k].renewables) {
            add_row(tables.at("renewables/p_mw"), index_of(plant), given, k);
        }
        for (const int store : members[k].storages) {
            add_row(tables.at("storages/discharge_mw"), index_of(store), given, k);
            add_row(tables.at("storages/charge_mw"), index_of(store), given, k, -1.0);
        }
    }
    tables["connections/p_mw"] = std::move(given);
}

/// What receiving ends of HVDC lines miss (HV-6).
void add_missing_export(const System& system, grid::Span hours, HourTables& tables) {
    HourTable missing(system.hvdc.line.size(), hours.size());
    for (std::size_t i = 0; i < missing.items; ++i) {
        const grid::Numbers demanded = grid::demanded_mw(system, static_cast<int>(i), hours);
        const auto power = tables.at("hvdc/p_mw").row(i);
        for (std::size_t t = 0; t < demanded.size(); ++t) {
            missing.row(i)[t] = std::max(0.0, demanded[t] - power[t]);
        }
    }
    tables["hvdc/missing_mw"] = std::move(missing);
}

/// What both ends of DC links give to their buses (NW-5).
void add_dc_links(const System& system, grid::Span hours, HourTables& tables) {
    HourTable from(system.dc_links.line.size(), hours.size());
    HourTable to = from;
    for (std::size_t i = 0; i < from.items; ++i) {
        const HourTable& forward = tables.at("dc_links/forward_mw");
        const HourTable& backward = tables.at("dc_links/backward_mw");
        const double arrives = 1.0 - system.dc_links.loss_pu[i];
        add_row(forward, i, from, i, -1.0);
        add_row(backward, i, from, i, arrives);
        add_row(forward, i, to, i, arrives);
        add_row(backward, i, to, i, -1.0);
    }
    tables["dc_links/from_mw"] = std::move(from);
    tables["dc_links/to_mw"] = std::move(to);
}

/// Prices weighted by the load of their buses.
HourTable region_prices(const System& system, const HourTable& price, const HourTable& load,
                        std::size_t hours) {
    const std::size_t regions = system.regions.line.size();
    HourTable weighted(regions, hours);
    HourTable plain(regions, hours);
    HourTable weight(regions, hours);
    std::vector<double> buses(regions, 0.0);
    for (std::size_t b = 0; b < system.buses.line.size(); ++b) {
        const std::size_t r = index_of(system.buses.region[b]);
        add_row(price, b, plain, r);
        buses[r] += 1.0;
    }
    for (std::size_t l = 0; l < system.loads.line.size(); ++l) {
        const std::size_t b = index_of(system.loads.bus[l]);
        const std::size_t r = index_of(system.buses.region[b]);
        for (std::size_t t = 0; t < hours; ++t) {
            weighted.row(r)[t] += load.row(l)[t] * price.row(b)[t];
            weight.row(r)[t] += load.row(l)[t];
        }
    }
    for (std::size_t r = 0; r < regions; ++r) {
        for (std::size_t t = 0; t < hours; ++t) {
            const double w = weight.row(r)[t];
            weighted.row(r)[t] = w > 0.0 ? weighted.row(r)[t] / w : plain.row(r)[t] / buses[r];
        }
    }
    return weighted;
}

void add_balances(const System& system, grid::Span hours, HourTables& tables) {
    const BalanceAxes axes = balance_axes(system);
    const std::size_t regions = system.regions.line.size();
    const std::size_t technologies = axes.technologies.size();
    const std::size_t storage_technologies = axes.storage_technologies.size();
    const auto region_of_bus = [&](int bus) {
        return index_of(system.buses.region[index_of(bus)]);
    };

    HourTable generation(regions * technologies, hours.size());
    HourTable curtailed = generation;
    HourTable charge(regions * storage_technologies, hours.size());
    HourTable discharge = charge;
    HourTable load(regions, hours.size());
    HourTable shed = load;
    HourTable flexible = load;
    HourTable hvdc = load;
    HourTable dc_loss = load;
    HourTable ac = load;
    HourTable co2 = load;

    for (std::size_t i = 0; i < system.thermal.line.size(); ++i) {
        const std::size_t r = region_of_bus(system.thermal.bus[i]);
        add_row(tables.at("thermal/p_mw"), i, generation, r * technologies + axes.thermal[i]);
        add_row(tables.at("thermal/co2_t"), i, co2, r);
    }
    for (std::size_t i = 0; i < system.hydro.line.size(); ++i) {
        const std::size_t r = region_of_bus(system.hydro.bus[i]);
        if (grid::is_storage_plant(system.hydro, i)) {
            add_row(tables.at("hydro/p_mw"), i, discharge,
                    r * storage_technologies + axes.storage_plant);
        } else {
            add_row(tables.at("hydro/p_mw"), i, generation, r * technologies + axes.hydro);
        }
    }
    for (std::size_t i = 0; i < system.pumps.line.size(); ++i) {
        add_row(tables.at("pumps/p_mw"), i, charge,
                region_of_bus(system.pumps.bus[i]) * storage_technologies + axes.pump[i]);
    }
    for (std::size_t i = 0; i < system.renewables.line.size(); ++i) {
        const std::size_t cell =
            region_of_bus(system.renewables.bus[i]) * technologies + axes.renewable[i];
        add_row(tables.at("renewables/p_mw"), i, generation, cell);
        add_row(tables.at("renewables/available_mw"), i, curtailed, cell);
        add_row(tables.at("renewables/p_mw"), i, curtailed, cell, -1.0);
    }
    const std::vector<int> heat_store = grid::heat_store_numbers(system);
    for (std::size_t i = 0; i < system.storages.line.size(); ++i) {
        if (heat_store[i] >= 0) {
            continue; // what it gives is the power block's heat
        }
        const std::size_t r = region_of_bus(system.storages.bus[i]);
        const std::size_t cell = r * storage_technologies + axes.storage[i];
        add_row(tables.at("storages/charge_mw"), i, charge, cell);
        add_row(tables.at("storages/discharge_mw"), i, discharge, cell);
    }
    for (std::size_t i = 0; i < system.loads.line.size(); ++i) {
        const std::size_t r = region_of_bus(system.loads.bus[i]);
        add_row(tables.at("loads/load_mw"), i, load, r);
        add_row(tables.at("loads/shed_mw"), i, shed, r);
    }
    for (std::size_t i = 0; i < system.flexible_loads.line.size(); ++i) {
        add_row(tables.at("flexible_loads/p_mw"), i, flexible,
                region_of_bus(system.flexible_loads.bus[i]));
    }
    for (std::size_t i = 0; i < system.hvdc.line.size(); ++i) {
        add_row(tables.at("hvdc/p_mw"), i, hvdc, region_of_bus(system.hvdc.bus[i]));
    }
    for (std::size_t i = 0; i < system.dc_links.line.size(); ++i) {
        const double loss = system.dc_links.loss_pu[i];
        add_row(tables.at("dc_links/forward_mw"), i, dc_loss,
                region_of_bus(system.dc_links.from_bus[i]), loss);
        add_row(tables.at("dc_links/backward_mw"), i, dc_loss,
                region_of_bus(system.dc_links.to_bus[i]), loss);
    }

    for (std::size_t r = 0; r < regions; ++r) {
        for (std::size_t k = 0; k < technologies; ++k) {
            add_row(generation, r * technologies + k, ac, r);
        }
        for (std::size_t k = 0; k < storage_technologies; ++k) {
            add_row(discharge, r * storage_technologies + k, ac, r);
            add_row(charge, r * storage_technologies + k, ac, r, -1.0);
        }
        add_row(load, r, ac, r, -1.0);
        add_row(shed, r, ac, r);
        add_row(flexible, r, ac, r, -1.0);
        add_row(hvdc, r, ac, r, -1.0);
        add_row(dc_loss, r, ac, r, -1.0);
    }
    tables["balances/price_cny_per_mwh"] = region_prices(
        system, tables.at("buses/price_cny_per_mwh"), tables.at("loads/load_mw"), hours.size());
    tables["balances/generation_mw"] = std::move(generation);
    tables["balances/curtailed_mw"] = std::move(curtailed);
    tables["balances/charge_mw"] = std::move(charge);
    tables["balances/discharge_mw"] = std::move(discharge);
    tables["balances/load_mw"] = std::move(load);
    tables["balances/flexible_mw"] = std::move(flexible);
    tables["balances/shed_mw"] = std::move(shed);
    tables["balances/hvdc_export_mw"] = std::move(hvdc);
    tables["balances/ac_export_mw"] = std::move(ac);
    tables["balances/dc_loss_mw"] = std::move(dc_loss);
    tables["balances/co2_t"] = std::move(co2);
}

} // namespace

BalanceAxes balance_axes(const System& system) {
    BalanceAxes axes;
    for (const std::string& name : system.thermal.technology) {
        axes.thermal.push_back(place(axes.technologies, name));
    }
    axes.hydro = place(axes.technologies, "hydro");
    for (const std::string& name : system.renewables.technology) {
        axes.renewable.push_back(place(axes.technologies, name));
    }
    const std::vector<int> heat_store = grid::heat_store_numbers(system);
    for (std::size_t i = 0; i < system.storages.technology.size(); ++i) {
        axes.storage.push_back(
            heat_store[i] >= 0 ? 0
                               : place(axes.storage_technologies, system.storages.technology[i]));
    }
    for (const std::string& name : system.pumps.technology) {
        axes.pump.push_back(place(axes.storage_technologies, name));
    }
    for (std::size_t i = 0; i < system.hydro.line.size(); ++i) {
        if (grid::is_storage_plant(system.hydro, i)) {
            axes.storage_plant = place(axes.storage_technologies, "storage_plant");
        }
    }
    return axes;
}

HeatCurve heat_curve(const System& system, std::size_t plant) {
    HeatCurve curve;
    for (std::size_t i = 0; i < system.heat_curves.line.size(); ++i) {
        if (index_of(system.heat_curves.plant[i]) == plant) {
            curve.emplace_back(system.heat_curves.p_mw[i], system.heat_curves.heat_gj_per_h[i]);
        }
    }
    std::sort(curve.begin(), curve.end());
    return curve;
}

double heat_gj(const HeatCurve& curve, double units_on, double p_mw) {
    if (curve.empty()) {
        return 0.0;
    }
    double heat = units_on * curve.front().second;
    double left = p_mw - units_on * curve.front().first;
    for (std::size_t k = 0; k + 1 < curve.size(); ++k) {
        const double width = curve[k + 1].first - curve[k].first;
        if (width <= 0.0) {
            continue;
        }
        const double slope = (curve[k + 1].second - curve[k].second) / width;
        // The last segment takes the rest, so that rounding loses nothing.
        const double used = k + 2 < curve.size() ? std::min(left, units_on * width) : left;
        heat += slope * used;
        left -= used;
    }
    return heat;
}

void derive(const System& system, grid::Span hours, HourTables& tables) {
    tables["renewables/available_mw"] =
        by_profile(system, system.renewables.capacity_mw, system.renewables.profile, hours);
    tables["flexible_loads/own_load_mw"] = by_profile(
        system, system.flexible_loads.own_load_mw, system.flexible_loads.own_load_profile, hours);
    tables["flexible_loads/tariff_cny_per_mwh"] =
        by_profile(system, system.flexible_loads.tariff_cny_per_mwh,
                   system.flexible_loads.tariff_profile, hours);
    tables["loads/load_mw"] = by_profile(system, system.loads.mean_mw, system.loads.profile, hours);
    add_heat(system, hours, tables);
    add_duties(system, hours, tables);
    add_connections(system, hours, tables);
    add_missing_export(system, hours, tables);
    add_dc_links(system, hours, tables);
    add_balances(system, hours, tables);
}

} // namespace longyang::results
