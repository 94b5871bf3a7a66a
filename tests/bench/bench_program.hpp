#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <functional>
#include <utility>

/// What the measuring programs share.
namespace longyang::bench {

/// A line on the standard output, at once.
template <typename... Values>
void say(fmt::format_string<Values...> words, Values&&... values) {
    std::fputs(fmt::format(words, std::forward<Values>(values)...).c_str(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

/// CPU time of the process so far.
inline double cpu_s() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

/// Starts the libraries and runs `work`, or says how the program is called where it has fewer than
/// `least` arguments. Gives the exit code.
inline int run_program(int argc, char** argv, int least, const char* usage,
                       const std::function<void()>& work) {
    const MpiScope mpi(argc, argv);
    const linalg::PetscScope petsc(world());
    const kernels::Runtime runtime;
    if (argc <= least) {
        std::fputs(usage, stderr);
        return static_cast<int>(Exit::usage);
    }
    try {
        work();
        return 0;
    } catch (const Error& error) {
        std::fputs(error.what(), stderr);
        return static_cast<int>(error.code());
    }
}

} // namespace longyang::bench
