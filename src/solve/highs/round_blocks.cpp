#include "solve/highs/round_blocks.hpp"

#include "base/error.hpp"
#include "lp/flat.hpp"
#include "solve/highs/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::solve::highs {
namespace {

constexpr std::size_t few = 3;

/// The blocks that give to each channel, each once.
std::vector<std::vector<std::size_t>> givers(std::span<const lp::Block> blocks,
                                             std::size_t channels) {
    std::vector<std::vector<std::size_t>> of(channels);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        for (const lp::Port& port : blocks[b].ports) {
            auto& list = of[static_cast<std::size_t>(port.channel)];
            if (list.empty() || list.back() != b) {
                list.push_back(b);
            }
        }
    }
    return of;
}

/// Blocks that are rounded together, and the coupling rows that only they give to.
struct Group {
    std::vector<std::size_t> blocks, rows;
};

std::size_t root_of(const std::vector<std::size_t>& parent, std::size_t b) {
    while (parent[b] != b) {
        b = parent[b];
    }
    return b;
}

/// Per pattern the blocks that give to its channels, ascending.
std::vector<std::vector<std::size_t>> givers_of_patterns(std::span<const lp::Block> blocks,
                                                         const lp::Coupling& coupling) {
    const auto of_channel = givers(blocks, coupling.channels.size());
    std::vector<std::vector<std::size_t>> of_pattern;
    for (const lp::Pattern& pattern : coupling.patterns) {
        std::vector<std::size_t> all;
        for (const int channel : pattern.channel) {
            const auto& list = of_channel[static_cast<std::size_t>(channel)];
            all.insert(all.end(), list.begin(), list.end());
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        of_pattern.push_back(std::move(all));
    }
    return of_pattern;
}

/// Groups of the blocks that are rounded here, and the rows that tie them.
std::vector<Group> make_groups(std::span<const lp::Block> blocks, const lp::Coupling& coupling,
                               std::span<const char> ties, std::span<const char> rounded) {
    const auto of_pattern = givers_of_patterns(blocks, coupling);
    std::vector<std::size_t> parent(blocks.size());
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto tied = [&](std::size_t r) -> const std::vector<std::size_t>& {
        return of_pattern[static_cast<std::size_t>(coupling.rows[r].pattern)];
    };
    for (std::size_t r = 0; r < ties.size(); ++r) {
        if (ties[r] != 0) {
            for (const std::size_t b : tied(r)) {
                parent[root_of(parent, b)] = root_of(parent, tied(r).front());
            }
        }
    }
    std::vector<Group> groups(blocks.size());
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        if (rounded.empty() || rounded[b] != 0) {
            groups[root_of(parent, b)].blocks.push_back(b);
        }
    }
    for (std::size_t r = 0; r < ties.size(); ++r) {
        if (ties[r] != 0 && !tied(r).empty()) {
            groups[root_of(parent, tied(r).front())].rows.push_back(r);
        }
    }
    std::erase_if(groups, [&](const Group& group) {
        return std::none_of(group.blocks.begin(), group.blocks.end(), [&](std::size_t b) {
            return std::find(blocks[b].integer.begin(), blocks[b].integer.end(), char{1}) !=
                   blocks[b].integer.end();
        });
    });
    return groups;
}

/// A copy of a block whose cost is what rounding minimises; behind its own columns one for every
/// column with a weight, at least the distance from its wanted value.
lp::Block nearest_block(const lp::Block& block, int hours, std::span<const double> prices,
                        std::span<const double> relaxed, double lift) {
    lp::Block near = block;
    near.fixed_cost = 0.0;
    std::vector<double> weight;
    for (const double cost : block.cost) {
        weight.push_back(std::abs(cost));
    }
    for (const lp::Port& port : block.ports) {
        if (port.column >= 0) {
            const auto j = static_cast<std::size_t>(port.column);
            const double worth =
                port.value *
                prices[static_cast<std::size_t>(port.channel) * static_cast<std::size_t>(hours) +
                       static_cast<std::size_t>(port.hour)];
            near.cost[j] -= worth;
            weight[j] += std::abs(worth);
        }
    }
    const int distance = near.family("distance");
    const int rows = near.family("distance row");
    for (int j = 0; j < block.columns(); ++j) {
        const auto at = static_cast<std::size_t>(j);
        // CNY become thousands, which suits the solver's tolerances.
        constexpr double scale = 1e-3;
        near.cost[at] *= scale;
        if (weight[at] == 0.0) {
            continue;
        }
        const double wanted = std::clamp(relaxed[at] + (block.integer[at] != 0 ? lift : 0.0),
                                         block.lower[at], block.upper[at]);
        const int d = near.add_column(distance, block.column_label[at].hour, 0.0, lp::infinity,
                                      scale * weight[at]);
        near.add_row(rows, -1, -lp::infinity, wanted, {{j, 1.0}, {d, -1.0}});
        near.add_row(rows, -1, wanted, lp::infinity, {{j, 1.0}, {d, 1.0}});
    }
    return near;
}

