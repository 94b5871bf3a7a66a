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

# The wheel of highsbox is built for old Linux systems too, with the strings that GCC had before C++11. Its C interface
# (interfaces/highs_c_api.h) can be used from anywhere; a source file that includes Highs.h must be compiled with those
# strings and must exchange no std::string (nor a struct that holds one) with the rest. Which strings the library
# has is found by linking against it.
if(NOT DEFINED LONGYANG_HIGHS_CXX11_STRINGS)
    set(highs_probe "${CMAKE_BINARY_DIR}/CMakeFiles/highs_probe.cpp")
    file(WRITE "${highs_probe}"
        "#include <Highs.h>\nint main() { Highs h; return h.readModel(std::string()) == HighsStatus::kOk ? 0 : 1; }\n")
    try_compile(LONGYANG_HIGHS_CXX11_STRINGS "${CMAKE_BINARY_DIR}/CMakeFiles/highs_probe" "${highs_probe}"
                LINK_LIBRARIES highs::highs CXX_STANDARD 17)
endif()

# longyang_highs_sources(<file> ...): marks sources of the current folder that include Highs.h.
function(longyang_highs_sources)
    if(NOT LONGYANG_HIGHS_CXX11_STRINGS)
        set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_DEFINITIONS _GLIBCXX_USE_CXX11_ABI=0)
    endif()
endfunction()
