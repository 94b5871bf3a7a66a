// A Kokkos tool: how often each kernel ran and for how long, and what was copied to and from a
// card. KOKKOS_TOOLS_LIBS=<this library> (Kokkos 3: KOKKOS_PROFILE_LIBRARY) with any program that
// uses Kokkos; the table comes when Kokkos ends. Kokkos waits for the card before each call here,
// so times are the card's own, and the program is a little slower than without.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Row {
    std::int64_t calls = 0;
    double seconds = 0.0, bytes = 0.0;
};

struct Times {
    std::map<std::string, Row> rows;
    std::string running;
    Clock::time_point began;
    double bytes = 0.0;

    void begin(std::string name, double copied = 0.0) {
        running = std::move(name);
        bytes = copied;
        began = Clock::now();
    }
    void end() {
        Row& row = rows[running];
        ++row.calls;
        row.seconds += std::chrono::duration<double>(Clock::now() - began).count();
        row.bytes += bytes;
    }
};

Times& times() {
    static Times all;
    return all;
}

struct Space {
    char name[64];
};

void print() {
    std::vector<std::pair<std::string, Row>> sorted(times().rows.begin(), times().rows.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
    std::printf("%-44s %9s %12s %12s %9s\n", "kernel or copy", "calls", "ms", "ms a call", "GB/s");
    for (const auto& [name, row] : sorted) {
        const double ms = 1e3 * row.seconds;
        std::printf("%-44s %9lld %12.3f %12.4f", name.c_str(), static_cast<long long>(row.calls),
                    ms, ms / static_cast<double>(row.calls));
        if (row.bytes > 0.0) {
            std::printf(" %9.2f", row.bytes / row.seconds / 1e9);
        }
        std::printf("\n");
    }
}

} // namespace

// Names and types are those of Kokkos' interface to tools.
extern "C" {

void kokkosp_init_library(int /*sequence*/, std::uint64_t /*version*/, std::uint32_t /*devices*/,
                          void* /*device*/) {}
void kokkosp_finalize_library() {
    print();
}
void kokkosp_begin_parallel_for(const char* name, std::uint32_t /*device*/, std::uint64_t* id) {
    *id = 0;
    times().begin(name);
}
void kokkosp_end_parallel_for(std::uint64_t /*id*/) {
    times().end();
}
void kokkosp_begin_parallel_reduce(const char* name, std::uint32_t /*device*/, std::uint64_t* id) {
    *id = 0;
    times().begin(name);
}
void kokkosp_end_parallel_reduce(std::uint64_t /*id*/) {
    times().end();
}
void kokkosp_begin_parallel_scan(const char* name, std::uint32_t /*device*/, std::uint64_t* id) {
    *id = 0;
    times().begin(name);
}
void kokkosp_end_parallel_scan(std::uint64_t /*id*/) {
    times().end();
}
void kokkosp_begin_deep_copy(Space to, const char* /*to_name*/, const void* /*to_at*/, Space from,
                             const char* /*from_name*/, const void* /*from_at*/,
                             std::uint64_t size) {
    times().begin(std::string("copy from ") + from.name + " to " + to.name,
                  static_cast<double>(size));
}
void kokkosp_end_deep_copy() {
    times().end();
}

} // extern "C"
