#include "bench_program.hpp"
#include "caseio/check_case.hpp"
#include "solve/prices/engine.hpp"
#include "tests/unit/solve/case_programme.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

/// price_bound CASE FIRST_HOUR HOURS relaxed|integer|special|thermal|storage|cascade ITERATIONS
/// [INTEGER_TIME_LIMIT_S]
///
/// relaxed, integer: the general oracle for plants (special ones for lines and hourly amounts);
/// special: special oracles for all; thermal, storage, cascade: for this kind, the others relaxed.
/// The bound that the engine by prices proves for a span, beside HiGHS's relaxed optimum of the
/// same programme and, with a time limit, its best integer cost.
namespace {

using namespace longyang;

void measure(const std::string& folder, grid::Span span, const std::string& how, int iterations,
             double time_limit_s) {
    const bool integer = how == "integer" || how == "special";
    const auto special = [&](model::Kind kind) {
        switch (kind) {
        case model::Kind::thermal:
            return how == "special" || how == "thermal";
        case model::Kind::storage:
            return how == "special" || how == "storage";
        case model::Kind::cascade:
            return how == "special" || how == "cascade";
        default:
            return true;
        }
    };
    const Comm comm = world();
    const grid::System system = caseio::load_case(comm, folder).system;
    const testing::CaseProgramme programme = testing::case_programme(comm, system, span);
    const auto begin = std::chrono::steady_clock::now();
    auto priced = testing::price_blocks(comm, system, span, programme, integer, special);
    solve::prices::PriceEngine engine(comm, programme.coupling, std::move(priced.oracles),
                                      std::move(priced.handled));
    solve::prices::Settings settings;
    settings.most_iterations = iterations;
    settings.progress = [&](int k, double value, double best) {
        if (k % 20 == 0) {
            std::fputs(fmt::format("{:4d} {:.9g} best {:.9g} below relaxed {:.4f} %\n", k, value,
                                   best, 100.0 * (1.0 - best / programme.relaxed_cny))
                           .c_str(),
                       stdout);
        }
    };
    const solve::prices::Found found = engine.run(settings);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const double best_cny =
        time_limit_s > 0.0 ? testing::integer_cny(programme, 1e-4, time_limit_s) : 0.0;
    std::fputs(
        fmt::format("{{\"bound\": {:.9g}, \"relaxed\": {:.9g}, \"integer\": {:.9g}, "
                    "\"below_relaxed_%\": {:.4f}, \"below_integer_%\": {:.4f}, \"iterations\": {}, "
                    "\"s\": {:.2f}, \"relaxed_s\": {:.2f}}}\n",
                    found.bound, programme.relaxed_cny, best_cny,
                    100.0 * (1.0 - found.bound / programme.relaxed_cny),
                    best_cny > 0.0 ? 100.0 * (1.0 - found.bound / best_cny) : 0.0, found.iterations,
                    seconds, programme.relaxed_s)
            .c_str(),
        stdout);
}

} // namespace

int main(int argc, char** argv) {
    return longyang::bench::run_program(
        argc, argv, 5,
        "usage: price_bound CASE FIRST_HOUR HOURS "
        "relaxed|integer|special|thermal|storage|cascade ITERATIONS "
        "[INTEGER_TIME_LIMIT_S]\n",
        [&] {
            measure(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])}, argv[4], std::atoi(argv[5]),
                    argc > 6 ? std::atof(argv[6]) : 0.0);
        });
}
