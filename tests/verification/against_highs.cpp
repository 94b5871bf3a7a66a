/// against_highs random FIRST LAST [HOURS]
/// against_highs links FIRST LAST [HOURS]
/// against_highs case CASE DATE HOURS [LIMIT_S]
/// against_highs duals CASE DATE HOURS [ITERATIONS]
///
/// `--engine prices` against HiGHS on exactly the same programme, that of single units. random: the
/// systems of the seeds FIRST to LAST (tests/unit/solve/random_system.hpp); links: with DC links
/// besides. case: a span of a case;
/// HiGHS's integer solve begins at the engine's schedule and ends after LIMIT_S seconds (600).
/// Exit code 1 where the bound lies above HiGHS's best cost, HiGHS's bound above the cost, or the
/// schedule is not feasible at its cost in HiGHS's programme. duals: bus prices of the engine and
/// of HiGHS for the relaxed span, where HiGHS's are the same at loads a little higher and lower.
#include "tests/unit/solve/against_highs.hpp"

#include "base/log.hpp"
#include "caseio/check_case.hpp"
#include "grid/calendar.hpp"
#include "tests/bench/bench_program.hpp"
#include "tests/unit/solve/price_duals.hpp"
#include "tests/unit/solve/random_system.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace longyang;
using bench::say;
using testing::Comparison;

/// (a - b) in percent of the sizes of the cost's parts.
double share_percent(double a, double b, const testing::Engine& engine) {
    return 100.0 * (a - b) / std::max(engine.gross_cny, 1.0);
}

void tell(const std::string& which, const Comparison& found) {
    say("{}: bound {:.9g}, HiGHS {:.9g} to {:.9g}{}, cost {:.9g}, the same in HiGHS's programme "
        "{:.9g}; of all costs: bound {:.4f} % below HiGHS's best, cost {:.4f} % above HiGHS's "
        "bound; "
        "engine {:.2f} s, HiGHS {:.2f} s",
        which, found.units.bound_cny, found.highs_bound_cny, found.highs_cost_cny,
        found.proven ? "" : " (stopped)", found.units.cost_cny, found.held_cost_cny,
        share_percent(found.highs_cost_cny, found.units.bound_cny, found.units),
        share_percent(found.units.cost_cny, found.highs_bound_cny, found.units),
        found.units.seconds, found.highs_s);
    for (const std::string& fault : found.faults) {
        say("FAULT {}: {}", which, fault);
    }
}

double at_share(std::vector<double>& values, double share) {
    std::sort(values.begin(), values.end());
    return values.empty()
               ? 0.0
               : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// How many faults.
std::size_t random_systems(int first, int last, int hours, bool links) {
    int solvable = 0;
    int proven = 0;
    std::size_t faults = 0;
    std::vector<double> below;
    std::vector<double> above;
    for (int seed = first; seed <= last; ++seed) {
        try {
            const auto number = static_cast<unsigned>(seed);
            grid::System system = testing::random_system(number, hours);
            if (links) {
                testing::add_random_links(number, hours, system);
            }
            const Comparison found = testing::compare_with_highs(world(), system, {0, hours}, {});
            ++solvable;
            proven += found.proven ? 1 : 0;
            faults += found.faults.size();
            below.push_back(
                share_percent(found.highs_cost_cny, found.units.bound_cny, found.units));
            above.push_back(
                share_percent(found.units.cost_cny, found.highs_bound_cny, found.units));
            tell(fmt::format("seed {}", seed), found);
        } catch (const Error& error) {
            if (error.code() != Exit::infeasible) {
                ++faults;
            }
            say("{}seed {}: {}", error.code() == Exit::infeasible ? "" : "FAULT ", seed,
                error.what());
        }
    }
    say("{} systems, {} with a schedule, {} solved by HiGHS to its end; {} faults",
        last - first + 1, solvable, proven, faults);
    say("of all costs, median, 90 %, worst: bound below HiGHS's best {:.4f}, {:.4f}, {:.4f} %; "
        "cost "
        "above HiGHS's bound {:.4f}, {:.4f}, {:.4f} %",
        at_share(below, 0.5), at_share(below, 0.9), at_share(below, 1.0), at_share(above, 0.5),
        at_share(above, 0.9), at_share(above, 1.0));
    return faults;
}

std::size_t span_of_case(const std::string& folder, const std::string& date, int hours,
                         double limit_s) {
    const grid::System system = caseio::load_case(world(), folder).system;
    testing::Effort effort;
    effort.passes = 10;
    effort.highs_gap = 1e-4;
    effort.highs_limit_s = limit_s;
    effort.start_highs = true;
    const Comparison found = testing::compare_with_highs(
        world(), system, {grid::hour_of_date(date, system.info.year), hours}, effort);
    tell(fmt::format("{} {} {} h", system.info.name, date, hours), found);
    say("clusters as they are: bound {:.9g}, cost {:.9g}; HiGHS's relaxed optimum {:.9g}",
        found.clusters.bound_cny, found.clusters.cost_cny, found.relaxed_cny);
    return found.faults.size();
}

void duals_of_case(const std::string& folder, const std::string& date, int hours, int iterations) {
    const grid::System system = caseio::load_case(world(), folder).system;
    const testing::PriceDuals duals = testing::compare_price_duals(
        world(), system, {grid::hour_of_date(date, system.info.year), hours}, iterations, 1e-4);
    std::vector<double> apart;
    std::vector<double> size;
    for (const testing::PricePair& pair : duals.unique) {
        apart.push_back(std::abs(pair.engine - pair.highs));
        size.push_back(std::abs(pair.highs));
    }
    say("{} {} {} h: bound {:.9g} of HiGHS's relaxed {:.9g}; {} of {} prices unique, median {:.2f} "
        "CNY/MWh; apart: median {:.3f}, 90 % {:.3f}, 99 % {:.3f}, worst {:.3f} CNY/MWh",
        system.info.name, date, hours, duals.bound_cny, duals.highs_cny, duals.unique.size(),
        duals.all, at_share(size, 0.5), at_share(apart, 0.5), at_share(apart, 0.9),
        at_share(apart, 0.99), at_share(apart, 1.0));
}

} // namespace

int main(int argc, char** argv) {
    std::size_t faults = 0;
    const int code = bench::run_program(
        argc, argv, 3,
        "usage: against_highs random|links FIRST LAST [HOURS] | against_highs case CASE DATE HOURS "
        "[LIMIT_S] | against_highs duals CASE DATE HOURS [ITERATIONS]\n",
        [&] {
            start_log(world(), 0);
            const std::string what = argv[1];
            if (what == "random" || what == "links") {
                faults = random_systems(std::atoi(argv[2]), std::atoi(argv[3]),
                                        argc > 4 ? std::atoi(argv[4]) : 12, what == "links");
            } else if (argc > 4 && what == "duals") {
                duals_of_case(argv[2], argv[3], std::atoi(argv[4]),
                              argc > 5 ? std::atoi(argv[5]) : 400);
            } else if (argc > 4) {
                faults = span_of_case(argv[2], argv[3], std::atoi(argv[4]),
                                      argc > 5 ? std::atof(argv[5]) : 600.0);
            } else {
                throw Error(Exit::usage, "against_highs case: no number of hours\n");
            }
        });
    return code != 0 ? code : (faults > 0 ? 1 : 0);
}
