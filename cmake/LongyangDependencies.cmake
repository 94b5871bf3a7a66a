# Every external library, each as one target, each with one clear message where it is missing.
#   MPI::MPI_CXX  PETSc::PETSc  HDF5::parallel  Kokkos::kokkos  METIS::METIS  OpenBLAS::OpenBLAS  highs::highs
#   CLI11::CLI11  tomlplusplus::tomlplusplus  spdlog::spdlog  fmt::fmt  nlohmann_json::nlohmann_json
#   libcsv::libcsv  GTest::gmock  benchmark::benchmark (optional)
# Which layer may use which is in tests/structure/layers.py.
include_guard(GLOBAL)

# longyang_missing(<what> <Debian package> [more words]): stops the configuration in words.
function(longyang_missing what package)
    message(FATAL_ERROR
        "${what} was not found. On Debian: apt-get install ${package} (or run jobs/setup.sh, which installs "
        "everything). ${ARGN}")
endfunction()

find_package(PkgConfig QUIET)
if(NOT PKG_CONFIG_FOUND)
    longyang_missing("pkg-config" "pkg-config")
endif()

find_package(MPI QUIET COMPONENTS CXX)
if(NOT MPI_CXX_FOUND)
    longyang_missing("MPI for C++" "libopenmpi-dev openmpi-bin")
endif()

# PETSc, real numbers in double precision. Only folders and libraries are taken from its pkg-config file:
# Debian's also carries packaging flags (-D_FORTIFY_SOURCE) that warn in a debug build.
pkg_search_module(PETSC QUIET PETSc petsc)
if(NOT PETSC_FOUND)
    longyang_missing("PETSc (pkg-config module PETSc)" "petsc-dev"
                     "A PETSc of your own: put its lib/pkgconfig into PKG_CONFIG_PATH.")
endif()
if(PETSC_VERSION VERSION_LESS 3.18)
    longyang_missing("PETSc 3.18 or newer (found ${PETSC_VERSION})" "petsc-dev")
endif()
find_file(LONGYANG_PETSCCONF_H petscconf.h HINTS ${PETSC_INCLUDE_DIRS} NO_DEFAULT_PATH)
mark_as_advanced(LONGYANG_PETSCCONF_H)
if(NOT LONGYANG_PETSCCONF_H)
    longyang_missing("PETSc's header petscconf.h (looked in ${PETSC_INCLUDE_DIRS})" "petsc-dev")
endif()
file(STRINGS "${LONGYANG_PETSCCONF_H}" petsc_scalar REGEX "define PETSC_USE_(REAL_DOUBLE|COMPLEX) ")
if(NOT petsc_scalar MATCHES "PETSC_USE_REAL_DOUBLE" OR petsc_scalar MATCHES "PETSC_USE_COMPLEX")
    longyang_missing("PETSc with real numbers in double precision (${LONGYANG_PETSCCONF_H} is another build)"
                     "libpetsc-real-dev petsc-dev")
endif()
add_library(PETSc::PETSc INTERFACE IMPORTED)
set_target_properties(PETSc::PETSc PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${PETSC_INCLUDE_DIRS}"
    INTERFACE_LINK_LIBRARIES "${PETSC_LINK_LIBRARIES};MPI::MPI_CXX")

# HDF5 built with MPI. Debian keeps the serial one beside it, so that one is asked for by its own name first,
# unless HDF5_ROOT names the prefix of another.
if(HDF5_ROOT)
    set(ENV{PKG_CONFIG_PATH} "${HDF5_ROOT}/lib/pkgconfig:${HDF5_ROOT}/lib64/pkgconfig:$ENV{PKG_CONFIG_PATH}")
    if(NOT EXISTS "${HDF5_ROOT}/lib/pkgconfig/hdf5.pc" AND NOT EXISTS "${HDF5_ROOT}/lib64/pkgconfig/hdf5.pc")
        message(FATAL_ERROR "HDF5_ROOT: ${HDF5_ROOT} has no lib/pkgconfig/hdf5.pc")
    endif()
    pkg_search_module(HDF5MPI QUIET hdf5)
else()
    pkg_search_module(HDF5MPI QUIET hdf5-openmpi hdf5-mpi hdf5)
