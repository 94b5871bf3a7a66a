#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"

#include <functional>

namespace longyang::cli {

/// Serial commands: the root works, the others agree on how it ended. Collective.
[[nodiscard]] inline Exit end_of_root(const Comm& comm, const std::function<Exit()>& work) {
    auto code = Exit::ok;
    agree(comm, [&] {
        if (comm.root()) {
            code = work();
        }
    });
    return static_cast<Exit>(broadcast(comm, static_cast<long long>(code)));
}

} // namespace longyang::cli
