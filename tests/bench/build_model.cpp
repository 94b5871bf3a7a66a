#include "base/comm.hpp"
#include "caseio/check_case.hpp"
#include "lp/flat.hpp"
#include "model/blocks.hpp"
#include "model/coupling.hpp"
#include "partition/partition.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

/// build_model CASE FIRST_HOUR HOURS REPEATS
///
/// Seconds it takes to build the programme of a span from a case that is in memory: every block,
/// the coupling rows and the flat matrix that goes to the solver. `fresh` starts from nothing,
/// `moved` builds the next span of the same length into the memory of the one before. Prints one
/// line of JSON with the seconds of every repeat and the size of the programme.
namespace {

using namespace longyang;

struct Size {
    std::size_t columns = 0, rows = 0, entries = 0;
};

Size build(const grid::System& system, const partition::Owners& owners, grid::Span span,
           std::vector<lp::Block>& blocks) {
    const model::Context context(system, span);
    model::build_blocks(context, owners, 0, blocks);
    const lp::Coupling coupling = model::make_coupling(context);
    const lp::FlatProgramme programme = lp::flatten(blocks, coupling);
    return {programme.cost.size(), programme.rows.lower.size(), programme.rows.column.size()};
}

double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int measure(const std::string& folder, grid::Span span, int repeats) {
    const Comm comm = world();
    const grid::System system = caseio::load_case(comm, folder).system;
    const partition::Owners owners = partition::share_out(system, 1);
    const grid::Span next{(span.begin + span.hours) % grid::hours_per_year, span.hours};

    Size size;
    std::vector<double> fresh;
    std::vector<double> moved;
    // The first round warms the caches and does not count.
    for (int round = 0; round <= repeats; ++round) {
        std::vector<lp::Block> blocks;
        const double at_first = seconds([&] { size = build(system, owners, span, blocks); });
        const double then = seconds([&] { build(system, owners, next, blocks); });
        if (round > 0) {
            fresh.push_back(at_first);
            moved.push_back(then);
        }
    }
    std::fputs(fmt::format("{{\"fresh_s\": [{}], \"moved_s\": [{}], \"columns\": {}, \"rows\": {}, "
                           "\"entries\": {}}}\n",
                           fmt::join(fresh, ", "), fmt::join(moved, ", "), size.columns, size.rows,
                           size.entries)
                   .c_str(),
               stdout);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const longyang::MpiScope mpi(argc, argv);
    if (argc != 5) {
        std::fputs("usage: build_model CASE FIRST_HOUR HOURS REPEATS\n", stderr);
        return static_cast<int>(longyang::Exit::usage);
    }
    try {
        return measure(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])}, std::atoi(argv[4]));
    } catch (const longyang::Error& error) {
        std::fputs(error.what(), stderr);
        return static_cast<int>(error.code());
    }
}
