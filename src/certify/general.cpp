#include "certify/general.hpp"

#include "certify/units.hpp"
#include "grid/expand_units.hpp"
#include "lp/flat.hpp"
#include "model/oracle_data.hpp"
#include "solve/highs/engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace longyang::certify {
namespace {

constexpr double time_limit_s = 60.0;

/// HiGHS's best plan of a block at prices.
GeneralCheck ask(lp::Block block, const Prices& prices, double bound_cny) {
    for (const lp::Port& port : block.ports) {
        const double worth =
            port.value * prices.at(port.channel, static_cast<std::size_t>(port.hour));
        (port.column < 0 ? block.fixed_cost : block.cost[static_cast<std::size_t>(port.column)]) -=
            worth;
    }
    block.ports.clear();
    lp::Coupling none;
    none.hours = static_cast<int>(prices.hours);
    solve::highs::Engine engine(lp::flatten(std::span(&block, 1), none));
    solve::highs::Settings settings;
    settings.gap = 1e-9;
    settings.time_limit_s = time_limit_s;
    const solve::highs::Outcome outcome = engine.solve_integer(settings, {});
    GeneralCheck check;
    check.block = block.name;
    check.bound_cny = bound_cny;
    check.plan_cny = outcome.has_point ? outcome.cost : lp::infinity;
    check.optimal = outcome.status == solve::highs::Status::optimal;
    // HiGHS keeps rows to 1e-6 of their unit only, which may be worth a little.
    double size = std::abs(bound_cny);
    for (std::size_t j = 0; j < block.cost.size(); ++j) {
        size = std::max(size, std::abs(block.cost[j]) * (1.0 + std::abs(block.upper[j])));
    }
    check.refuted = check.plan_cny < bound_cny - 1e-6 * size;
    return check;
}

} // namespace

std::vector<GeneralCheck> general_checks(const Comm& comm, const model::Context& context,
                                         const Blocks& blocks, const Prices& prices,
                                         std::span<const double> bound_cny, int count) {
    std::vector<GeneralCheck> checks;
    on_root(comm, [&] {
        std::vector<std::size_t> asked;
        for (std::size_t k = 0; k < blocks.ids().size(); ++k) {
            const model::Kind kind = blocks.ids()[k].kind;
            // Prices of running machines are the cluster's, not its first unit's.
            const bool units = kind == model::Kind::thermal && !context.channels.security;
            if (units || kind == model::Kind::cascade || kind == model::Kind::storage ||
                kind == model::Kind::flexible ||
                (kind == model::Kind::hvdc && !blocks.keeps_contract(k))) {
                asked.push_back(k);
            }
        }
        const grid::System single = grid::expand_units(context.system, context.span.begin);
        const model::Context of_units(single, context.span);
        const std::size_t wanted = std::min(asked.size(), static_cast<std::size_t>(count));
        for (std::size_t n = 0; n < wanted; ++n) {
            const std::size_t k = asked[n * asked.size() / wanted];
            model::BlockId id = blocks.ids()[k];
            lp::Block block;
            double bound = bound_cny[k];
            if (id.kind == model::Kind::thermal) {
                // The cluster's first unit, by name.
                const std::string name =
                    context.system.thermal.name[static_cast<std::size_t>(id.item)];
                const auto& names = single.thermal.name;
                const auto found =
                    std::find_if(names.begin(), names.end(), [&](const std::string& unit) {
                        return unit == name || unit == name + ".1";
                    });
                id.item = static_cast<int>(found - names.begin());
                bound = unit_bound(model::unit_groups(of_units, id.item).front(), prices);
                model::build_block(of_units, id, block);
            } else {
                model::build_block(context, id, block);
            }
            checks.push_back(ask(std::move(block), prices, bound));
        }
    });
    return checks;
}

} // namespace longyang::certify
