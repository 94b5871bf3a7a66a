#include "caseio/checks.hpp"
#include "grid/power_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace longyang::caseio {
namespace {

/// A row of power_blocks with its plant and store.
struct Block {
    const grid::System& system;
    std::size_t row, plant, store;

    [[nodiscard]] Fault fault(const char* column, std::string found, std::string expected) const {
        return row_fault("power_blocks", system.power_blocks, row, column, std::move(found),
                         std::move(expected));
    }
    [[nodiscard]] std::string plant_words() const { return in_quotes(system.thermal.name[plant]); }
};

/// TH-17: one straight line from p_min_mw to p_max_mw, not below 0 at output 0.
void check_line(const Block& b, std::vector<Fault>& faults) {
    const grid::HeatCurves& curve = b.system.heat_curves;
    const auto points =
        std::count(curve.plant.begin(), curve.plant.end(), static_cast<int>(b.plant));
    if (points != 2) {
        faults.push_back(b.fault(
            "plant", fmt::format("{}, whose heat curve has {} points", b.plant_words(), points),
            "a heat curve of two points: the heat of a power block is a "
            "straight line of its output"));
        return;
    }
    const grid::PowerBlock block = *grid::power_block(b.system, static_cast<int>(b.plant));
    if (block.base_mw < -rounding * block.mw_per_mw * b.system.thermal.p_max_mw[b.plant]) {
        faults.push_back(
            b.fault("plant",
                    fmt::format("{}, whose heat curve is at {:.6g} MW of heat at output "
                                "0",
                                b.plant_words(), block.base_mw),
                    "heat of 0 or more there: efficiency does not fall with output"));
    }
}

/// Figures of thermal clusters that do not go with heat from a store.
void check_plant(const Block& b, std::vector<Fault>& faults) {
    const grid::Thermal& t = b.system.thermal;
    const double range = t.p_max_mw[b.plant] - t.p_min_mw[b.plant];
    const auto fault = [&](const std::string& found, const char* expected) {
        faults.push_back(
            b.fault("plant", fmt::format("{} with {}", b.plant_words(), found), expected));
    };
    if (t.technology[b.plant] != "csp") {
        fault(fmt::format("technology {}", in_quotes(t.technology[b.plant])),
              "technology csp: what it gives counts as that of the sun");
    }
    if (t.fuel[b.plant] >= 0) {
        const grid::Fuels& fuels = b.system.fuels;
        const auto fuel = static_cast<std::size_t>(t.fuel[b.plant]);
        const auto of_fuel = [&](const char* column, double value, const char* expected) {
            if (value > 0.0) {
                fault(fmt::format("fuel {}, whose {} is {}", in_quotes(fuels.name[fuel]), column,
                                  value),
                      expected);
            }
        };
        of_fuel("price_cny_per_gj", fuels.price_cny_per_gj[fuel],
                "a fuel with price_cny_per_gj = 0: heat from the store costs nothing");
        of_fuel("co2_t_per_gj", fuels.co2_t_per_gj[fuel],
                "a fuel with co2_t_per_gj = 0: heat from the store emits nothing");
    }
    if (t.must_run_units[b.plant] > 0) {
        fault(fmt::format("must_run_units = {}", t.must_run_units[b.plant]),
              "must_run_units = 0: heat may not last");
    }
    const double ramp = std::min(t.ramp_up_mw_per_h[b.plant], t.ramp_down_mw_per_h[b.plant]);
    if (ramp < range * (1.0 - rounding)) {
        fault(fmt::format("a ramp of {} MW/h", ramp),
              "ramps over the whole range of output within an hour");
    }
    for (const auto& [table, plants] : {std::pair("deep_load", &b.system.deep_load.plant),
                                        std::pair("heat_supply", &b.system.heat_supply.plant)}) {
        if (std::find(plants->begin(), plants->end(), static_cast<int>(b.plant)) != plants->end()) {
            fault(fmt::format("a row of {}", table), "a cluster without");
        }
    }
}

/// TH-18: all units can run and start on what the store gives in an hour.
void check_store(const grid::System& system, std::size_t store, std::vector<Fault>& faults) {
    const grid::PowerBlocks& blocks = system.power_blocks;
    const grid::Storages& s = system.storages;
    double least_mw = 0.0;
    for (std::size_t k = 0; k < blocks.plant.size(); ++k) {
        if (blocks.store[k] == static_cast<int>(store) && blocks.plant[k] >= 0) {
            const auto plant = static_cast<std::size_t>(blocks.plant[k]);
            const grid::PowerBlock block = *grid::power_block(system, blocks.plant[k]);
            least_mw += system.thermal.units[plant] *
                        block.heat_mwh(1.0, system.thermal.p_min_mw[plant], 1.0);
        }
    }
    if (least_mw > s.discharge_max_mw[store] * (1.0 + rounding)) {
        faults.push_back(row_fault(
            "storages", s, store, "discharge_max_mw", fmt::format("{}", s.discharge_max_mw[store]),
            fmt::format(
                "at least {:.6g} MW of heat, with which all units of its power blocks start "
                "at their least output",
                least_mw)));
    }
    if (s.charge_max_mw[store] > 0.0) {
        faults.push_back(row_fault("storages", s, store, "charge_max_mw",
                                   fmt::format("{}", s.charge_max_mw[store]),
                                   "0: a heat store of power blocks is not at a bus"));
    }
}

/// A CSP plant of thermal.csv that nothing ties to a store would run on free heat day and night.
void check_plants_without_store(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Thermal& t = system.thermal;
    const grid::Integers& plants = system.power_blocks.plant;
    const auto named = [&](int plant) {
        return std::find(plants.begin(), plants.end(), plant) != plants.end();
    };
    constexpr int unknown = -1; // could not be read: may be the one that is missing
    for (std::size_t i = 0; i < t.line.size(); ++i) {
        if (t.technology[i] == "csp" && !named(static_cast<int>(i)) && !named(unknown)) {
            faults.push_back(
                row_fault("thermal", t, i, "technology",
                          fmt::format("\"csp\" of {} without a store", in_quotes(t.name[i])),
                          "a row of power_blocks.csv that names the store its heat comes from"));
        }
    }
}

} // namespace

std::vector<Fault> check_power_blocks(const grid::System& system) {
    const grid::PowerBlocks& table = system.power_blocks;
    std::vector<Fault> faults;
    std::set<int> plants;
    std::set<int> stores;
    for (std::size_t k = 0; k < table.line.size(); ++k) {
        if (table.plant[k] < 0 || table.store[k] < 0) {
            continue; // told already
        }
        const Block block{system, k, static_cast<std::size_t>(table.plant[k]),
                          static_cast<std::size_t>(table.store[k])};
        if (!plants.insert(table.plant[k]).second) {
            faults.push_back(block.fault("plant",
                                         fmt::format("a second row of {}", block.plant_words()),
                                         "one row a plant"));
        }
        stores.insert(table.store[k]);
        check_line(block, faults);
        check_plant(block, faults);
    }
    for (const int store : stores) {
        check_store(system, static_cast<std::size_t>(store), faults);
    }
    check_plants_without_store(system, faults);
    return faults;
}

} // namespace longyang::caseio
