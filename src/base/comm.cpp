#include "base/comm.hpp"

#include "base/meet.hpp"
#include "base/pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <numeric>
#include <optional>
#include <thread>

namespace longyang {
namespace {

std::atomic<bool> without_end = false;

} // namespace

Comm::Comm(MPI_Comm raw) : raw_(raw) {
    MPI_Comm_rank(raw_, &rank_);
    MPI_Comm_size(raw_, &size_);
}

MpiScope::MpiScope(int& argc, char**& argv) {
    // Open MPI keeps file pointers that ranks share, which nothing here needs, in a folder that
    // isolated programs of one machine have in common: the first to end takes it away, and another
    // cannot open its results (1 of 180 runs, three at a time).
    constexpr int unless_set = 0;
    setenv("OMPI_MCA_sharedfp", "^sm", unless_set); // NOLINT(concurrency-mt-unsafe): no threads yet
    int provided = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
}

MpiScope::~MpiScope() {
    MPI_Finalize();
}

void MpiScope::forgo_end() noexcept {
    without_end = true;
}

bool MpiScope::end_forgone() noexcept {
    return without_end;
}

Comm world() {
    return Comm(MPI_COMM_WORLD);
}

void abort_all(const Comm& comm, Exit code) {
    MPI_Abort(comm.raw(), static_cast<int>(code));
    std::abort();
}

Share share_of(const Comm& comm, std::size_t count) {
    const auto size = static_cast<std::size_t>(comm.size());
    const auto rank = static_cast<std::size_t>(comm.rank());
    return {count * rank / size, count * (rank + 1) / size};
}

std::vector<std::vector<std::byte>> gather_bytes(const Comm& comm,
                                                 std::span<const std::byte> mine) {
    const auto my_size = static_cast<long long>(mine.size());
    std::vector<long long> sizes(comm.root() ? static_cast<std::size_t>(comm.size()) : 0);
    MPI_Gather(&my_size, 1, MPI_LONG_LONG, sizes.data(), 1, MPI_LONG_LONG, 0, comm.raw());
    std::vector<std::vector<std::byte>> parts;
    if (!comm.root()) {
        pieces::send(comm, mine, 0);
        return parts;
    }
    parts.emplace_back(mine.begin(), mine.end());
    for (int r = 1; r < comm.size(); ++r) {
        // One after the other to its own place: messages are large.
        parts.emplace_back(static_cast<std::size_t>(sizes[static_cast<std::size_t>(r)]));
        pieces::receive(comm, parts.back(), r);
    }
    return parts;
}

std::vector<std::byte> scatter_bytes(const Comm& comm,
                                     std::span<const std::vector<std::byte>> parts) {
    std::vector<long long> sizes;
    for (std::size_t r = 0; comm.root() && r < parts.size(); ++r) {
        sizes.push_back(static_cast<long long>(parts[r].size()));
    }
    long long my_size = 0;
    MPI_Scatter(sizes.data(), 1, MPI_LONG_LONG, &my_size, 1, MPI_LONG_LONG, 0, comm.raw());
    if (comm.root()) {
        for (int r = 1; r < comm.size(); ++r) {
            pieces::send(comm, parts[static_cast<std::size_t>(r)], r);
        }
        return parts[0];
    }
    std::vector<std::byte> mine(static_cast<std::size_t>(my_size));
    pieces::receive(comm, mine, 0);
    return mine;
}

void broadcast_bytes(const Comm& comm, std::vector<std::byte>& bytes) {
    const auto size = broadcast(comm, static_cast<long long>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(size));
    pieces::broadcast(comm, bytes);
}

double broadcast(const Comm& comm, double value) {
    MPI_Bcast(&value, 1, MPI_DOUBLE, 0, comm.raw());
    return value;
}

long long broadcast(const Comm& comm, long long value) {
    MPI_Bcast(&value, 1, MPI_LONG_LONG, 0, comm.raw());
    return value;
}

void sum_in_order(const Comm& comm, std::span<double> values) {
    if (comm.size() == 1) {
        return;
    }
    // MPI_Allreduce may add in any order; gathering pieces keeps the order fixed at bounded memory.
    constexpr std::size_t piece = std::size_t{1} << 16U;
    std::vector<double> all(piece * static_cast<std::size_t>(comm.size()));
    for (std::size_t begin = 0; begin < values.size(); begin += piece) {
        const std::size_t n = std::min(piece, values.size() - begin);
        MPI_Allgather(values.data() + begin, static_cast<int>(n), MPI_DOUBLE, all.data(),
                      static_cast<int>(n), MPI_DOUBLE, comm.raw());
        for (std::size_t i = 0; i < n; ++i) {
            double total = 0.0;
            for (std::size_t r = 0; r < static_cast<std::size_t>(comm.size()); ++r) {
                total += all[r * n + i];
            }
            values[begin + i] = total;
        }
    }
}

long long sum(const Comm& comm, long long value) {
    long long total = 0;
    MPI_Allreduce(&value, &total, 1, MPI_LONG_LONG, MPI_SUM, comm.raw());
    return total;
}

double max(const Comm& comm, double value) {
    double largest = 0.0;
    MPI_Allreduce(&value, &largest, 1, MPI_DOUBLE, MPI_MAX, comm.raw());
    return largest;
}

void rest(const Comm& comm) {
    (void)meet(comm, std::numeric_limits<double>::infinity());
}

bool meet(const Comm& comm, double most_s) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(comm.raw(), &request);
    const auto begin = std::chrono::steady_clock::now();
    int done = 0;
    auto pause = std::chrono::microseconds(10);
    while (true) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
        if (done != 0 || waited.count() > most_s) {
            return done != 0;
        }
        std::this_thread::sleep_for(pause);
        // Short waits stay short, long ones cost nothing.
        pause = std::min(2 * pause, std::chrono::microseconds(5000));
    }
}

