#pragma once

#include "base/comm.hpp"

#include <string>

/// Linear algebra over a communicator. The only layer that touches PETSc; no header shows it.
namespace longyang::linalg {

/// Starts PETSc on a communicator and ends it with its scope. Made once, by main, after MPI and
/// before the first solver; the communicator becomes PETSc's world. Where somebody else has started
/// PETSc already, this does nothing and leaves it running. PETSc's signal handlers and its start-up
/// file are left out: signals are the run's, and a run must not depend on a file in somebody's
/// home. PETSC_OPTIONS is read. Collective. Throws Error (numerical) where PETSc does not start.
class PetscScope {
public:
    explicit PetscScope(const Comm& comm);
    ~PetscScope();
    PetscScope(const PetscScope&) = delete;
    PetscScope& operator=(const PetscScope&) = delete;
    PetscScope(PetscScope&&) = delete;
    PetscScope& operator=(PetscScope&&) = delete;

private:
    bool owned_ = false;
};

/// For `longyang --version`, as "PETSc 3.18.5".
[[nodiscard]] std::string describe_petsc();

} // namespace longyang::linalg
