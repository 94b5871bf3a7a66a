#include "powerflow/ac_injections.hpp"

#include "grid/cascades.hpp"
#include "grid/connected_machines.hpp"
#include "grid/converters.hpp"
#include "grid/power_blocks.hpp"

#include <cmath>
#include <span>

namespace longyang::powerflow {
namespace {

/// Sums components into rows of buses, in MW and Mvar at first.
class Summing {
public:
    /// given: what a dispatch states besides its schedule, or null.
    Summing(const grid::System& system, const grid::Schedule& schedule,
            const grid::DispatchedHour* given)
        : system_(system), schedule_(schedule), given_(given) {
        sums_.buses = system.buses.kv.size();
        sums_.hours = schedule.span.size();
        sums_.p_pu.assign(sums_.buses * sums_.hours, 0.0);
        sums_.q_pu = sums_.q_min_pu = sums_.q_max_pu = sums_.machine_loss_pu = sums_.p_pu;
        sums_.holds.assign(sums_.p_pu.size(), 0);
    }

    AcInjections take() {
        add_plants();
        add_dc_links();
        add_stated();
        add_loads();
        add_converters();
        add_machines();
        add_compensators();
        for (auto* table :
             {&sums_.p_pu, &sums_.machine_loss_pu, &sums_.q_pu, &sums_.q_min_pu, &sums_.q_max_pu}) {
            for (double& value : *table) {
                value /= system_.info.base_mva;
            }
        }
        return std::move(sums_);
    }

private:
    std::span<double> row(std::vector<double>& table, int bus) const {
        return std::span(table).subspan(static_cast<std::size_t>(bus) * sums_.hours, sums_.hours);
    }

    /// Adds sign x a plant's row to its bus's, but for heat stores (a number of 0 or more).
    void add(const grid::HourTable& table, const grid::Integers& bus, double sign,
             const std::vector<int>& heat = {}) {
        for (std::size_t i = 0; i < bus.size(); ++i) {
            if (i < heat.size() && heat[i] >= 0) {
                continue;
            }
            const auto from = table.row(i);
            const auto to = row(sums_.p_pu, bus[i]);
            for (std::size_t h = 0; h < to.size(); ++h) {
                to[h] += sign * from[h];
            }
        }
    }

    void add_plants() {
        add(schedule_.thermal_p_mw, system_.thermal.bus, 1.0);
        add(schedule_.renewable_p_mw, system_.renewables.bus, 1.0);
        add(schedule_.hydro_p_mw, system_.hydro.bus, 1.0);
        add(schedule_.pump_p_mw, system_.pumps.bus, -1.0);
        const std::vector<int> heat = grid::heat_store_numbers(system_);
        add(schedule_.storage_discharge_mw, system_.storages.bus, 1.0, heat);
        add(schedule_.storage_charge_mw, system_.storages.bus, -1.0, heat);
        add(schedule_.flexible_p_mw, system_.flexible_loads.bus, -1.0);
        add(schedule_.hvdc_p_mw, system_.hvdc.bus, -1.0);
    }

    void add_dc_links() { // NW-5
        const grid::DcLinks& t = system_.dc_links;
        for (std::size_t i = 0; i < t.from_bus.size(); ++i) {
            const auto forward = schedule_.dc_link_forward_mw.row(i);
            const auto backward = schedule_.dc_link_backward_mw.row(i);
            const auto from = row(sums_.p_pu, t.from_bus[i]);
            const auto to = row(sums_.p_pu, t.to_bus[i]);
            const double arrives = 1.0 - t.loss_pu[i];
            for (std::size_t h = 0; h < from.size(); ++h) {
                from[h] += arrives * backward[h] - forward[h];
                to[h] += arrives * forward[h] - backward[h];
            }
        }
    }

    void add_stated() {
        for (std::size_t b = 0; given_ != nullptr && b < sums_.buses; ++b) {
            sums_.p_pu[b] += given_->machine_mw[b];
            sums_.q_pu[b] += given_->q_mvar[b];
        }
    }