endif()
if(NOT HDF5MPI_FOUND)
    longyang_missing("Parallel HDF5 (pkg-config module hdf5-openmpi)" "libhdf5-openmpi-dev")
endif()
find_file(LONGYANG_H5PUBCONF_H NAMES H5pubconf.h H5pubconf-64.h HINTS ${HDF5MPI_INCLUDE_DIRS} NO_DEFAULT_PATH)
mark_as_advanced(LONGYANG_H5PUBCONF_H)
if(LONGYANG_H5PUBCONF_H)
    file(STRINGS "${LONGYANG_H5PUBCONF_H}" hdf5_parallel REGEX "define H5_HAVE_PARALLEL 1")
endif()
if(NOT hdf5_parallel)
    longyang_missing("HDF5 built with MPI (what pkg-config names in ${HDF5MPI_INCLUDE_DIRS} is a serial HDF5)"
                     "libhdf5-openmpi-dev")
endif()
add_library(HDF5::parallel INTERFACE IMPORTED)
set_target_properties(HDF5::parallel PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${HDF5MPI_INCLUDE_DIRS}"
    INTERFACE_LINK_LIBRARIES "${HDF5MPI_LINK_LIBRARIES};MPI::MPI_CXX")

include(LongyangKokkos)

find_path(METIS_INCLUDE_DIR metis.h)
find_library(METIS_LIBRARY metis)
mark_as_advanced(METIS_INCLUDE_DIR METIS_LIBRARY)
if(NOT METIS_INCLUDE_DIR OR NOT METIS_LIBRARY)
    longyang_missing("METIS" "libmetis-dev")
endif()
add_library(METIS::METIS INTERFACE IMPORTED)
set_target_properties(METIS::METIS PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${METIS_INCLUDE_DIR}" INTERFACE_LINK_LIBRARIES "${METIS_LIBRARY}")

pkg_search_module(OPENBLAS QUIET IMPORTED_TARGET openblas)
if(NOT OPENBLAS_FOUND)
    longyang_missing("OpenBLAS (pkg-config module openblas)" "libopenblas-dev")
endif()
add_library(OpenBLAS::OpenBLAS ALIAS PkgConfig::OPENBLAS)

find_package(CLI11 CONFIG QUIET)
if(NOT CLI11_FOUND)
    longyang_missing("CLI11" "libcli11-dev")
endif()

find_package(tomlplusplus CONFIG QUIET)
if(NOT tomlplusplus_FOUND)
    longyang_missing("toml++" "libtomlplusplus-dev")
endif()

find_package(fmt CONFIG QUIET)
if(NOT fmt_FOUND)
    longyang_missing("fmt" "libfmt-dev")
endif()

find_package(spdlog CONFIG QUIET)
if(NOT spdlog_FOUND)
    longyang_missing("spdlog" "libspdlog-dev")
endif()

find_package(nlohmann_json CONFIG QUIET)
if(NOT nlohmann_json_FOUND)
    longyang_missing("nlohmann-json" "nlohmann-json3-dev")
endif()

# libcsv has neither a CMake nor a pkg-config file; csv.h could also be another library's, hence the check.
find_path(LIBCSV_INCLUDE_DIR csv.h)
find_library(LIBCSV_LIBRARY csv)
mark_as_advanced(LIBCSV_INCLUDE_DIR LIBCSV_LIBRARY)
set(libcsv_parse "")
if(LIBCSV_INCLUDE_DIR)
    file(STRINGS "${LIBCSV_INCLUDE_DIR}/csv.h" libcsv_parse REGEX "csv_parse")
endif()
if(NOT LIBCSV_LIBRARY OR NOT libcsv_parse)
    longyang_missing("libcsv (csv.h with csv_parse)" "libcsv-dev")
endif()
add_library(libcsv::libcsv INTERFACE IMPORTED)
set_target_properties(libcsv::libcsv PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${LIBCSV_INCLUDE_DIR}" INTERFACE_LINK_LIBRARIES "${LIBCSV_LIBRARY}")

include(LongyangHighs)

if(LONGYANG_TESTS)
    include(LongyangGoogleTest)
endif()
find_package(benchmark CONFIG QUIET)
if(NOT benchmark_FOUND)
    message(STATUS "Google Benchmark was not found (libbenchmark-dev): benchmarks in C++ are left out")
endif()
