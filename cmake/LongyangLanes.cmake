# Files of kernels/ that are compiled for CPUs with wider registers than the rest: the program looks when it runs
# which of them the CPU can execute (kernels/detail/registers.hpp).
include_guard(GLOBAL)

# longyang_lane_settings(): flags of the files ac_lanes_*.cpp, strength_lanes_*.cpp and symmetric_lanes_*.cpp in the
# current folder. Where the compiler does not know a flag, the file offers no lanes.
function(longyang_lane_settings)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" OR CMAKE_CXX_COMPILER MATCHES "nvcc")
        return()
    endif()
    # Without these two, a square root or a comparison of hours that lie side by side is done hour by hour.
    set(common -fno-math-errno -fno-trapping-math)
    # Vectors are never passed between files; g++ 12's own immintrin.h reads what it has not set.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        list(APPEND common -Wno-psabi -Wno-maybe-uninitialized)
    endif()
    # The engine by prices gives the same numbers on every CPU.
    set(exact ${common} -ffp-contract=off)
    set_source_files_properties(ac_lanes_any.cpp strength_lanes_any.cpp PROPERTIES COMPILE_OPTIONS "${common}")
    set_source_files_properties(symmetric_lanes_any.cpp PROPERTIES COMPILE_OPTIONS "${exact}")
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set(avx2 -mavx2 -mfma)
        set(avx512 ${avx2} -mavx512f -mavx512vl -mavx512dq -mprefer-vector-width=512)
        set_source_files_properties(ac_lanes_avx2.cpp strength_lanes_avx2.cpp PROPERTIES COMPILE_OPTIONS "${common};${avx2}")
        set_source_files_properties(ac_lanes_avx512.cpp strength_lanes_avx512.cpp PROPERTIES COMPILE_OPTIONS "${common};${avx512}")
        set_source_files_properties(symmetric_lanes_avx2.cpp PROPERTIES COMPILE_OPTIONS "${exact};${avx2}")
        set_source_files_properties(symmetric_lanes_avx512.cpp PROPERTIES COMPILE_OPTIONS "${exact};${avx512}")
    endif()
endfunction()