void agree(const Comm& comm, const std::function<void()>& work) {
    std::optional<Error> mine;
    try {
        work();
    } catch (const Error& e) {
        mine = e;
    } catch (const std::exception& e) {
        mine = Error(Exit::defect, e.what());
    }
    const int none = comm.size();
    int first = mine ? comm.rank() : none;
    int lowest = none;
    MPI_Allreduce(&first, &lowest, 1, MPI_INT, MPI_MIN, comm.raw());
    if (lowest == none) {
        return;
    }
    const auto failed = sum(comm, mine ? 1LL : 0LL);
    int code = mine ? static_cast<int>(mine->code()) : 0;
    MPI_Bcast(&code, 1, MPI_INT, lowest, comm.raw());
    std::string words = mine ? mine->what() : "";
    int length = static_cast<int>(words.size());
    MPI_Bcast(&length, 1, MPI_INT, lowest, comm.raw());
    words.resize(static_cast<std::size_t>(length));
    MPI_Bcast(words.data(), length, MPI_CHAR, lowest, comm.raw());
    if (failed > 1) {
        words += fmt::format(" (and {} other ranks failed)", failed - 1);
    }
    throw Error(static_cast<Exit>(code), words);
}

void on_root(const Comm& comm, const std::function<void()>& work) {
    agree(comm, [&] {
        std::exception_ptr failure;
        if (comm.root()) {
            try {
                work();
            } catch (...) {
                failure = std::current_exception();
            }
        }
        rest(comm);
        if (failure) {
            std::rethrow_exception(failure);
        }
    });
}

std::vector<std::byte> bytes_of(std::span<const double> values) {
    std::vector<std::byte> bytes(values.size_bytes());
    std::memcpy(bytes.data(), values.data(), values.size_bytes());
    return bytes;
}

std::vector<double> numbers_of(std::span<const std::byte> bytes) {
    std::vector<double> values(bytes.size() / sizeof(double));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
    return values;
}

} // namespace longyang
