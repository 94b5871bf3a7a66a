#pragma once

// Internal to kernels/: what this machine's CPU can execute.

namespace longyang::kernels::detail {

/// Whether the CPU has the instructions that files for registers of 16, 32 or 64 bytes are compiled
/// for (cmake/LongyangLanes.cmake).
inline bool cpu_has(int register_bytes) {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__CUDACC__)
    if (register_bytes == 64) {
        return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
               __builtin_cpu_supports("avx512dq") != 0 && cpu_has(32);
    }
    if (register_bytes == 32) {
        return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    }
#endif
    return register_bytes == 16;
}

} // namespace longyang::kernels::detail
