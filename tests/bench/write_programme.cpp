/// write_programme CASE RESULTS OUT.mps
///
/// The programme of the span of a results file as MPS, with integrality and with the limits of the
/// network that the run had found, so that a peer solves the same span. Thermal clusters stay
/// whole: a programme smaller than that of single units and a relaxation of it. Prints its size as
/// JSON.
#include "bench_program.hpp"
#include "caseio/check_case.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "results/read.hpp"
#include "run/grid_factors.hpp"
#include "run/programme.hpp"
#include "run/restart.hpp"

#include <string>

namespace {

using namespace longyang;

void write(const std::string& folder, const std::string& results, const std::string& out) {
    const Comm comm = world();
    const grid::System system = caseio::load_case(comm, folder).system;
    const grid::Span span = results::read_results(results).span;
    const model::Context context(system, span);
    const partition::Owners owners = partition::share_out(system, 1);
    const run::GridFactors grid = run::factorise(comm, system, owners, span);
    run::Programme programme(comm, context, owners);
    programme.add_section_contracts(grid);
    static_cast<void>(run::restart_from(comm, results, system, span, grid, programme));
    programme.assemble();
    programme.write_mps(out, false);
    const lp::Size size = programme.size();
    bench::say("{{\"columns\": {}, \"whole\": {}, \"rows\": {}, \"limits\": {}}}", size.columns,
               size.integers, size.rows + static_cast<long long>(programme.coupling().rows.size()),
               programme.limits().size());
}

} // namespace

int main(int argc, char** argv) {
    return longyang::bench::run_program(argc, argv, 3,
                                        "usage: write_programme CASE RESULTS OUT.mps\n",
                                        [&] { write(argv[1], argv[2], argv[3]); });
}
