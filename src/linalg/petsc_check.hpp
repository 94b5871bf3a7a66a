#pragma once

// Internal to linalg/.

#include "base/error.hpp"

#include <petscsys.h>

#include <string>

namespace longyang::linalg {

/// What PETSc says of an error code. `tell` is PetscErrorMessage, whose Text is `char` before
/// PETSc 3.25 and `const char` since.
template <class Text>
std::string petsc_words(PetscErrorCode (*tell)(PetscErrorCode, const char**, Text**),
                        PetscErrorCode code) {
    const char* kind = nullptr;
    Text* specific = nullptr;
    static_cast<void>(tell(code, &kind, &specific));
    std::string words = kind != nullptr ? kind : "PETSc error " + std::to_string(code);
    if (specific != nullptr && *specific != '\0') {
        words += std::string(": ") + specific;
    }
    return words;
}

/// Turns a PETSc error code into an Error with PETSc's words; `doing` names what was tried.
inline void check(PetscErrorCode code, const char* doing) {
    if (code != 0) {
        throw Error(Exit::numerical,
                    std::string(doing) + " failed: " + petsc_words(PetscErrorMessage, code));
    }
}

} // namespace longyang::linalg
