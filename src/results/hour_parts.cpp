#include "results/hour_parts.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace longyang::results {
namespace {

int mpi_count(std::size_t n) {
    if (n > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw Error(Exit::defect, fmt::format("a message of {} items is too long for MPI", n));
    }
    return static_cast<int>(n);
}

} // namespace

Share hours_of_rank(std::size_t hours, int rank, int ranks) {
    const std::size_t chunks = (hours + chunk_hours - 1) / chunk_hours;
    const auto size = static_cast<std::size_t>(ranks);
    // Rounded up, so that a lone chunk is the root's.
    const auto begin_of = [&](std::size_t r) {
        return std::min(hours, (chunks * r + size - 1) / size * chunk_hours);
    };
    const auto r = static_cast<std::size_t>(rank);
    return {begin_of(r), begin_of(r + 1)};
}

grid::HourTable to_hours(const Comm& comm, const grid::HourTable& table,
                         std::span<const int> owner) {
    const auto ranks = static_cast<std::size_t>(comm.size());
    const Share mine = hours_of_rank(table.hours, comm.rank(), comm.size());
    const std::size_t my_hours = mine.end - mine.begin;

    std::vector<std::size_t> rows_of(ranks, 0);
    for (const int r : owner) {
        ++rows_of[static_cast<std::size_t>(r)];
    }
    std::vector<int> send_count(ranks, 0);
    std::vector<int> send_at(ranks, 0);
    std::vector<int> receive_count(ranks, 0);
    std::vector<int> receive_at(ranks, 0);
    std::vector<double> send;
    std::size_t received = 0;
    for (std::size_t r = 0; r < ranks; ++r) {
        const Share theirs = hours_of_rank(table.hours, static_cast<int>(r), comm.size());
        send_at[r] = mpi_count(send.size());
        for (std::size_t i = 0; i < table.items; ++i) {
            if (owner[i] == comm.rank()) {
                const auto part = table.row(i).subspan(theirs.begin, theirs.end - theirs.begin);
                send.insert(send.end(), part.begin(), part.end());
            }
        }
        send_count[r] = mpi_count(send.size()) - send_at[r];
        receive_at[r] = mpi_count(received);
        receive_count[r] = mpi_count(rows_of[r] * my_hours);
        received += rows_of[r] * my_hours;
    }
    std::vector<double> receive(received);
    MPI_Alltoallv(send.data(), send_count.data(), send_at.data(), MPI_DOUBLE, receive.data(),
                  receive_count.data(), receive_at.data(), MPI_DOUBLE, comm.raw());

    // What a rank sent are its rows in their order.
    grid::HourTable out(table.items, my_hours);
    std::vector<std::size_t> next(receive_at.begin(), receive_at.end());
    for (std::size_t i = 0; i < table.items; ++i) {
        auto& at = next[static_cast<std::size_t>(owner[i])];
        std::copy_n(receive.begin() + static_cast<std::ptrdiff_t>(at), my_hours,
                    out.row(i).begin());
        at += my_hours;
    }
    return out;
}

grid::HourTable to_hours(const Comm& comm, const grid::HourTable& table) {
    const Share mine = hours_of_rank(table.hours, comm.rank(), comm.size());
    grid::HourTable out(table.items, mine.end - mine.begin);
    for (std::size_t i = 0; i < table.items; ++i) {
        const auto part = table.row(i).subspan(mine.begin, out.hours);
        std::copy(part.begin(), part.end(), out.row(i).begin());
    }
    return out;
}

} // namespace longyang::results
