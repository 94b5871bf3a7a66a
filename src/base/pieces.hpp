#pragma once

// Internal to base: messages of any length. MPI counts items in an int, so they go in pieces.

#include "base/comm.hpp"

#include <cstddef>
#include <span>

namespace longyang::pieces {

inline constexpr std::size_t most_bytes = std::size_t{1} << 30U;

/// To one rank, which asks for as many bytes in pieces as long.
void send(const Comm& comm, std::span<const std::byte> bytes, int to,
          std::size_t piece = most_bytes);
void receive(const Comm& comm, std::span<std::byte> bytes, int from,
             std::size_t piece = most_bytes);
/// The root's on every rank, as many on each.
void broadcast(const Comm& comm, std::span<std::byte> bytes, std::size_t piece = most_bytes);

} // namespace longyang::pieces
