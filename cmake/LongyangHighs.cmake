# Finds HiGHS as the target highs::highs: one named by highs_ROOT, else the one in the Python package highsbox of
# the project's .venv (jobs/setup.sh) or of the active virtual environment, else one installed on the system.
include_guard(GLOBAL)

file(GLOB highsbox_dirs LIST_DIRECTORIES true
     "${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/highsbox/highs_dist"
     "$ENV{VIRTUAL_ENV}/lib/python3*/site-packages/highsbox/highs_dist")

# highsbox 1.15 cannot be found by find_package: its CMake file names lib64/libhighs.so, while the wheel has
# lib/libhighs.so. Header and library are therefore looked for one by one.
find_path(LONGYANG_HIGHS_INCLUDE_DIR Highs.h
          HINTS "${highs_ROOT}" "$ENV{highs_ROOT}" ${highsbox_dirs}
          PATH_SUFFIXES include/highs highs)
find_library(LONGYANG_HIGHS_LIBRARY highs
             HINTS "${highs_ROOT}" "$ENV{highs_ROOT}" ${highsbox_dirs}
             PATH_SUFFIXES lib lib64)
mark_as_advanced(LONGYANG_HIGHS_INCLUDE_DIR LONGYANG_HIGHS_LIBRARY)
set(highs_version "")
if(LONGYANG_HIGHS_INCLUDE_DIR AND EXISTS "${LONGYANG_HIGHS_INCLUDE_DIR}/HConfig.h")
    foreach(part IN ITEMS MAJOR MINOR PATCH)
        file(STRINGS "${LONGYANG_HIGHS_INCLUDE_DIR}/HConfig.h" line REGEX "HIGHS_VERSION_${part} [0-9]+")
        string(REGEX MATCH "[0-9]+$" number "${line}")
        list(APPEND highs_version "${number}")
    endforeach()
    list(JOIN highs_version "." highs_version)
endif()
if(NOT LONGYANG_HIGHS_LIBRARY OR NOT highs_version OR highs_version VERSION_LESS 1.7)
    message(FATAL_ERROR
        "HiGHS 1.7 or newer was not found (header ${LONGYANG_HIGHS_INCLUDE_DIR}, library "
        "${LONGYANG_HIGHS_LIBRARY}, version '${highs_version}'). Run jobs/setup.sh, which installs the Python "
        "package highsbox into .venv, or name one: -Dhighs_ROOT=<its install prefix>.")
endif()
add_library(highs::highs UNKNOWN IMPORTED)
set_target_properties(highs::highs PROPERTIES
    IMPORTED_LOCATION "${LONGYANG_HIGHS_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${LONGYANG_HIGHS_INCLUDE_DIR}")
message(STATUS "HiGHS ${highs_version}: ${LONGYANG_HIGHS_LIBRARY}")
