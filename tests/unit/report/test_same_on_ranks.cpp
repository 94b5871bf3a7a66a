#include "../results/example.hpp"
#include "base/comm.hpp"
#include "report/compare.hpp"
#include "results/write.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdio>

namespace longyang::report {
namespace {

// Bit by bit: sums of the balances are taken in the order of the rows, whoever owns them.
TEST(SameOnRanks, FileHoldsWhatOneRankAloneWrites) {
    const Comm comm(MPI_COMM_WORLD);
    const grid::Span span{0, 2000}; // twelve chunks of hours
    const grid::System system = results::example::make_system();
    const auto owners = results::example::make_owners(system, comm.size());
    const std::string shared = fmt::format("same_{}.h5", comm.size());
    results::write_results(comm, shared, system, owners,
                           results::example::make_content(system, owners, comm.rank(), span));
    if (comm.root()) {
        const std::string single = fmt::format("same_{}_alone.h5", comm.size());
        const auto alone = results::example::make_owners(system, 1);
        results::write_results(Comm(MPI_COMM_SELF), single, system, alone,
                               results::example::make_content(system, alone, 0, span));
        const Comparison c =
            compare_results(results::read_results(single), results::read_results(shared), 0.0, 0.0);
        EXPECT_TRUE(c.identical);
        EXPECT_THAT(c.lines, testing::IsEmpty());
        std::remove(single.c_str());
        std::remove(shared.c_str());
    }
    rest(comm);
}

} // namespace
} // namespace longyang::report
