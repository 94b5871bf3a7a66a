#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longyang::caseio {

std::vector<Fault> check_storages(const grid::System& system) {
    const grid::Storages& t = system.storages;
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        const double initial = t.energy_initial_mwh[i];
        if (initial > t.energy_max_mwh[i]) {
            faults.push_back(
                row_fault("storages", t, i, "energy_initial_mwh", fmt::format("{}", initial),
                          fmt::format("at most energy_max_mwh = {}", t.energy_max_mwh[i])));
            continue;
        }
        // ST-2: the content at the end may not be below the one at the start. The most that can
        // come in within an hour must make up for what is lost of it.
        double inflow = t.inflow_mw[i];
        if (t.inflow_profile[i] >= 0) {
            const auto row = system.profiles.row(t.inflow_profile[i]);
            inflow *= *std::max_element(row.begin(), row.end());
        }
        const double lost = t.loss_per_h[i] * initial;
        const double most = t.efficiency_charge[i] * t.charge_max_mw[i] + inflow;
        if (lost > most * (1.0 + rounding)) {
            faults.push_back(row_fault(
                "storages", t, i, "loss_per_h",
                fmt::format("{}, which takes {:.6g} MWh an hour from energy_initial_mwh = {}",
                            t.loss_per_h[i], lost, initial),
                fmt::format("no more than charging and inflow can make up for ({:.6g} MWh an "
                            "hour), since the content at the end must reach that at the start",
                            most)));
        }
    }
    return faults;
}

} // namespace longyang::caseio
