#include "base/comm.hpp"
#include "caseio/check_case.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"
#include "lp/flat.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "partition/partition.hpp"
#include "powerflow/limits.hpp"
#include "run/flow_watch.hpp"
#include "run/grid_factors.hpp"
#include "run/limit_rows.hpp"
#include "solve/highs/engine.hpp"
#include "solve/prices/dispatch.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/make_oracles.hpp"
#include "solve/prices/recover.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <utility>

/// dispatch_hours CASE FIRST_HOUR HOURS ITERATIONS PASSES [STORE_PREMIUM RIVER_PREMIUM [JUDGE]]
///
/// A dispatch of what some passes of recovery leave after so many iterations of the engine by
/// prices: time an hour, rows broken, costs by kind of plant; with JUDGE = 1 beside HiGHS's relaxed
/// optimum of the whole span with the same units on and lines' powers (which sees all hours at
/// once, and clusters in place of units). One rank.
namespace {

using namespace longyang;
namespace prices = solve::prices;

template <typename... Values>
void say(fmt::format_string<Values...> words, Values&&... values) {
    std::fputs(fmt::format(words, std::forward<Values>(values)...).c_str(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

double cpu_s() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Kind of a block, amounts apart by what they are.
std::string kind_of(const model::Context& context, const model::BlockId& id) {
    const std::string name = model::block_name(context.system, id);
    return name.substr(0, name.find(':'));
}

struct Judged {
    double cost_cny = 0.0;
    std::map<std::string, double> kind_cny;
};

Judged judge(const model::Context& context, const std::vector<model::BlockId>& ids,
             const lp::Coupling& coupling, std::span<const lp::BlockPlan> plans) {
    std::vector<lp::Block> blocks(ids.size());
    const auto hours = static_cast<std::size_t>(coupling.hours);
    for (std::size_t k = 0; k < ids.size(); ++k) {
        model::build_block(context, ids[k], blocks[k]);
        lp::Block& block = blocks[k];
        for (std::size_t j = 0; j < block.cost.size(); ++j) {
            const lp::Label label = block.column_label[j];
            const std::string& family = block.families[static_cast<std::size_t>(label.family)];
            const auto hour = static_cast<std::size_t>(std::max(label.hour, 0));
            if (family == "thermal_on") {
                const auto& plan = std::get<lp::UnitsPlan>(plans[k]);
                double on = 0.0;
                for (std::size_t u = 0; u < static_cast<std::size_t>(plan.units); ++u) {
                    on += plan.on[u * hours + hour];
                }
                block.lower[j] = block.upper[j] = on;
            } else if (family == "hvdc_power") {
                block.lower[j] = block.upper[j] = std::get<lp::LinePlan>(plans[k]).power_mw[hour];
            }
        }
    }
    const lp::FlatProgramme flat = lp::flatten(blocks, coupling);
    solve::highs::Engine engine(flat);
    const auto outcome = engine.solve_relaxed({});
    Judged judged;
    judged.cost_cny = outcome.has_point ? outcome.cost : lp::infinity;
    for (std::size_t k = 0; outcome.has_point && k < ids.size(); ++k) {
        double& sum = judged.kind_cny[kind_of(context, ids[k])];
        sum += blocks[k].fixed_cost;
        for (std::size_t j = 0; j < blocks[k].cost.size(); ++j) {
            sum += blocks[k].cost[j] *
                   outcome.point.column[static_cast<std::size_t>(flat.first_column[k]) + j];
        }
    }
    return judged;
}

int measure(const std::string& folder, grid::Span span, int iterations, int passes,
            prices::DispatchSettings how, bool judged) {
    const Comm comm = world();
    const grid::System system = caseio::load_case(comm, folder).system;
    const model::Context context(system, span);
    const partition::Owners owners = partition::share_out(system, 1);
    const run::GridFactors grid = run::factorise(comm, system, owners);
    run::LimitRows limits(comm, context);
    lp::Coupling coupling = model::make_coupling(context);
    limits.add_section_contracts(grid.network, grid.factors, coupling);
    const std::vector<model::BlockId> ids = model::list_blocks(system);
    std::vector<lp::OracleData> data;
    std::vector<lp::Block> blocks(ids.size());
    for (std::size_t k = 0; k < ids.size(); ++k) {
        data.push_back(model::oracle_data(context, ids[k]));
        if (std::holds_alternative<std::monostate>(data.back())) {
            say("no compact data: {}", model::block_name(system, ids[k]));
            model::build_block(context, ids[k], blocks[k]);
        }
    }
    prices::OracleSet set = prices::make_oracles(comm, coupling, data, blocks, true);
    prices::PriceEngine engine(comm, coupling, std::move(set.oracles), std::move(set.handled));
    prices::Settings settings;
    settings.most_iterations = iterations;
    const auto injections = static_cast<std::size_t>(context.channels.buses) * span.size();
    settings.watch = [&](std::span<const double> channel) {
        const powerflow::FlowCheck flows =
            powerflow::check_flows(comm, grid.network, grid.factors, system, span.size(),
                                   channel.first(injections), {1.0, 20});
        limits.add(grid.network, grid.factors, flows.violations, coupling);
        return &std::as_const(coupling);
    };
    prices::Found found = engine.run(settings);
    prices::Settled settled = engine.settle(60, 0.0, settings, found);
    settled.plans.resize(ids.size());
    say("bound {:.9g}, {} limits, typical price {:.1f}, cpu {:.1f} s", found.bound,
        limits.list().size(), engine.typical_cny(), cpu_s());
    prices::RecoverySettings recovery_settings;
    recovery_settings.scale_cny_per_unit = 0.2 * engine.typical_cny();
    prices::Recovery recovery(coupling, data, engine.movers(), recovery_settings);
    recovery.begin(std::move(settled.plans), found.row_price);
    for (int pass = 0; pass < passes; ++pass) {
        recovery.sweep();
        if (pass + 1 < passes) {
            const std::span<const double> asking = recovery.asking_prices();
            (void)engine.bound_at({asking.begin(), asking.end()});
            recovery.blend(engine.own_plans(), 0.1);
        }
    }
    const run::FlowWatch watch(comm, context, grid, 1.0);
    how.watch = [&](int, std::span<const double> channel) { return watch.broken(channel, 20); };
    prices::Dispatcher dispatcher(coupling, data);
    const double begin = cpu_s();
    const prices::Dispatch dispatch = dispatcher.run(recovery.targets(), recovery.row_price(), how);
    const double seconds = cpu_s() - begin;
    say("cost {:.9g} CNY, {:.4f} % above the bound; {} hours broken, largest {:.3g} (row {}, hour "
        "{}), {} loose",
        dispatch.cost_cny, 100.0 * (dispatch.cost_cny / found.bound - 1.0), dispatch.broken_hours,
        dispatch.largest_breach, dispatch.breach_row, dispatch.breach_hour, dispatch.loose_hours);
    say("cpu {:.3f} s, {:.3f} ms an hour, {} programmes, {:.1f} pivots each, {} columns, {} rows",
        seconds, 1e3 * seconds / span.hours, dispatch.programmes,
        static_cast<double>(dispatch.pivots) / static_cast<double>(dispatch.programmes),
        dispatch.columns, dispatch.rows);
    std::map<std::string, double> kind_cny;
    for (std::size_t k = 0; k < ids.size(); ++k) {
        kind_cny[kind_of(context, ids[k])] += dispatch.block_cny[k];
    }
    const Judged best =
        judged ? judge(context, ids, coupling, recovery.targets()) : Judged{lp::infinity, {}};
    for (const auto& [kind, cny] : kind_cny) {
        const auto other = best.kind_cny.find(kind);
        say("  {:12s} {:16.0f}{}", kind, cny,
            other == best.kind_cny.end() ? "" : fmt::format(" best {:16.0f}", other->second));
    }
    if (judged) {
        say("best with these units and lines: {:.9g} CNY, {:.4f} % above the bound; dispatch "
            "{:.4f} % above it",
            best.cost_cny, 100.0 * (best.cost_cny / found.bound - 1.0),
            100.0 * (dispatch.cost_cny / best.cost_cny - 1.0));
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const longyang::MpiScope mpi(argc, argv);
    const longyang::linalg::PetscScope petsc(longyang::world());
    const longyang::kernels::Runtime runtime;
    if (argc < 6) {
        std::fputs("usage: dispatch_hours CASE FIRST_HOUR HOURS ITERATIONS PASSES [STORE_PREMIUM "
                   "RIVER_PREMIUM [JUDGE]]\n",
                   stderr);
        return static_cast<int>(longyang::Exit::usage);
    }
    try {
        prices::DispatchSettings how;
        const auto number = [&](int k, double usual) {
            return argc > k ? std::atof(argv[k]) : usual;
        };
        how.storage_premium_cny_per_mwh = number(6, how.storage_premium_cny_per_mwh);
        how.river_premium_cny_per_mwh = number(7, how.river_premium_cny_per_mwh);
        return measure(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])}, std::atoi(argv[4]),
                       std::atoi(argv[5]), how, number(8, 0.0) > 0.0);
    } catch (const longyang::Error& error) {
        std::fputs(error.what(), stderr);
        return static_cast<int>(error.code());
    }
}
