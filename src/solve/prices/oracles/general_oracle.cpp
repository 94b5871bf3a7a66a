#include "solve/prices/oracles/general_oracle.hpp"

#include "base/error.hpp"
#include "lp/flat.hpp"
#include "solve/highs/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>

namespace longyang::solve::prices {
namespace {

/// A block without its ports, as a programme of its own.
struct Alone {
    lp::Block block;
    std::vector<lp::Port> ports; ///< channels are places in the oracle's list
    std::size_t hours = 0;
    bool integer = false;
    lp::Coupling coupling; ///< none
    lp::FlatProgramme programme;
    std::vector<double> cost; ///< without prices
    highs::Engine engine;
    double slack_cny = 0.0; ///< what HiGHS's tolerances may be worth in its bound

    Alone(lp::Block block_, std::vector<lp::Port> ports_, std::size_t hours_, bool integer_)
        : block(std::move(block_)), ports(std::move(ports_)), hours(hours_), integer(integer_),
          programme(lp::flatten(std::span(&block, 1), coupling)), cost(programme.cost),
          engine(programme) {
        // HiGHS takes a reduced cost of 1e-7 for 0, over the whole range of its column.
        constexpr double tolerance = 1e-7;
        for (std::size_t j = 0; j < programme.lower.size(); ++j) {
            const double range = programme.upper[j] - programme.lower[j];
            slack_cny += std::isfinite(range) ? tolerance * range : 0.0;
        }
    }

    [[nodiscard]] std::size_t at(const lp::Port& port) const {
        return static_cast<std::size_t>(port.channel) * hours + static_cast<std::size_t>(port.hour);
    }

    [[nodiscard]] double bound_of(const highs::Outcome& outcome) const {
        if (integer) {
            return outcome.bound - slack_cny - 1e-9 * std::abs(outcome.bound);
        }
        return lp::check_optimality(programme, outcome.point, std::span(&block, 1), coupling, false)
            .dual_bound;
    }

    Answer solve(std::span<const double> prices, std::span<double> given) {
        programme.cost = cost;
        double constant_cny = 0.0;
        for (const lp::Port& port : ports) {
            const double worth = port.value * prices[at(port)];
            if (port.column < 0) {
                constant_cny -= worth;
            } else {
                programme.cost[static_cast<std::size_t>(port.column)] -= worth;
            }
        }
        engine.set_costs(programme.cost);
        highs::Settings settings;
        settings.gap = 1e-9;
        const highs::Outcome outcome =
            integer ? engine.solve_integer(settings, {}) : engine.solve_relaxed(settings);
        if (!outcome.has_point) {
            const bool none = outcome.status == highs::Status::infeasible;
            throw Error(none ? Exit::infeasible : Exit::numerical,
                        fmt::format("block {} at prices: {}", block.name, outcome.words));
        }
        Answer answer;
        answer.bound = bound_of(outcome) + constant_cny;
        answer.cost_cny = programme.offset;
        for (std::size_t j = 0; j < cost.size(); ++j) {
            answer.cost_cny += cost[j] * outcome.point.column[j];
        }
        for (const lp::Port& port : ports) {
            given[at(port)] +=
                port.value * (port.column < 0
                                  ? 1.0
                                  : outcome.point.column[static_cast<std::size_t>(port.column)]);
        }
        return answer;
    }
};

/// Each channel alone: the range that the bounds of the columns leave to what it is given.
std::vector<Reach> reach_of(const lp::Block& block, std::span<const lp::Port> ports,
                            std::size_t channels, std::size_t hours) {
    std::vector<Reach> reach(channels);
    for (std::size_t k = 0; k < channels; ++k) {
        reach[k] = {{static_cast<int>(k)}, {1.0}, std::vector<double>(hours, 0.0)};
    }
    for (const lp::Port& port : ports) {
        if (port.column >= 0) {
            const auto j = static_cast<std::size_t>(port.column);
            const double range = block.upper[j] - block.lower[j];
            if (std::isfinite(range)) {
                reach[static_cast<std::size_t>(port.channel)]
                    .units[static_cast<std::size_t>(port.hour)] += std::abs(port.value) * range;
            }
        }
    }
    return reach;
}

} // namespace

Oracle general_oracle(const lp::Block& block, int hours, bool integer) {
    Oracle oracle;
    std::vector<lp::Port> ports = block.ports;
    for (lp::Port& port : ports) {
        port.channel = place_of(oracle.channels, port.channel);
    }
    oracle.reach = reach_of(block, ports, oracle.channels.size(), static_cast<std::size_t>(hours));
    lp::Block alone = block;
    alone.ports.clear();
    const bool whole = integer && std::any_of(block.integer.begin(), block.integer.end(),
                                              [](char i) { return i != 0; });
    const auto own = std::make_shared<Alone>(std::move(alone), std::move(ports),
                                             static_cast<std::size_t>(hours), whole);
    oracle.solve = [own](std::span<const double> prices, std::span<double> given) {
        return own->solve(prices, given);
    };
    return oracle;
}

} // namespace longyang::solve::prices
