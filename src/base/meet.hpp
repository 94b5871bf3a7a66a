#pragma once

#include "base/comm.hpp"

namespace longyang {

/// Whether all ranks come here within so many seconds; sleeps meanwhile. Where not, nothing but
/// abort_all may follow.
[[nodiscard]] bool meet(const Comm& comm, double most_s);

} // namespace longyang
