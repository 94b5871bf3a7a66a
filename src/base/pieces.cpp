#include "base/pieces.hpp"

#include <algorithm>

namespace longyang::pieces {
namespace {

/// An empty message has none.
template <class Byte, class Work>
void for_each(std::span<Byte> bytes, std::size_t piece, const Work& work) {
    for (std::size_t begin = 0; begin < bytes.size(); begin += piece) {
        work(bytes.subspan(begin, std::min(piece, bytes.size() - begin)));
    }
}

} // namespace

void send(const Comm& comm, std::span<const std::byte> bytes, int to, std::size_t piece) {
    for_each(bytes, piece, [&](std::span<const std::byte> part) {
        MPI_Send(part.data(), static_cast<int>(part.size()), MPI_BYTE, to, 0, comm.raw());
    });
}

void receive(const Comm& comm, std::span<std::byte> bytes, int from, std::size_t piece) {
    for_each(bytes, piece, [&](std::span<std::byte> part) {
        MPI_Recv(part.data(), static_cast<int>(part.size()), MPI_BYTE, from, 0, comm.raw(),
                 MPI_STATUS_IGNORE);
    });
}

void broadcast(const Comm& comm, std::span<std::byte> bytes, std::size_t piece) {
    for_each(bytes, piece, [&](std::span<std::byte> part) {
        MPI_Bcast(part.data(), static_cast<int>(part.size()), MPI_BYTE, 0, comm.raw());
    });
}

} // namespace longyang::pieces