/// The programme with every continuous column that is worth nothing by itself (storage, spill) held
/// at its relaxed value: what is left to choose is soon chosen, and where whole values fit the
/// relaxed states it is a good choice.
lp::FlatProgramme with_states_held(const lp::FlatProgramme& flat, const Group& group,
                                   std::span<const lp::Block> blocks,
                                   std::span<const double> columns,
                                   std::span<const std::size_t> first) {
    lp::FlatProgramme held = flat;
    for (std::size_t k = 0; k < group.blocks.size(); ++k) {
        const lp::Block& block = blocks[group.blocks[k]];
        std::vector<char> gives(block.cost.size(), 0);
        for (const lp::Port& port : block.ports) {
            if (port.column >= 0) {
                gives[static_cast<std::size_t>(port.column)] = 1;
            }
        }
        for (std::size_t j = 0; j < block.cost.size(); ++j) {
            if (block.integer[j] == 0 && block.cost[j] == 0.0 && gives[j] == 0) {
                const auto at = static_cast<std::size_t>(flat.first_column[k]) + j;
                held.lower[at] = held.upper[at] =
                    std::clamp(columns[first[group.blocks[k]] + j], flat.lower[at], flat.upper[at]);
            }
        }
    }
    return held;
}

/// The best whole point that is found in time. A cascade with head segments may not be done then,
/// and its point may be a poor one: the one with states held is looked at besides, and the search
/// goes on from the better of both.
Outcome nearest_point(const lp::FlatProgramme& flat, const Group& group,
                      std::span<const lp::Block> blocks, std::span<const double> columns,
                      std::span<const std::size_t> first, const Rounding& rounding) {
    Settings settings;
    settings.gap = 1e-3;
    settings.time_limit_s = rounding.time_limit_s;
    settings.stop = rounding.stop;
    Engine engine(flat);
    Outcome best = engine.solve_integer(settings, {});
    if (best.status == Status::optimal || (rounding.stop && rounding.stop())) {
        return best;
    }
    const auto keep_better = [&](Outcome other) {
        if (other.has_point && (!best.has_point || other.cost < best.cost)) {
            best = std::move(other);
        }
    };
    keep_better(
        Engine(with_states_held(flat, group, blocks, columns, first)).solve_integer(settings, {}));
    if (best.has_point) {
        settings.time_limit_s *= 2.0;
        keep_better(engine.solve_integer(settings, best.point.column));
    }
    return best;
}

} // namespace

Ties find_ties(std::span<const lp::Block> blocks, const lp::Coupling& coupling) {
    const auto of_pattern = givers_of_patterns(blocks, coupling);
    Ties ties{{}, std::vector<std::size_t>(blocks.size())};
    std::iota(ties.group.begin(), ties.group.end(), std::size_t{0});
    for (const lp::CouplingRow& row : coupling.rows) {
        const auto& list = of_pattern[static_cast<std::size_t>(row.pattern)];
        const bool tied = row.end - row.begin > 1 && !list.empty() && list.size() <= few;
        ties.row.push_back(tied ? 1 : 0);
        for (std::size_t k = 0; tied && k < list.size(); ++k) {
            ties.group[root_of(ties.group, list[k])] = root_of(ties.group, list.front());
        }
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        ties.group[b] = root_of(ties.group, b);
    }
    return ties;
}

std::vector<double> round_blocks(std::span<const lp::Block> blocks, const lp::Coupling& coupling,
                                 std::span<const double> columns, std::span<const double> row_dual,
                                 const Rounding& rounding, const RoundedHere& here) {
    std::vector<std::size_t> first{0};
    for (const lp::Block& block : blocks) {
        first.push_back(first.back() + static_cast<std::size_t>(block.columns()));
    }
    if (columns.size() != first.back()) {
        throw Error(Exit::defect,
                    fmt::format("{} values for {} columns", columns.size(), first.back()));
    }
    std::vector<double> whole(columns.begin(), columns.end());
    const std::vector<double> all_prices = lp::channel_prices(coupling, row_dual);
    const std::vector<char> own_ties =
        here.row.empty() ? find_ties(blocks, coupling).row : std::vector<char>{};
    for (const Group& group :
         make_groups(blocks, coupling, here.row.empty() ? own_ties : here.row, here.block)) {
        // What stands in the group as a row has no price besides.
        std::vector<double> own_prices;
        lp::Coupling within;
        within.hours = coupling.hours;
        within.channels = coupling.channels;
        if (!group.rows.empty()) {
            std::vector<double> dual(row_dual.begin(), row_dual.end());
            for (const std::size_t r : group.rows) {
                dual[r] = 0.0;
                within.rows.push_back(coupling.rows[r]);
            }
            within.patterns = coupling.patterns;
            own_prices = lp::channel_prices(coupling, dual);
        }
        const std::vector<double>& prices = group.rows.empty() ? all_prices : own_prices;
        std::vector<lp::Block> near;
        for (const std::size_t b : group.blocks) {
            near.push_back(nearest_block(blocks[b], coupling.hours, prices,
                                         columns.subspan(first[b], first[b + 1] - first[b]),
                                         rounding.lift));
        }
        const lp::FlatProgramme flat = lp::flatten(near, within);
        const Outcome found = nearest_point(flat, group, blocks, columns, first, rounding);
        if (rounding.stop && rounding.stop()) {
            break;
        }
        for (std::size_t k = 0; found.has_point && k < group.blocks.size(); ++k) {
            const std::size_t b = group.blocks[k];
            std::copy_n(found.point.column.begin() + flat.first_column[k], first[b + 1] - first[b],
                        whole.begin() + static_cast<std::ptrdiff_t>(first[b]));
        }
    }
    return whole;
}

} // namespace longyang::solve::highs
