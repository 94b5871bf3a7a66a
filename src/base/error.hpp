#pragma once

#include <stdexcept>
#include <string>

namespace longyang {

/// Exit codes of the program; documented in docs/user/exit-codes.md and printed by `longyang info`.
enum class Exit : int {
    ok = 0,
    different = 1,   ///< `longyang compare`: the files differ
    usage = 2,       ///< the command line is wrong
    faulty_case = 3, ///< the case has faults; all of them were printed
    infeasible = 4,  ///< no schedule keeps all limits; the conflict was printed
    limit = 5,       ///< stopped by a limit (time, rounds, signal) with partial results
    numerical = 6,   ///< a solver failed, or its answer did not pass the independent check
    file = 7,        ///< a file could not be read or written
    defect = 70,     ///< an internal error of the program
    checkpoint = 75, ///< stopped at a checkpoint; submit again to go on
};

/// The one exception type that crosses layers: words for the user and the exit code they lead to.
class Error : public std::runtime_error {
public:
    Error(Exit code, const std::string& words) : std::runtime_error(words), code_(code) {}
    [[nodiscard]] Exit code() const noexcept { return code_; }

private:
    Exit code_;
};

} // namespace longyang
