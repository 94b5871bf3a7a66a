#pragma once

// Small programmes in block form that can be solved by hand.

#include "lp/flat.hpp"

#include <string>
#include <vector>

namespace longyang::solve::highs {

struct Programme {
    std::vector<lp::Block> blocks;
    lp::Coupling coupling;

    [[nodiscard]] lp::FlatProgramme flat() const { return lp::flatten(blocks, coupling); }
    [[nodiscard]] lp::Optimality check(const lp::Point& point, bool integer_too = false) const {
        return lp::check_optimality(flat(), point, blocks, coupling, integer_too);
    }
};

/// Two plants and a load at one bus over two hours: cheap 10 CNY/MWh up to 50 MW, dear 30 CNY/MWh
/// up to 100 MW and 5 CNY in any case; 80 and 40 MW of load (constants).
///
/// Best: hour 0 cheap 50, dear 30; hour 1 cheap 40: 500 + 900 + 400 + 5 = 1805. One MWh more costs
/// 30 in hour 0 and 10 in hour 1.
inline Programme two_plants() {
    Programme programme;
    const auto plant = [](const std::string& name, double limit_mw, double cost) {
        lp::Block block;
        block.name = name;
        const int p = block.family("p");
        for (int hour = 0; hour < 2; ++hour) {
            block.add_port(0, hour, block.add_column(p, hour, 0.0, limit_mw, cost), 1.0);
        }
        return block;
    };
    programme.blocks = {plant("cheap", 50.0, 10.0), plant("dear", 100.0, 30.0), {}};
    programme.blocks[1].fixed_cost = 5.0;
    lp::Block& load = programme.blocks[2];
    load.name = "load";
    load.add_port(0, 0, -1, -80.0);
    load.add_port(0, 1, -1, -40.0);
    // Energy of the cheap plant, for rows over both hours.
    programme.blocks[0].add_port(1, 0, 0, 1.0);
    programme.blocks[0].add_port(1, 1, 1, 1.0);
    programme.coupling.hours = 2;
    programme.coupling.channels = {"injection:a", "cheap"};
    programme.coupling.patterns = {{"NW-1", "island 1", {0}, {1.0}}, {"CT-1", "cheap", {1}, {1.0}}};
    programme.coupling.rows = {{0, 0, 1, 0.0, 0.0}, {0, 1, 2, 0.0, 0.0}};
    return programme;
}

/// Things of which whole numbers are taken, largest value under one limit per dimension. Values and
/// weights are made up, alike enough to need a search.
inline Programme knapsack(int things, int dimensions) {
    Programme programme;
    lp::Block block;
    block.name = "knapsack";
    const int take = block.family("take");
    unsigned state = 12345;
    const auto number = [&](int from, int count) {
        state = state * 1664525U + 1013904223U;
        return from + static_cast<int>((state >> 8U) % static_cast<unsigned>(count));
    };
    std::vector<std::vector<lp::Term>> terms(static_cast<std::size_t>(dimensions));
    for (int j = 0; j < things; ++j) {
        block.add_column(take, j, 0.0, 1.0, -number(500, 101), true);
        for (auto& row : terms) {
            row.push_back({j, static_cast<double>(number(500, 101))});
        }
    }
    for (const auto& row : terms) {
        block.add_row(block.family("limit"), -1, -lp::infinity, 550.0 * things / 3.0, row);
    }
    programme.blocks.push_back(block);
    return programme;
}

} // namespace longyang::solve::highs
