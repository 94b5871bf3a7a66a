#include "base/error.hpp"
#include "bench_program.hpp"
#include "caseio/check_case.hpp"
#include "lp/coupling.hpp"
#include "lp/flat.hpp"
#include "model/oracle_data.hpp"
#include "solve/highs/engine.hpp"
#include "solve/prices/oracles/general_oracle.hpp"
#include "solve/prices/rivers/river_oracle.hpp"
#include "tests/unit/solve/case_programme.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>

/// river_bound CASE FIRST_HOUR HOURS CALLS [PRICES] [NOISE] [REST]
///
/// What the oracle of cascades makes of prices, call by call: its bound, its plan's value and
/// breach, and its CPU time; for spans up to 240 h beside HiGHS's relaxed optimum of the same
/// blocks. PRICES: a file of prices (channels x hours, doubles), which is written with HiGHS's
/// relaxed prices where it is not there; "-": made up. NOISE: 1 where prices settle from call to
/// call (standard deviation falling from 200 to 2 CNY/MWh). REST: call before which oracles are
/// told that prices stay (PE-36); 0: never.
namespace {

using namespace longyang;

using bench::cpu_s;

/// Prices with the shape of a day: low at noon, high in the evening, some hours at 0 and some at
/// 2000; other levels by season, slightly other ones by bus.
std::vector<double> made_up_prices(const model::Channels& channels, grid::Span span) {
    const std::size_t hours = span.size();
    std::vector<double> prices(static_cast<std::size_t>(channels.count()) * hours, 0.0);
    std::mt19937_64 generator(1);
    std::normal_distribution<double> noise(0.0, 1.0);
    std::vector<double> of_bus;
    for (int bus = 0; bus < channels.buses; ++bus) {
        of_bus.push_back(3.0 * noise(generator));
    }
    double level = 0.0;
    for (std::size_t t = 0; t < hours; ++t) {
        const int hour = span.begin + static_cast<int>(t);
        const double season = std::cos(6.2832 * hour / 8760.0);
        const double clock = (hour % 24) + 0.0;
        level = 0.98 * level + 15.0 * noise(generator);
        const double sun = std::exp(-std::pow((clock - 13.0) / (3.5 - 0.8 * season), 4));
        const double evening = std::exp(-std::pow((clock - 20.0) / 2.5, 2));
        double price = (280.0 + 40.0 * season + level) * (1.0 - 0.95 * sun) + 120.0 * evening;
        const double chance = std::uniform_real_distribution<double>(0.0, 1.0)(generator);
        price = chance < 0.03 ? 0.0 : (chance > 0.995 ? 2000.0 : price);
        for (int bus = 0; bus < channels.buses; ++bus) {
            prices[static_cast<std::size_t>(bus) * hours + t] =
                price == 0.0 ? 0.0
                             : price + of_bus[static_cast<std::size_t>(bus)] + noise(generator);
        }
    }
    return prices;
}

std::vector<double> optimal_prices(const Comm& comm, const grid::System& system, grid::Span span,
                                   std::size_t channels, const std::string& file) {
    const std::size_t hours = span.size();
    std::vector<double> prices(channels * hours, 0.0);
    if (std::ifstream in(file, std::ios::binary); in) {
        in.read(reinterpret_cast<char*>(prices.data()),
                static_cast<std::streamsize>(prices.size() * sizeof(double)));
        return prices;
    }
    const testing::CaseProgramme programme = testing::case_programme(comm, system, span);
    const lp::FlatProgramme flat = lp::flatten(programme.blocks, programme.coupling);
    solve::highs::Engine engine(flat);
    const auto outcome = engine.solve_relaxed({});
    prices = lp::channel_prices(
        programme.coupling, std::span(outcome.point.row_dual).last(programme.coupling.rows.size()));
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(prices.data()),
               static_cast<std::streamsize>(prices.size() * sizeof(double)));
    return prices;
}

