#pragma once

// Internal to kernels/: moving plain host arrays to where the kernels run, and back.

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace longyang::kernels::detail {

using Space = Kokkos::DefaultExecutionSpace;
using Range = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::ptrdiff_t>>;

/// True where the kernels read and write the caller's memory without a copy (Serial, OpenMP,
/// Threads). Tests without a card say false on a host, so that a card's way is taken there too.
#ifdef LONGYANG_KERNELS_AS_ON_CARD
inline constexpr bool on_host = false;
#else
inline constexpr bool on_host =
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, Space::memory_space>::accessible;
#endif

template <class T>
using Array = Kokkos::View<T*, Space>;

template <class T>
using HostSpan = Kokkos::View<T*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// Size as the signed index that kernels loop with.
inline std::ptrdiff_t length(std::size_t n) {
    return static_cast<std::ptrdiff_t>(n);
}

/// Number of parts of `size` that cover `count`.
KOKKOS_INLINE_FUNCTION constexpr std::ptrdiff_t parts(std::ptrdiff_t count, std::ptrdiff_t size) {
    return (count + size - 1) / size;
}

/// Throws std::invalid_argument unless `found` items are there: a wrong shape is a defect of the
/// caller.
inline void require_size(const char* what, std::size_t found, std::size_t expected) {
    if (found != expected) {
        throw std::invalid_argument(std::string(what) + " has " + std::to_string(found) +
                                    " items, expected " + std::to_string(expected));
    }
}

/// The caller's array where the kernels can read it; a copy is made only where that is elsewhere.
template <class T>
auto to_device(const char* name, std::span<const T> host) {
    return Kokkos::create_mirror_view_and_copy(Space::memory_space{},
                                               HostSpan<const T>(host.data(), host.size()), name);
}

/// The caller's array where the kernels can write it (its content is not carried over).
template <class T>
auto output_on_device(const char* name, std::span<T> host) {
    if constexpr (on_host) {
        (void)name;
        return HostSpan<T>(host.data(), host.size());
    } else {
        return Array<T>(Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing),
                        host.size());
    }
}

/// The caller's array where the kernels can read and write it, with its content.
template <class T>
auto in_out_on_device(const char* name, std::span<T> host) {
    auto device = output_on_device(name, host);
    if constexpr (!on_host) {
        Kokkos::deep_copy(device, HostSpan<T>(host.data(), host.size()));
    }
    return device;
}

/// A host array as one that is only read.
template <class T>
std::span<const T> read(const std::vector<T>& host) {
    return host;
}

/// Room for a kernel's own use, with any content.
template <class T>
Array<T> scratch(const char* name, std::int64_t size) {
    return Array<T>(Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing),
                    static_cast<std::size_t>(size));
}

/// Brings what `output_on_device` or `in_out_on_device` gave back to the caller; a fence alone
/// where it is the same memory.
template <class T, class View>
void to_host(const View& device, std::span<T> host) {
    if constexpr (on_host) {
        Kokkos::fence();
    } else {
        Kokkos::deep_copy(HostSpan<T>(host.data(), host.size()), device);
    }
}

template <class View>
auto to_vector(const View& device) {
    std::vector<typename View::non_const_value_type> host(device.extent(0));
    Kokkos::deep_copy(HostSpan<typename View::non_const_value_type>(host.data(), host.size()),
                      device);
    return host;
}

} // namespace longyang::kernels::detail
