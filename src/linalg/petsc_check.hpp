#pragma once

// Internal to linalg/.

#include "base/error.hpp"

#include <petscsys.h>

#include <string>

namespace longyang::linalg {

/// Turns a PETSc error code into an Error with PETSc's words; `doing` names what was tried.
inline void check(PetscErrorCode code, const char* doing) {
    if (code == 0) {
        return;
    }
    const char* kind = nullptr;
    char* specific = nullptr;
    PetscErrorMessage(code, &kind, &specific);
    std::string words = std::string(doing) + " failed: ";
    words += kind != nullptr ? kind : "PETSc error " + std::to_string(code);
    if (specific != nullptr && *specific != '\0') {
        words += std::string(": ") + specific;
    }
    throw Error(Exit::numerical, words);
}

} // namespace longyang::linalg
