#pragma once

#include "base/comm.hpp"

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace longyang {

/// Every rank's items on every rank, in rank order. Collective.
template <class T>
[[nodiscard]] std::vector<T> join(const Comm& comm, const std::vector<T>& mine) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto parts = gather_bytes(comm, std::as_bytes(std::span(mine)));
    std::vector<std::byte> bytes;
    for (const auto& part : parts) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    broadcast_bytes(comm, bytes);
    std::vector<T> all(bytes.size() / sizeof(T));
    if (!all.empty()) {
        std::memcpy(all.data(), bytes.data(), bytes.size());
    }
    return all;
}

} // namespace longyang
