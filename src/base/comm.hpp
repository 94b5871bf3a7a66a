#pragma once

#include "base/error.hpp"

#include <mpi.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace longyang {

/// A communicator as a value. Always the first argument; the world is named once, in cli/main.cpp.
/// All member functions are collective unless they say otherwise.
class Comm {
public:
    explicit Comm(MPI_Comm raw);
    [[nodiscard]] MPI_Comm raw() const noexcept { return raw_; }
    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] int size() const noexcept { return size_; }
    [[nodiscard]] bool root() const noexcept { return rank_ == 0; }

private:
    MPI_Comm raw_;
    int rank_ = 0;
    int size_ = 1;
};

/// Starts MPI and ends it with its scope. Only main and the tests' main make one.
class MpiScope {
public:
    MpiScope(int& argc, char**& argv);
    ~MpiScope();
    MpiScope(const MpiScope&) = delete;
    MpiScope& operator=(const MpiScope&) = delete;
    MpiScope(MpiScope&&) = delete;
    MpiScope& operator=(MpiScope&&) = delete;

    /// A library that ends with MPI would crash there: main is to end the program without.
    static void forgo_end() noexcept;
    [[nodiscard]] static bool end_forgone() noexcept;
};

/// The communicator of all ranks. Only main asks for it.
[[nodiscard]] Comm world();

/// Ends all ranks at once, without any clean-up: for a rank that cannot go on while others may wait
/// for it.
[[noreturn]] void abort_all(const Comm& comm, Exit code);

/// First and one-past-last item of this rank when `count` items are dealt out in contiguous parts.
struct Share {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] Share share_of(const Comm& comm, std::size_t count);

/// Bytes of every rank on the root, in rank order; empty on the other ranks.
[[nodiscard]] std::vector<std::vector<std::byte>> gather_bytes(const Comm& comm,
                                                               std::span<const std::byte> mine);
/// Each rank gets its own part of what the root holds (`parts` is read on the root only).
[[nodiscard]] std::vector<std::byte> scatter_bytes(const Comm& comm,
                                                   std::span<const std::vector<std::byte>> parts);
/// The root's bytes on every rank.
void broadcast_bytes(const Comm& comm, std::vector<std::byte>& bytes);
[[nodiscard]] double broadcast(const Comm& comm, double value);
[[nodiscard]] long long broadcast(const Comm& comm, long long value);

/// Element-wise sum over ranks, on every rank. Added up in rank order, so that the same parts give
/// the same sum bit by bit. Where each element is non-zero on one rank only, the result does not
/// depend on the number of ranks either.
void sum_in_order(const Comm& comm, std::span<double> values);
[[nodiscard]] long long sum(const Comm& comm, long long value);
[[nodiscard]] double max(const Comm& comm, double value);

/// Waits until every rank has come here, and sleeps meanwhile: for the ranks that have nothing to
/// do while one of them solves. (Waiting inside an MPI call burns a core.)
void rest(const Comm& comm);

/// Runs `work` on every rank and lets the ranks agree on how it ended: if any rank threw, every
/// rank throws the lowest such rank's words (with a count of the others), so that one rank's
/// failure never hangs the rest. `work` may hold collective calls only if all ranks reach them.
void agree(const Comm& comm, const std::function<void()>& work);

/// Runs `work` on the root while the other ranks sleep; if it throws, all ranks throw.
void on_root(const Comm& comm, const std::function<void()>& work);

/// Numbers as a message and back.
[[nodiscard]] std::vector<std::byte> bytes_of(std::span<const double> values);
[[nodiscard]] std::vector<double> numbers_of(std::span<const std::byte> bytes);

} // namespace longyang
