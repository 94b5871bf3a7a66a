# longyang::version gives "base/version.hpp", made from src/base/version.hpp.in in the build folder. It is
# written anew at each build, but touched only when the version or git's HEAD has changed.
include_guard(GLOBAL)

set(LONGYANG_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
set(longyang_version_command
    "${CMAKE_COMMAND}"
    "-DVERSION=${PROJECT_VERSION}"
    "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DOUTPUT=${LONGYANG_GENERATED_DIR}/base/version.hpp"
    -P "${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake")
execute_process(COMMAND ${longyang_version_command} COMMAND_ERROR_IS_FATAL ANY)
add_custom_target(longyang_version_header
    COMMAND ${longyang_version_command}
    BYPRODUCTS "${LONGYANG_GENERATED_DIR}/base/version.hpp"
    COMMENT "Version and git hash")
add_library(longyang_version INTERFACE)
target_include_directories(longyang_version INTERFACE "${LONGYANG_GENERATED_DIR}")
add_dependencies(longyang_version longyang_version_header)
add_library(longyang::version ALIAS longyang_version)
