#include "bench_program.hpp"
#include "priced_case.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>

/// price_recovery CASE FIRST_HOUR HOURS ITERATIONS PASSES [SCALE,PRICE_STEP,ASKING,BLENDS ...]
///
/// After so many iterations of the engine by prices and 60 that average plans: passes of recovery
/// to whole units and levels, how far the rows are off after each, and what a dispatch of its
/// targets costs; once with each set of numbers (SCALE of the typical price; see RecoverySettings
/// BLENDS a pass). CPU seconds; one rank.
namespace {

using namespace longyang;
namespace prices = solve::prices;
using bench::cpu_s;
using bench::say;

struct Ways {
    double scale = 8.0, price_step = 0.05, asking = 0.1;
    int blends = 3;
};

void tell(const std::string& when, const prices::Recovery& recovery, double bound_cny,
          double seconds) {
    const prices::Recovery::Residual now = recovery.residual();
    say("{}: balance off {:.1f} MW, rows {:.4f} %, relief {:.4f} %, {} hours changed, cpu {:.2f} s",
        when, now.balance_mw, 100.0 * now.rows_cny / bound_cny, 100.0 * now.relief_cny / bound_cny,
        now.changed_hours, seconds);
}

void recover(bench::PricedCase& priced, const Ways& ways, int passes) {
    prices::RecoverySettings settings;
    settings.price_step = ways.price_step;
    settings.asking_share = ways.asking;
    prices::Recovery recovery = priced.recovery(ways.scale, settings);
    const double bound_cny = priced.bound_cny();
    double best_cny = std::numeric_limits<double>::infinity();
    tell("begins", recovery, bound_cny, 0.0);
    for (int pass = 1; pass <= passes; ++pass) {
        double begin = cpu_s();
        recovery.sweep();
        tell(fmt::format("pass {}", pass), recovery, bound_cny, cpu_s() - begin);
        begin = cpu_s();
        const prices::Dispatch schedule = priced.dispatch(recovery);
        recovery.ask_more(schedule.relief);
        best_cny = std::min(best_cny, schedule.cost_cny);
        say("  dispatch: cost {:.9g}, gap {:.4f} % (best {:.4f} %), {} hours broken, cpu {:.2f} s",
            schedule.cost_cny, 100.0 * (schedule.cost_cny / bound_cny - 1.0),
            100.0 * (best_cny / bound_cny - 1.0), schedule.broken_hours, cpu_s() - begin);
        begin = cpu_s();
        for (int k = 0; k < ways.blends; ++k) {
            priced.blend(recovery);
        }
        tell("  blended", recovery, bound_cny, cpu_s() - begin);
    }
}

} // namespace

int main(int argc, char** argv) {
    return bench::run_program(
        argc, argv, 5,
        "usage: price_recovery CASE FIRST_HOUR HOURS ITERATIONS PASSES "
        "[SCALE,PRICE_STEP,ASKING,BLENDS ...]\n",
        [&] {
            bench::PricedCase priced(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])},
                                     std::atoi(argv[4]));
            for (int k = 6; k < argc || k == 6; ++k) {
                Ways ways;
                if (k < argc) {
                    say("== {}", argv[k]);
                    (void)std::sscanf(argv[k], "%lf,%lf,%lf,%d", &ways.scale, &ways.price_step,
                                      &ways.asking, &ways.blends);
                }
                recover(priced, ways, std::atoi(argv[5]));
            }
        });
}
