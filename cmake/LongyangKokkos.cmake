# Finds Kokkos (3.4 to 5, any backend) as the target Kokkos::kokkos. Used by the whole and by kernels/ alone.
include_guard(GLOBAL)

find_package(Kokkos CONFIG QUIET HINTS "$ENV{Kokkos_ROOT}")
if(NOT TARGET Kokkos::kokkos)
    message(FATAL_ERROR
        "Kokkos was not found. On Debian: apt-get install libtrilinos-kokkos-dev (or run jobs/setup.sh). "
        "A Kokkos of your own: -DKokkos_ROOT=<its install prefix>.")
endif()

# Debian 12's Kokkos comes with Trilinos: its target names an include folder that does not exist, while the
# headers lie in .../include/trilinos, which Kokkos_INCLUDE_DIRS names. Repaired only when that is so.
get_target_property(kokkos_include_dirs Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
set(kokkos_missing_dirs "")
foreach(dir IN LISTS kokkos_include_dirs)
    # A generator expression is left alone: it is what newer Kokkos uses, and it is right.
    if(dir AND NOT dir MATCHES "\\$<" AND NOT IS_DIRECTORY "${dir}")
        list(APPEND kokkos_missing_dirs "${dir}")
    endif()
endforeach()
if(kokkos_missing_dirs)
    find_path(LONGYANG_KOKKOS_INCLUDE_DIR Kokkos_Core.hpp
              HINTS ${Kokkos_INCLUDE_DIRS} PATH_SUFFIXES trilinos)
    mark_as_advanced(LONGYANG_KOKKOS_INCLUDE_DIR)
    if(NOT LONGYANG_KOKKOS_INCLUDE_DIR)
        message(FATAL_ERROR
            "Kokkos in ${Kokkos_DIR} names the include folder ${kokkos_missing_dirs}, which does not exist, "
            "and Kokkos_Core.hpp was not found elsewhere. On Debian: apt-get install libtrilinos-kokkos-dev.")
    endif()
    cmake_path(NORMAL_PATH LONGYANG_KOKKOS_INCLUDE_DIR)
    set_target_properties(Kokkos::kokkos PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${LONGYANG_KOKKOS_INCLUDE_DIR}")
endif()
message(STATUS "Kokkos ${Kokkos_VERSION} (${Kokkos_DEVICES}) in ${Kokkos_DIR}")
