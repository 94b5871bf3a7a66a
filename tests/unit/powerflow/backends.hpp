#pragma once

#include "base/comm.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <memory>

namespace longyang::powerflow {

/// PETSc and the kernels' backend live as long as the test program; they end before MPI does.
class BackendsForAllTests : public ::testing::Environment {
public:
    void SetUp() override {
        petsc_ = std::make_unique<linalg::PetscScope>(Comm(MPI_COMM_WORLD));
        kernels_ = std::make_unique<kernels::Runtime>();
    }
    void TearDown() override {
        kernels_.reset();
        petsc_.reset();
    }

private:
    std::unique_ptr<linalg::PetscScope> petsc_;
    std::unique_ptr<kernels::Runtime> kernels_;
};
inline const auto* const backends = ::testing::AddGlobalTestEnvironment(new BackendsForAllTests);

} // namespace longyang::powerflow
