#include "base/comm.hpp"
#include "base/error.hpp"
#include "linalg/petsc_scope.hpp"
#include "linalg/symmetric_solver.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <cmath>
#include <string>
#include <vector>

namespace longyang::linalg {
namespace {

// PETSc lives as long as the test program; it ends before MPI does.
class PetscForAllTests : public testing::Environment {
public:
    void SetUp() override { scope_ = std::make_unique<PetscScope>(Comm(MPI_COMM_WORLD)); }
    void TearDown() override { scope_.reset(); }

private:
    std::unique_ptr<PetscScope> scope_;
};
const auto* const petsc = testing::AddGlobalTestEnvironment(new PetscForAllTests);

// Second differences with a diagonal shift: tridiagonal -1, 2 + shift, -1.
Triplets chain(Share own, int size, double shift) {
    Triplets entries;
    for (int i = static_cast<int>(own.begin); i < static_cast<int>(own.end); ++i) {
        entries.add(i, i, 2.0);
        entries.add(i, i, shift); // adds up
        if (i > 0) {
            entries.add(i, i - 1, -1.0);
        }
        if (i + 1 < size) {
            entries.add(i, i + 1, -1.0);
        }
    }
    return entries;
}

class Chain : public testing::TestWithParam<int> {};

// Unit right-hand sides of the chain have a closed form: x_i = min(i,j) (n + 1 - max(i,j)) / (n +
// 1).
TEST_P(Chain, UnitColumnsReachTheirOwners) {
    const int size = GetParam();
    const Comm comm(MPI_COMM_WORLD);
    const Share own = share_of(comm, static_cast<std::size_t>(size));
    const SymmetricSolver solver(comm, static_cast<int>(own.end - own.begin),
                                 chain(own, size, 0.0));
    EXPECT_EQ(solver.size(), size);
    EXPECT_EQ(solver.first_row(), static_cast<int>(own.begin));

    Triplets rhs;
    std::vector<int> owner;
    for (int j = 0; j < size; ++j) {
        owner.push_back(j % comm.size());
        if (j >= static_cast<int>(own.begin) && j < static_cast<int>(own.end)) {
            rhs.add(j, j, 1.0);
        }
    }
    const Solutions got = solver.solve(rhs, owner);
    EXPECT_LT(got.relative_residual, 1e-12);
    std::size_t at = 0;
    for (int j = comm.rank(); j < size; j += comm.size(), ++at) {
        ASSERT_LT(at, got.column.size());
        ASSERT_EQ(got.column[at], j);
        for (int i = 0; i < size; ++i) {
            const double low = std::min(i, j) + 1;
            const double high = std::max(i, j) + 1;
            const double expected = low * (size + 1 - high) / (size + 1);
            ASSERT_NEAR(
                got.value[at * static_cast<std::size_t>(size) + static_cast<std::size_t>(i)],
                expected, 1e-12 * size)
                << i << ' ' << j;
        }
    }
    EXPECT_EQ(got.column.size(), at);
}

// Fewer rows than ranks, a few, and more columns than one batch.
INSTANTIATE_TEST_SUITE_P(Sizes, Chain, testing::Values(1, 2, 7, 300));

TEST(SymmetricSolver, IndefiniteMatrix) {
    const Comm comm(MPI_COMM_WORLD);
    const int size = 20;
    const Share own = share_of(comm, size);
    const Triplets entries = chain(own, size, -1.3); // eigenvalues of both signs
    const SymmetricSolver solver(comm, static_cast<int>(own.end - own.begin), entries);
    Triplets rhs;
    for (int i = static_cast<int>(own.begin); i < static_cast<int>(own.end); ++i) {
        rhs.add(i, 0, std::sin(i));
    }
    const std::vector<int> owner{0};
    const Solutions got = solver.solve(rhs, owner);
    if (comm.root()) {
        ASSERT_EQ(got.value.size(), 20U);
        for (int i = 0; i < size; ++i) {
            const auto k = static_cast<std::size_t>(i);
            double left = 0.7 * got.value[k];
            left -= i > 0 ? got.value[k - 1] : 0.0;
            left -= i + 1 < size ? got.value[k + 1] : 0.0;
            EXPECT_NEAR(left, std::sin(i), 1e-12);
        }
    } else {
        EXPECT_TRUE(got.value.empty());
    }
}

TEST(SymmetricSolver, SingularMatrixIsNumericalFailureInWords) {
    const Comm comm(MPI_COMM_WORLD);
    const int size = 6;
    const Share own = share_of(comm, size);
    Triplets entries; // a ring: the sum of all rows is zero
    for (int i = static_cast<int>(own.begin); i < static_cast<int>(own.end); ++i) {
        entries.add(i, i, 2.0);
        entries.add(i, (i + 1) % size, -1.0);
        entries.add(i, (i + size - 1) % size, -1.0);
    }
    Triplets rhs;
    if (own.begin == 0) {
        rhs.add(0, 0, 1.0);
    }
    try {
        const SymmetricSolver solver(comm, static_cast<int>(own.end - own.begin), entries);
        (void)solver.solve(rhs, std::vector<int>{0});
        FAIL() << "a singular matrix was solved";
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::numerical);
        EXPECT_NE(std::string(e.what()).find("failed"), std::string::npos) << e.what();
    }
}

TEST(SymmetricSolver, ForeignRowIsDefectOnAllRanks) {
    const Comm comm(MPI_COMM_WORLD);
    Triplets entries;
    entries.add(comm.root() ? 99 : 0, 0, 1.0);
    EXPECT_THROW(SymmetricSolver(comm, 1, entries), Error);
}

} // namespace
} // namespace longyang::linalg