/// The largest breach of a balance or limit of a plan, hm3.
double breach_of(const lp::River& river, const lp::RiverPlan& plan, std::size_t hours) {
    constexpr double hm3 = 0.0036;
    double worst = 0.0;
    for (std::size_t r = 0; r < river.reservoirs.size(); ++r) {
        const lp::RiverReservoir& own = river.reservoirs[r];
        double before = own.storage_initial_hm3;
        for (std::size_t t = 0; t < hours; ++t) {
            const double release = plan.release_m3_per_s[r * hours + t];
            double balance = before + hm3 * (own.arriving_m3_per_s[t] - release);
            for (std::size_t u = 0; u < r; ++u) {
                const auto travel = static_cast<std::size_t>(river.reservoirs[u].travel_h);
                if (river.reservoirs[u].downstream == static_cast<int>(r) && t >= travel) {
                    balance += hm3 * plan.release_m3_per_s[u * hours + t - travel];
                }
            }
            double flow = plan.spill_m3_per_s[r * hours + t];
            worst = std::max(worst, -hm3 * flow);
            for (std::size_t k = 0; k < river.stations.size(); ++k) {
                flow += river.stations[k].reservoir == static_cast<int>(r)
                            ? plan.flow_m3_per_s[k * hours + t]
                            : 0.0;
            }
            const double storage = plan.storage_hm3[r * hours + t];
            worst = std::max({worst, std::abs(balance - storage), own.storage_min_hm3[t] - storage,
                              storage - own.storage_max_hm3[t], hm3 * std::abs(flow - release),
                              hm3 * (release - own.release_max_m3_per_s[t]),
                              hm3 * (own.release_min_m3_per_s[t] - release -
                                     plan.release_short_m3_per_s[r * hours + t])});
            before = storage;
        }
        worst = std::max(worst, own.storage_end_hm3 - before - plan.end_short_hm3[r]);
    }
    return worst;
}

struct Cascade {
    std::string name;
    lp::River data;
    lp::Block block;
    solve::prices::Oracle oracle;
    double cpu_s = 0.0;
};

double earned(const Cascade& cascade, const std::vector<double>& prices,
              const std::vector<double>& given, std::size_t hours) {
    double sum = 0.0;
    for (std::size_t c = 0; c < cascade.oracle.channels.size(); ++c) {
        for (std::size_t t = 0; t < hours; ++t) {
            sum += prices[c * hours + t] * given[c * hours + t];
        }
    }
    return sum;
}

std::vector<double> own_prices(const solve::prices::Oracle& oracle,
                               const std::vector<double>& prices, std::size_t hours) {
    std::vector<double> own;
    for (const int channel : oracle.channels) {
        const auto from =
            prices.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(channel) * hours);
        own.insert(own.end(), from, from + static_cast<std::ptrdiff_t>(hours));
    }
    return own;
}

double optimum_of(const Cascade& cascade, const std::vector<double>& prices, int hours) {
    const auto general = solve::prices::general_oracle(cascade.block, hours, false);
    const auto own = own_prices(general, prices, static_cast<std::size_t>(hours));
    std::vector<double> given(own.size(), 0.0);
    return general.solve(own, given).bound;
}

