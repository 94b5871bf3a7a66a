#include "bench_program.hpp"
#include "lp/flat.hpp"
#include "priced_case.hpp"
#include "solve/highs/engine.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

/// dispatch_hours CASE FIRST_HOUR HOURS ITERATIONS PASSES [STORE_PREMIUM RIVER_PREMIUM [JUDGE]]
///
/// A dispatch of what some passes of recovery leave after so many iterations of the engine by
/// prices: time an hour, rows broken, costs by kind of plant; with JUDGE = 1 beside HiGHS's relaxed
/// optimum of the whole span with the same units on and lines' powers (which sees all hours at
/// once, and clusters in place of units). One rank.
namespace {

using namespace longyang;
namespace prices = solve::prices;
using bench::cpu_s;
using bench::say;

/// Kind of a block, amounts apart by what they are.
std::string kind_of(const model::Context& context, const model::BlockId& id) {
    const std::string name = model::block_name(context.system, id);
    return name.substr(0, name.find(':'));
}

struct Judged {
    double cost_cny = 0.0;
    std::map<std::string, double> kind_cny;
};

/// HiGHS's relaxed optimum of the span with the units on and lines' powers of plans.
Judged judge(const bench::PricedCase& priced, std::span<const lp::BlockPlan> plans) {
    const model::Context& context = priced.context();
    const std::vector<model::BlockId>& ids = priced.ids();
    const lp::Coupling& coupling = priced.coupling();
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

void measure(bench::PricedCase& priced, int passes, const prices::DispatchSettings& how,
             bool judged) {
    const model::Context& context = priced.context();
    const std::vector<model::BlockId>& ids = priced.ids();
    const double bound_cny = priced.bound_cny();
    prices::Recovery recovery = priced.recovery(8.0, {});
    for (int pass = 0; pass < passes; ++pass) {
        recovery.sweep();
        if (pass + 1 < passes) {
            priced.blend(recovery);
        }
    }
    const double begin = cpu_s();
    const prices::Dispatch dispatch = priced.dispatch(recovery, how);
    const double seconds = cpu_s() - begin;
    say("cost {:.9g} CNY, {:.4f} % above the bound; {} hours broken, largest {:.3g} (row {}, hour "
        "{}), {} loose",
        dispatch.cost_cny, 100.0 * (dispatch.cost_cny / bound_cny - 1.0), dispatch.broken_hours,
        dispatch.largest_breach, dispatch.breach_row, dispatch.breach_hour, dispatch.loose_hours);
    say("cpu {:.3f} s, {:.3f} ms an hour, {} programmes, {:.1f} pivots each, {} columns, {} rows",
        seconds, 1e3 * seconds / context.span.hours, dispatch.programmes,
        static_cast<double>(dispatch.pivots) / static_cast<double>(dispatch.programmes),
        dispatch.columns, dispatch.rows);
    std::map<std::string, double> kind_cny;
    for (std::size_t k = 0; k < ids.size(); ++k) {
        kind_cny[kind_of(context, ids[k])] += dispatch.block_cny[k];
    }
    const Judged best = judged ? judge(priced, recovery.targets()) : Judged{lp::infinity, {}};
    for (const auto& [kind, cny] : kind_cny) {
        const auto other = best.kind_cny.find(kind);
        say("  {:12s} {:16.0f}{}", kind, cny,
            other == best.kind_cny.end() ? "" : fmt::format(" best {:16.0f}", other->second));
    }
    if (judged) {
        say("best with these units and lines: {:.9g} CNY, {:.4f} % above the bound; dispatch "
            "{:.4f} % above it",
            best.cost_cny, 100.0 * (best.cost_cny / bound_cny - 1.0),
            100.0 * (dispatch.cost_cny / best.cost_cny - 1.0));
    }
}

} // namespace

int main(int argc, char** argv) {
    return bench::run_program(
        argc, argv, 5,
        "usage: dispatch_hours CASE FIRST_HOUR HOURS ITERATIONS PASSES [STORE_PREMIUM "
        "RIVER_PREMIUM [JUDGE]]\n",
        [&] {
            prices::DispatchSettings how;
            const auto number = [&](int k, double usual) {
                return argc > k ? std::atof(argv[k]) : usual;
            };
            how.storage_premium_cny_per_mwh = number(6, how.storage_premium_cny_per_mwh);
            how.river_premium_cny_per_mwh = number(7, how.river_premium_cny_per_mwh);
            bench::PricedCase priced(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])},
                                     std::atoi(argv[4]));
            measure(priced, std::atoi(argv[5]), how, number(8, 0.0) > 0.0);
        });
}
