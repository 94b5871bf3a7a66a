#include "caseio/checks.hpp"
#include "grid/carbon_capture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace longyang::caseio {
namespace {

/// A row of carbon_capture with its plant.
struct Row {
    const grid::System& system;
    std::size_t row, plant;

    [[nodiscard]] Fault fault(const char* column, std::string found, std::string expected) const {
        return row_fault("carbon_capture", system.carbon_capture, row, column, std::move(found),
                         std::move(expected));
    }
    [[nodiscard]] std::string plant_words() const { return in_quotes(system.thermal.name[plant]); }
};

/// TH-19: what may be captured is a straight line of output.
void check_plant(const Row& r, std::vector<Fault>& faults) {
    const auto of_plant = [&](const grid::Integers& plants) {
        return std::count(plants.begin(), plants.end(), static_cast<int>(r.plant));
    };
    const auto points = of_plant(r.system.heat_curves.plant);
    if (points != 2) {
        faults.push_back(r.fault(
            "plant", fmt::format("{}, whose heat curve has {} points", r.plant_words(), points),
            "a heat curve of two points: what may be captured is a straight line of the output"));
    }
    const auto fuel = static_cast<std::size_t>(r.system.thermal.fuel[r.plant]);
    if (r.system.fuels.co2_t_per_gj[fuel] <= 0.0) {
        faults.push_back(r.fault("plant",
                                 fmt::format("{}, whose fuel {} has no CO2", r.plant_words(),
                                             in_quotes(r.system.fuels.name[fuel])),
                                 "a fuel with co2_t_per_gj above 0"));
    }
    for (const auto& [table, plants] : {std::pair("deep_load", &r.system.deep_load.plant),
                                        std::pair("power_blocks", &r.system.power_blocks.plant)}) {
        if (of_plant(*plants) > 0) {
            faults.push_back(r.fault("plant",
                                     fmt::format("{} with a row of {}", r.plant_words(), table),
                                     "a cluster without"));
        }
    }
}

/// A MWh more of gross output, and the least output, leave something for the bus.
void check_energy(const Row& r, std::vector<Fault>& faults) {
    const grid::CarbonCapture capture = *grid::carbon_capture(r.system, static_cast<int>(r.plant));
    const double p_min_mw = r.system.thermal.p_min_mw[r.plant];
    const double of_more = capture.mwh_per_t * capture.t_per_mwh;
    const double of_least = capture.mwh_per_t * capture.most_t(1.0, p_min_mw);
    if (of_more >= 1.0 || of_least > p_min_mw * (1.0 + rounding)) {
        faults.push_back(
            r.fault("energy_mwh_per_t", fmt::format("{}", capture.mwh_per_t),
                    fmt::format("less: capture in full would take {:.6g} of every MWh more, and "
                                "{:.6g} MW of the least output of {:.6g} MW",
                                of_more, of_least, p_min_mw)));
    }
}

} // namespace

std::vector<Fault> check_carbon_capture(const grid::System& system) {
    const grid::CarbonCaptures& table = system.carbon_capture;
    std::vector<Fault> faults;
    std::set<int> plants;
    for (std::size_t k = 0; k < table.line.size(); ++k) {
        if (table.plant[k] < 0 ||
            system.thermal.fuel[static_cast<std::size_t>(table.plant[k])] < 0) {
            continue; // told already
        }
        const Row row{system, k, static_cast<std::size_t>(table.plant[k])};
        if (!plants.insert(table.plant[k]).second) {
            faults.push_back(row.fault(
                "plant", fmt::format("a second row of {}", row.plant_words()), "one row a plant"));
            continue;
        }
        check_plant(row, faults);
        check_energy(row, faults);
    }
    return faults;
}

} // namespace longyang::caseio
