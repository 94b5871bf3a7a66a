# Compiler settings shared by the whole project and by kernels/ when it is built alone.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

option(LONGYANG_WERROR "Treat warnings as errors (on in CI)" OFF)
option(LONGYANG_NATIVE "Use every instruction of this machine's CPU; the program may not run on another" OFF)
option(LONGYANG_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or RelWithDebInfo" FORCE)
endif()

find_program(LONGYANG_CCACHE ccache)
mark_as_advanced(LONGYANG_CCACHE)
if(LONGYANG_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${LONGYANG_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${LONGYANG_CCACHE}")
endif()

# longyang_compile_settings(<target>): warnings, sanitizers and CPU flags for a target of ours.
function(longyang_compile_settings target)
    set(warnings -Wall -Wextra -Wconversion -Wshadow)
    # nvcc_wrapper emits line directives that -Wpedantic refuses, in every file.
    if(NOT CMAKE_CXX_COMPILER MATCHES "nvcc")
        list(APPEND warnings -Wpedantic)
    endif()
    if(LONGYANG_WERROR)
        list(APPEND warnings -Werror)
    endif()
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${warnings}>)
    if(LONGYANG_NATIVE)
        target_compile_options(${target} PRIVATE -march=native)
    endif()
    if(LONGYANG_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-omit-frame-pointer)
        target_link_options(${target} PUBLIC -fsanitize=address,undefined)
    endif()
endfunction()