    void add_loads() {
        const grid::Loads& t = system_.loads;
        for (std::size_t i = 0; i < t.bus.size(); ++i) {
            const auto p = row(sums_.p_pu, t.bus[i]);
            const auto q = row(sums_.q_pu, t.bus[i]);
            const auto shed = schedule_.load_shed_mw.row(i);
            const double mvar = i < t.mean_mvar.size() ? t.mean_mvar[i] : 0.0;
            for (std::size_t h = 0; h < p.size(); ++h) {
                const double shape = grid::profile_value(
                    system_, t.profile[i], schedule_.span.begin + static_cast<int>(h), 1.0);
                const double served = t.mean_mw[i] * shape - shed[h];
                p[h] -= served;
                const bool stated = given_ != nullptr && !std::isnan(given_->load_mvar[i]);
                q[h] -= stated               ? given_->load_mvar[i]
                        : t.mean_mw[i] > 0.0 ? mvar * served / t.mean_mw[i]
                                             : mvar * shape;
            }
        }
    }

    void add_converters() { // AC-8
        for (std::size_t i = 0; i < system_.hvdc.bus.size(); ++i) {
            const grid::Converter converter = grid::converter(system_, i);
            const auto q = row(sums_.q_pu, system_.hvdc.bus[i]);
            const auto p = schedule_.hvdc_p_mw.row(i);
            for (std::size_t h = 0; h < q.size(); ++h) {
                const bool stated = given_ != nullptr && !std::isnan(given_->hvdc_mvar[i]);
                q[h] -= stated ? given_->hvdc_mvar[i]
                               : converter.q_demand_mvar_per_mw * std::abs(p[h]) -
                                     converter.filters_on_mvar(p[h]);
            }
        }
    }

    void add_machines() {
        const grid::Machines& t = system_.machines;
        const grid::HourTable connected = grid::connected_machines(system_, schedule_);
        for (std::size_t m = 0; m < t.bus.size(); ++m) {
            const auto p = row(sums_.p_pu, t.bus[m]);
            const auto loss = row(sums_.machine_loss_pu, t.bus[m]);
            for (std::size_t h = 0; h < p.size(); ++h) {
                const double count = connected.row(m)[h];
                p[h] -= count * t.loss_mw[m];
                loss[h] += count * t.loss_mw[m];
                if (count > 0.0 && t.v_set_pu[m] != 0.0) {
                    hold(t.bus[m], h, count * t.q_min_mvar[m], count * t.q_max_mvar[m]);
                }
            }
        }
    }

    void add_compensators() {
        const grid::Shunts& t = system_.shunts;
        for (std::size_t k = 0; k < t.bus.size(); ++k) {
            for (std::size_t h = 0; h < sums_.hours && t.kind[k] == "svc"; ++h) {
                hold(t.bus[k], h, t.q_min_mvar[k], t.q_max_mvar[k]);
            }
        }
    }

    void hold(int bus, std::size_t hour, double q_min_mvar, double q_max_mvar) {
        row(sums_.q_min_pu, bus)[hour] += q_min_mvar;
        row(sums_.q_max_pu, bus)[hour] += q_max_mvar;
        sums_.holds[static_cast<std::size_t>(bus) * sums_.hours + hour] = 1;
    }

    const grid::System& system_;
    const grid::Schedule& schedule_;
    const grid::DispatchedHour* given_;
    AcInjections sums_;
};

} // namespace

AcInjections ac_injections(const grid::System& system, const grid::Schedule& schedule) {
    return Summing(system, schedule, nullptr).take();
}

AcInjections ac_injections(const grid::System& system, const grid::DispatchedHour& dispatched) {
    return Summing(system, dispatched.schedule, &dispatched).take();
}

std::vector<double> hour_of(const AcInjections& injections, const std::vector<double>& table,
                            std::size_t hour) {
    std::vector<double> column(injections.buses);
    for (std::size_t b = 0; b < injections.buses; ++b) {
        column[b] = table[b * injections.hours + hour];
    }
    return column;
}

} // namespace longyang::powerflow
