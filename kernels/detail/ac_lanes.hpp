#pragma once

// Internal to kernels/: a fixed number of hours that are worked on side by side. On a host they lie
// in vector registers (g++ does not find these by itself in loops as long as those of the power
// flow); on a GPU an hour is a thread and one lane is a plain number.

#include "kernels/detail/arrays.hpp"

#include <cmath>
#include <cstddef>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

namespace longyang::kernels::detail {

#if defined(__GNUC__) && !defined(__CUDACC__) && !defined(__HIPCC__) &&                            \
    !defined(SYCL_LANGUAGE_VERSION)
#define LONGYANG_VECTOR_LANES
#endif

/// A number for each of `width` hours. General form: plain loops.
template <class T, int width, int register_bytes>
struct Lanes {
    T value[width];

    static KOKKOS_FORCEINLINE_FUNCTION Lanes all(T x) {
        Lanes a;
        for (int l = 0; l < width; ++l) {
            a.value[l] = x;
        }
        return a;
    }
    template <class Stored>
    static KOKKOS_FORCEINLINE_FUNCTION Lanes load(const Stored* from) {
        Lanes a;
        for (int l = 0; l < width; ++l) {
            a.value[l] = static_cast<T>(from[l]);
        }
        return a;
    }
    template <class Stored>
    KOKKOS_FORCEINLINE_FUNCTION void store(Stored* to) const {
        for (int l = 0; l < width; ++l) {
            to[l] = static_cast<Stored>(value[l]);
        }
    }
    template <class Operation>
    static KOKKOS_FORCEINLINE_FUNCTION Lanes each(const Lanes& a, const Lanes& b, Operation f) {
        Lanes c;
        for (int l = 0; l < width; ++l) {
            c.value[l] = f(a.value[l], b.value[l]);
        }
        return c;
    }
    static KOKKOS_FORCEINLINE_FUNCTION bool all_below(const Lanes& x, T limit) {
        int others = 0;
        for (int l = 0; l < width; ++l) {
            others += x.value[l] < limit ? 0 : 1;
        }
        return others == 0;
    }
};

#ifdef LONGYANG_VECTOR_LANES

/// A register of another type. (g++ 12 takes registers of 64 bytes apart for this.)
template <class To, class From>
KOKKOS_FORCEINLINE_FUNCTION To converted(From from) {
#ifdef __AVX512F__
    if constexpr (sizeof(To) == 64 && sizeof(From) == 32) {
        return reinterpret_cast<To>(_mm512_cvtps_pd(reinterpret_cast<__m256>(from)));
    } else if constexpr (sizeof(To) == 32 && sizeof(From) == 64) {
        return reinterpret_cast<To>(_mm512_cvtpd_ps(reinterpret_cast<__m512d>(from)));
    } else {
        return __builtin_convertvector(from, To);
    }
#else
    return __builtin_convertvector(from, To);
#endif
}

/// The same in registers of `register_bytes`, which the caller's translation unit must be compiled
/// for.
template <class T, int width, int register_bytes>
requires(register_bytes > 0) struct Lanes<T, width, register_bytes> {
    static constexpr int in_register = register_bytes / static_cast<int>(sizeof(T));
    static constexpr int registers = width / in_register;
    using Register [[gnu::vector_size(register_bytes)]] = T;
    Register value[registers];

    static KOKKOS_FORCEINLINE_FUNCTION Lanes all(T x) {
        Lanes a;
        for (int r = 0; r < registers; ++r) {
            a.value[r] = x - Register{};
        }
        return a;
    }
    /// Numbers of another type are converted.
    template <class Stored>
    static KOKKOS_FORCEINLINE_FUNCTION Lanes load(const Stored* from) {
        using Memory
            [[gnu::vector_size(in_register * sizeof(Stored)), gnu::aligned(alignof(Stored))]] =
                Stored;
        Lanes a;
        for (int r = 0; r < registers; ++r) {
            // Copied first: what comes out of the memory need not lie at a multiple of its size.
            const Memory part = *reinterpret_cast<const Memory*>(from + r * in_register);
            a.value[r] = converted<Register>(part);
        }
        return a;
    }
    template <class Stored>
    KOKKOS_FORCEINLINE_FUNCTION void store(Stored* to) const {
        using Memory
            [[gnu::vector_size(in_register * sizeof(Stored)), gnu::aligned(alignof(Stored))]] =
                Stored;
        for (int r = 0; r < registers; ++r) {
            *reinterpret_cast<Memory*>(to + r * in_register) = converted<Memory>(value[r]);
        }
    }
    template <class Operation>
    static KOKKOS_FORCEINLINE_FUNCTION Lanes each(const Lanes& a, const Lanes& b, Operation f) {
        Lanes c;
        for (int r = 0; r < registers; ++r) {
            c.value[r] = f(a.value[r], b.value[r]);
        }
        return c;
    }
    static KOKKOS_FORCEINLINE_FUNCTION bool all_below(const Lanes& x, T limit) {
        const Register limits = limit - Register{};
        auto others = ~(x.value[0] < limits);
        for (int r = 1; r < registers; ++r) {
            others |= ~(x.value[r] < limits);
        }
        auto any = others[0];
        for (int i = 1; i < in_register; ++i) {
            any |= others[i];
        }
        return any == 0;
    }
};

#endif

template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> operator+(const Lanes<T, n, b>& x,
                                                     const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(x, y, [](const auto& p, const auto& q) { return p + q; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> operator-(const Lanes<T, n, b>& x,
                                                     const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(x, y, [](const auto& p, const auto& q) { return p - q; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> operator*(const Lanes<T, n, b>& x,
                                                     const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(x, y, [](const auto& p, const auto& q) { return p * q; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> operator/(const Lanes<T, n, b>& x,
                                                     const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(x, y, [](const auto& p, const auto& q) { return p / q; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> operator*(T s, const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(y, y, [s](const auto& p, const auto&) { return s * p; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> operator-(const Lanes<T, n, b>& x) {
    return Lanes<T, n, b>::each(x, x, [](const auto& p, const auto&) { return -p; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> greater(const Lanes<T, n, b>& x,
                                                   const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(x, y, [](const auto& p, const auto& q) { return p > q ? p : q; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> magnitude(const Lanes<T, n, b>& x) {
    return greater(x, -x);
}
/// 1 where a lane is greater than `limit`, else 0.
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> above(const Lanes<T, n, b>& x, T limit) {
    return Lanes<T, n, b>::each(
        x, Lanes<T, n, b>::all(T(1)),
        [limit](const auto& p, const auto& one) { return p > limit ? one : T(0) * one; });
}
/// True where every lane lies below `limit`; what is not a number does not.
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION bool all_below(const Lanes<T, n, b>& x, T limit) {
    return Lanes<T, n, b>::all_below(x, limit);
}
/// share x y, and 0 where the share is 0 whatever y is.
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> part_of(const Lanes<T, n, b>& share,
                                                   const Lanes<T, n, b>& y) {
    return Lanes<T, n, b>::each(share, y,
                                [](const auto& p, const auto& q) { return p == T(0) ? p : p * q; });
}
template <class T, int n, int b>
KOKKOS_FORCEINLINE_FUNCTION Lanes<T, n, b> square_root(const Lanes<T, n, b>& x) {
    T each[n];
    x.store(each);
    for (int l = 0; l < n; ++l) {
        each[l] = std::sqrt(each[l]);
    }
    return Lanes<T, n, b>::load(each);
}

/// Which lanes a work item has, of the `group` hours whose numbers lie side by side.
template <int width, int register_bytes, int group = width>
struct LaneKind {
    static constexpr int lanes = width;
    static constexpr int stride = group;
    static constexpr int items = stride / width; ///< work items of a group
    static constexpr int bytes = register_bytes;
    using Double = Lanes<double, width, register_bytes>;
    using Float = Lanes<float, width, register_bytes>;
};

/// An hour a thread.
using DeviceLanes = LaneKind<1, 0, 32>;

} // namespace longyang::kernels::detail
