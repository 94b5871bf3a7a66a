// main() of the unit tests: starts MPI, lets only rank 0 print passed tests, and joins the
// verdicts, so that a failure on any rank fails the test on all of them.
#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdio>

namespace {

// Prints what failed on a rank other than 0, whose ordinary output is left out.
class FailuresOnly : public testing::EmptyTestEventListener {
public:
    explicit FailuresOnly(int rank) : rank_(rank) {}

    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (result.failed()) {
            std::fprintf(stderr, "rank %d: %s:%d: %s\n", rank_,
                         result.file_name() != nullptr ? result.file_name() : "?",
                         result.line_number(), result.message());
        }
    }

private:
    int rank_;
};

} // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    testing::InitGoogleTest(&argc, argv);

    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank != 0) {
        testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
        delete listeners.Release(listeners.default_result_printer());
        listeners.Append(new FailuresOnly(rank));
    }

    int failed = RUN_ALL_TESTS();
    MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    int finalized = 0;
    MPI_Finalized(&finalized);
    if (finalized == 0) {
        MPI_Finalize();
    }
    return failed;
}
