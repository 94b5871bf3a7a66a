#include "linalg/petsc_scope.hpp"

#include "linalg/petsc_check.hpp"

#include <petscsys.h>

namespace longyang::linalg {

PetscScope::PetscScope(const Comm& comm) {
    PetscBool running = PETSC_FALSE;
    PetscInitialized(&running);
    if (running == PETSC_TRUE) {
        return;
    }
    PETSC_COMM_WORLD = comm.raw();
    PetscOptionsSetValue(nullptr, "-no_signal_handler", "true");
    PetscOptionsSetValue(nullptr, "-skip_petscrc", "true");
    check(PetscInitializeNoArguments(), "starting PETSc");
    owned_ = true;
    // PETSc's own handler prints a trace and may abort; ours are exceptions made by check().
    check(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr), "setting PETSc's error handler");
}

PetscScope::~PetscScope() {
    if (owned_) {
        PetscPopErrorHandler();
        PetscFinalize();
    }
}

std::string describe_petsc() {
    return "PETSc " + std::to_string(PETSC_VERSION_MAJOR) + "." +
           std::to_string(PETSC_VERSION_MINOR) + "." + std::to_string(PETSC_VERSION_SUBMINOR);
}

} // namespace longyang::linalg