void measure(const std::string& folder, grid::Span span, int calls, const std::string& file,
             bool settle, int rest) {
    const Comm comm = world();
    grid::System system = caseio::load_case(comm, folder).system;
    system.targets = {}; // stations give to their buses alone, whose prices are made up
    const model::Context context(system, span);
    const std::size_t hours = span.size();
    const auto channels = static_cast<std::size_t>(context.channels.count());
    const std::vector<double> last = file == "-"
                                         ? made_up_prices(context.channels, span)
                                         : optimal_prices(comm, system, span, channels, file);
    const bool compare = span.hours <= 240;
    std::vector<Cascade> cascades;
    for (const model::BlockId& id : model::list_blocks(system)) {
        if (id.kind == model::Kind::cascade) {
            Cascade& own = cascades.emplace_back();
            own.data = model::river_data(context, id.item);
            if (compare) {
                model::build_block(context, id, own.block);
            }
            own.name = fmt::format("{}:{}", id.item, own.data.reservoirs.size());
            own.oracle = solve::prices::river_oracle(own.data, span.hours);
        }
    }
    std::vector<double> optimum;
    const double begin = cpu_s();
    for (const Cascade& cascade : cascades) {
        optimum.push_back(compare ? optimum_of(cascade, last, span.hours) : 0.0);
    }
    std::fputs(fmt::format("HiGHS {:.2f} s\n", cpu_s() - begin).c_str(), stdout);
    std::mt19937_64 generator(7);
    std::normal_distribution<double> normal(0.0, 1.0);
    std::vector<double> noise(last.size());
    for (int call = 1; call <= calls; ++call) {
        std::vector<double> prices = last;
        if (settle) {
            const double sigma = 200.0 * std::pow(0.01, (call - 1.0) / std::max(1, calls - 1));
            for (std::size_t k = 0; k < noise.size(); ++k) {
                // Steps hang together from call to call, as an engine's do.
                noise[k] = 0.7 * noise[k] + 0.714 * normal(generator);
                prices[k] +=
                    last[k] == 0.0 && k >= static_cast<std::size_t>(context.channels.buses) * hours
                        ? 0.0
                        : sigma * noise[k];
            }
        }
        for (const Cascade& own : cascades) {
            if (call == rest && own.oracle.at_rest) {
                own.oracle.at_rest();
            }
        }
        const bool show = call <= 2 || call == 5 || call == 10 || call == 20 || call == 30 ||
                          call % 50 == 0 || call == calls || (rest > 0 && call >= rest);
        double all = 0.0, bound = 0.0, plan = 0.0, worst = 0.0;
        std::string words;
        for (std::size_t i = 0; i < cascades.size(); ++i) {
            Cascade& own = cascades[i];
            const auto own_price = own_prices(own.oracle, prices, hours);
            std::vector<double> given(own_price.size(), 0.0);
            const double start = cpu_s();
            const auto answer = own.oracle.solve(own_price, given);
            own.cpu_s += cpu_s() - start;
            all += cpu_s() - start;
            const double value = answer.cost_cny - earned(own, own_price, given, hours);
            const double breach =
                breach_of(own.data, std::get<lp::RiverPlan>(own.oracle.plan(0)), hours);
            worst = std::max(worst, breach);
            bound += answer.bound;
            plan += value;
            if (show && (i == 0 || own.data.reservoirs.size() > 3)) {
                const double size = std::abs(value);
                words += fmt::format("  {:>6s} bound {:.6e} plan {:.6e} gap {:.4f} %", own.name,
                                     answer.bound, value, 100 * (value - answer.bound) / size);
                if (compare && !settle) {
                    words += fmt::format(
                        " | optimum {:.6e}: bound below {:.4f} % plan above {:.4f} %", optimum[i],
                        100 * (optimum[i] - answer.bound) / std::abs(optimum[i]),
                        100 * (value - optimum[i]) / std::abs(optimum[i]));
                }
                words += fmt::format(" breach {:.2e} hm3, {:.4f} s\n", breach, cpu_s() - start);
            }
        }
        if (show) {
            double sum = 0.0;
            for (const double one : optimum) {
                sum += one;
            }
            std::fputs(fmt::format("call {} bound {:.6e} plan {:.6e} gap {:.4f} %", call, bound,
                                   plan, 100 * (plan - bound) / std::abs(plan))
                           .c_str(),
                       stdout);
            if (compare && !settle) {
                std::fputs(fmt::format(" | bound below {:.4f} % plan above {:.4f} %",
                                       100 * (sum - bound) / std::abs(sum),
                                       100 * (plan - sum) / std::abs(sum))
                               .c_str(),
                           stdout);
            }
            std::fputs(
                fmt::format(" worst breach {:.2e} hm3, {:.4f} s\n{}", worst, all, words).c_str(),
                stdout);
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    return longyang::bench::run_program(
        argc, argv, 4, "usage: river_bound CASE FIRST_HOUR HOURS CALLS [PRICES] [NOISE] [REST]\n",
        [&] {
            measure(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])}, std::atoi(argv[4]),
                    argc > 5 ? argv[5] : "-", argc > 6 && std::atoi(argv[6]) != 0,
                    argc > 7 ? std::atoi(argv[7]) : 0);
        });
}
