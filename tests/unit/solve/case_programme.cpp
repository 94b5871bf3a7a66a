#include "case_programme.hpp"

#include "base/error.hpp"
#include "lp/flat.hpp"
#include "model/contracts.hpp"
#include "model/oracle_data.hpp"
#include "partition/partition.hpp"
#include "run/grid_factors.hpp"
#include "run/programme.hpp"
#include "solve/highs/engine.hpp"

#include <chrono>
#include <cstddef>
#include <utility>

namespace longyang::testing {

CaseProgramme case_programme(const Comm& comm, const grid::System& system, grid::Span span) {
    const model::Context context(system, span);
    const partition::Owners owners = partition::share_out(system, 1);
    const run::GridFactors grid = run::factorise(comm, system, owners, span);
    run::Programme programme(comm, context, owners);
    programme.add_section_contracts(grid);
    programme.assemble();
    CaseProgramme found;
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        const auto solution = programme.solve(run::Programme::How::relaxed, {}, {});
        if (!solution.has_point) {
            throw Error(Exit::infeasible, solution.words);
        }
        found.relaxed_cny = solution.cost;
        const powerflow::FlowCheck flows = run::check_flows(
            comm, grid, system, span.size(), programme.own_injection_mw(solution), {1e-4, 0});
        if (programme.add_limits(grid, flows.violations) == 0) {
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

solve::prices::OracleSet price_blocks(const Comm& comm, const grid::System& system, grid::Span span,
                                      const CaseProgramme& programme, bool integer,
                                      const std::function<bool(model::Kind)>& special) {
    const model::Context context(system, span);
    // Contracts stay with their lines.
    const auto rank_of = [&](std::size_t k) {
        model::BlockId id = programme.ids[k];
        if (id.kind == model::Kind::contract &&
            system.contracts.kind[static_cast<std::size_t>(id.item)] == "hvdc") {
            id = {model::Kind::hvdc, model::contract_target(system, id.item)};
        }
        return (static_cast<int>(id.kind) + id.item) % comm.size();
    };
    std::vector<lp::OracleData> data;
    std::vector<lp::Block> blocks;
    for (std::size_t k = 0; k < programme.ids.size(); ++k) {
        if (rank_of(k) == comm.rank()) {
            data.push_back(special(programme.ids[k].kind)
                               ? model::oracle_data(context, programme.ids[k])
                               : lp::OracleData{});
            blocks.push_back(programme.blocks[k]);
        }
    }
    return solve::prices::make_oracles(comm, programme.coupling, std::move(data), blocks, integer);
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
