#include "grid/given_dispatch.hpp"

#include "base/error.hpp"
#include "grid/cascades.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace longyang::grid {
namespace {

std::size_t row_of(const Rows& rows, const std::string& table, const std::string& name) {
    const auto found = std::find(rows.name.begin(), rows.name.end(), name);
    if (found == rows.name.end()) {
        throw Error(Exit::faulty_case,
                    fmt::format("dispatch.csv: {}.csv has no row \"{}\"", table, name));
    }
    return static_cast<std::size_t>(found - rows.name.begin());
}

/// Whether a machine of this plant (or this machine) holds its bus's voltage; its reactive power
/// then is an answer, not given.
bool holds_voltage(const System& system, const std::string& table, const std::string& name) {
    const Machines& t = system.machines;
    for (std::size_t m = 0; m < t.line.size(); ++m) {
        const bool same = table == "machines" ? t.name[m] == name
                                              : t.plant_table[m] == table && t.plant[m] == name;
        if (same && t.v_set_pu[m] != 0.0) {
            return true;
        }
    }
    return false;
}

/// Puts rows of the dispatch where they belong.
class Placing {
public:
    Placing(const System& system, DispatchedHour& hour) : system_(system), hour_(hour) {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        hour.schedule = empty_schedule(system, {0, 1});
        hour.q_mvar.assign(system.buses.line.size(), 0.0);
        hour.machine_mw = hour.q_mvar;
        hour.load_mvar.assign(system.loads.line.size(), none);
        hour.hvdc_mvar.assign(system.hvdc.line.size(), none);
        served_mw_ = system.loads.mean_mw;
    }

    void place(std::size_t k) {
        const GivenDispatch& t = system_.dispatch;
        const std::string& table = t.table[k];
        const double p = t.p_mw[k];
        int bus = -1;
        if (table == "thermal") {
            const std::size_t i = row(system_.thermal, k);
            hour_.schedule.thermal_p_mw.row(i)[0] = p;
            hour_.schedule.thermal_units_on.row(i)[0] = system_.thermal.units[i];
            bus = system_.thermal.bus[i];
        } else if (table == "renewables") {
            const std::size_t i = row(system_.renewables, k);
            hour_.schedule.renewable_p_mw.row(i)[0] = p;
            bus = system_.renewables.bus[i];
        } else if (table == "hydro") {
            const std::size_t i = row(system_.hydro, k);
            hour_.schedule.hydro_p_mw.row(i)[0] = p;
            bus = system_.hydro.bus[i];
        } else if (table == "storages") {
            const std::size_t i = row(system_.storages, k);
            hour_.schedule.storage_discharge_mw.row(i)[0] = std::max(p, 0.0);
            hour_.schedule.storage_charge_mw.row(i)[0] = std::max(-p, 0.0);
            bus = system_.storages.bus[i];
        } else if (table == "hvdc") {
            const std::size_t i = row(system_.hvdc, k);
            hour_.schedule.hvdc_p_mw.row(i)[0] = p;
            hour_.hvdc_mvar[i] = t.q_mvar[k];
        } else if (table == "dc_links") {
            const std::size_t i = row(system_.dc_links, k);
            hour_.schedule.dc_link_forward_mw.row(i)[0] = std::max(p, 0.0);
            hour_.schedule.dc_link_backward_mw.row(i)[0] = std::max(-p, 0.0);
        } else if (table == "loads") {
            const std::size_t i = row(system_.loads, k);
            served_mw_[i] = p;
            hour_.load_mvar[i] = t.q_mvar[k];
        } else {
            bus = system_.machines.bus[row(system_.machines, k)];
            hour_.machine_mw[static_cast<std::size_t>(bus)] += p;
        }
        if (bus >= 0) {
            add_at_bus(k, static_cast<std::size_t>(bus));
        }
    }

    void shed() {
        const Loads& loads = system_.loads;
        for (std::size_t i = 0; i < loads.line.size(); ++i) {
            hour_.schedule.load_shed_mw.row(i)[0] =
                loads.mean_mw[i] * profile_value(system_, loads.profile[i], 0, 1.0) - served_mw_[i];
        }
    }

private:
    [[nodiscard]] std::size_t row(const Rows& rows, std::size_t k) const {
        return row_of(rows, system_.dispatch.table[k], system_.dispatch.item[k]);
    }

    void add_at_bus(std::size_t k, std::size_t bus) {
        const GivenDispatch& t = system_.dispatch;
        if (!holds_voltage(system_, t.table[k], t.item[k])) {
            hour_.q_mvar[bus] += t.q_mvar[k];
        }
        if (t.slack_share[k] > 0.0) {
            hour_.slack_weight.resize(hour_.q_mvar.size(), 0.0);
            hour_.slack_weight[bus] += t.slack_share[k];
        }
    }

    const System& system_;
    DispatchedHour& hour_;
    std::vector<double> served_mw_;
};

} // namespace

DispatchedHour dispatched_hour(const System& system) {
    DispatchedHour hour;
    Placing placing(system, hour);
    for (std::size_t k = 0; k < system.dispatch.line.size(); ++k) {
        placing.place(k);
    }
    placing.shed();
    return hour;
}

} // namespace longyang::grid
