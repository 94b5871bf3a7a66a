#pragma once

#include <string>

/// Kernels on plain arrays: flows of all branches in all hours, and the search for violated limits.
/// Depends on Kokkos alone; no header in this folder (except detail/) shows a Kokkos type.
namespace longyang::kernels {

/// Starts the kernels' backend and ends it with its scope. Made once, by main, before the first
/// kernel is called. Where somebody else has started Kokkos already, this does nothing and leaves
/// it running. Settings come from Kokkos' own environment variables (KOKKOS_NUM_THREADS,
/// KOKKOS_DEVICE_ID, ...).
class Runtime {
public:
    Runtime();
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    Runtime(Runtime&&) = delete;
    Runtime& operator=(Runtime&&) = delete;

private:
    bool owned_;
};

/// What the kernels run on.
struct Backend {
    std::string name;    ///< Kokkos' execution space: Serial, OpenMP, Threads, Cuda, HIP, SYCL
    std::string version; ///< of Kokkos, as "3.4.1"
    int concurrency = 0; ///< threads that can run at the same time; 0 while Kokkos is not started
    bool on_host = true; ///< kernels read and write the caller's memory, no copies are made
};
[[nodiscard]] Backend backend();

/// The same in one line for `longyang --version`, as "Kokkos 3.4.1, Serial, concurrency 1".
[[nodiscard]] std::string describe_backend();

} // namespace longyang::kernels
