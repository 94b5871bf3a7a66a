#include "case_programme.hpp"

#include "base/error.hpp"
#include "lp/flat.hpp"
#include "model/oracle_data.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/programme.hpp"
#include "solve/highs/engine.hpp"
#include "solve/prices/general_oracle.hpp"
#include "solve/prices/hourly_oracle.hpp"
#include "solve/prices/level_oracle.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace longyang::testing {
namespace {

bool hourly(model::Kind kind) {
    return kind == model::Kind::renewable || kind == model::Kind::load ||
           kind == model::Kind::reserve || kind == model::Kind::sharing ||
           kind == model::Kind::contract;
}

} // namespace

CaseProgramme case_programme(const Comm& comm, const grid::System& system, grid::Span span) {
    const model::Context context(system, span);
    const partition::Owners owners = partition::share_out(system, 1);
    const run::GridFactors grid = run::factorise(comm, system, owners);
    run::Programme programme(comm, context, owners);
    programme.add_section_contracts(grid.network, grid.factors);
    programme.assemble();
    CaseProgramme found;
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        const auto solution = programme.solve(run::Programme::How::relaxed, {}, {});
        if (!solution.has_point) {
            throw Error(Exit::infeasible, solution.words);
        }
        found.relaxed_cny = solution.cost;
        const powerflow::FlowCheck flows =
            powerflow::check_flows(comm, grid.network, grid.factors, system, span.size(),
                                   programme.own_injection_mw(solution), {1e-4, 0});
        if (programme.add_limits(grid.network, grid.factors, flows.violations) == 0) {
            break;
        }
    }
    found.relaxed_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    found.ids = model::list_blocks(system);
    found.blocks = programme.own_blocks();
    found.coupling = programme.coupling();
    return found;
}

Priced price_blocks(const Comm& comm, const grid::System& system, grid::Span span,
                    const CaseProgramme& programme, bool integer, bool special) {
    const model::Context context(system, span);
    Priced priced;
    const auto mine = [&](std::size_t k) {
        return static_cast<int>(k % static_cast<std::size_t>(comm.size())) == comm.rank();
    };
    std::vector<lp::HourlyAmount> contracts;
    for (const model::BlockId id : programme.ids) {
        if (special && id.kind == model::Kind::contract) {
            contracts.push_back(model::hourly_data(context, id));
        }
    }
    // Every rank finds the same contracts that a line's oracle takes over, with their amounts.
    std::vector<std::optional<solve::prices::OwnContract>> own(programme.ids.size());
    priced.handled.assign(programme.coupling.rows.size(), 0);
    std::vector<char> taken(programme.coupling.channels.size(), 0);
    std::vector<std::optional<lp::LevelLine>> lines(programme.ids.size());
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        if (!special || programme.ids[k].kind != model::Kind::hvdc) {
            continue;
        }
        lines[k] = model::line_data(context, programme.ids[k].item);
        if (lines[k]) {
            own[k] = solve::prices::own_contract(programme.coupling, *lines[k], contracts);
        }
        if (own[k]) {
            const auto pattern = static_cast<std::size_t>(
                programme.coupling.rows[own[k]->periods.front().row].pattern);
            taken[static_cast<std::size_t>(programme.coupling.patterns[pattern].channel[1])] = 1;
            for (const auto& period : own[k]->periods) {
                priced.handled[period.row] = 1;
            }
        }
    }
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        if (!mine(k)) {
            continue;
        }
        const model::BlockId id = programme.ids[k];
        if (special && id.kind == model::Kind::contract &&
            taken[static_cast<std::size_t>(context.channels.contract_short(id.item))] != 0) {
            continue; // inside its line's oracle
        }
        if (lines[k]) {
            priced.oracles.push_back(
                solve::prices::level_oracle(std::move(*lines[k]), std::move(own[k]), span.hours));
        } else if (special && hourly(id.kind)) {
            priced.oracles.push_back(
                solve::prices::hourly_oracle(model::hourly_data(context, id), span.hours));
        } else {
            priced.oracles.push_back(
                solve::prices::general_oracle(programme.blocks[k], span.hours, integer));
        }
    }
    return priced;
}

double integer_cny(const CaseProgramme& programme, double gap, double time_limit_s) {
    solve::highs::Engine engine(lp::flatten(programme.blocks, programme.coupling));
    solve::highs::Settings settings;
    settings.gap = gap;
    settings.time_limit_s = time_limit_s;
    const solve::highs::Outcome outcome = engine.solve_integer(settings, {});
    return outcome.has_point ? outcome.cost : lp::infinity;
}

} // namespace longyang::testing
