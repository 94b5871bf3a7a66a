# Helpers with which a layer's CMakeLists.txt, and its tests', are a few lines long.
include_guard(GLOBAL)
include(LongyangOptions)

# longyang_layer(<name> [SOURCES a.cpp ...] [DEPENDS longyang::base ...] [PRIVATE_DEPENDS lib ...])
#
# Makes the static library longyang_<name> with the alias longyang::<name>, or a header-only one where
# there are no sources. Headers are included as "<name>/file.hpp". An external library belongs into
# PRIVATE_DEPENDS unless one of the layer's headers includes it.
function(longyang_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "longyang_layer(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
    endif()
    # The folder above the layer's own: src/ for most, the root for kernels/.
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR PARENT_PATH include_root)
    set(target longyang_${name})
    if(arg_SOURCES)
        add_library(${target} STATIC ${arg_SOURCES})
        target_include_directories(${target} PUBLIC "${include_root}")
        target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
        longyang_compile_settings(${target})
    else()
        add_library(${target} INTERFACE)
        target_include_directories(${target} INTERFACE "${include_root}")
        target_link_libraries(${target} INTERFACE ${arg_DEPENDS} ${arg_PRIVATE_DEPENDS})
    endif()
    add_library(longyang::${name} ALIAS ${target})
endfunction()

# longyang_program(<name> SOURCES main.cpp ... DEPENDS longyang::x ...)
#
# Makes the executable <name>, put into the build folder's bin/.
function(longyang_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "longyang_program(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_DEPENDS})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    longyang_compile_settings(${name})
    longyang_host_code(${name})
endfunction()

# longyang_host_code(<target>): the target calls kernels and has none of its own. Kokkos' nvcc_wrapper then hands
# its files to the host's compiler alone, which takes a tenth of the time.
function(longyang_host_code target)
    if(CMAKE_CXX_COMPILER MATCHES "nvcc_wrapper$")
        target_compile_options(${target} PRIVATE --host-only)
    endif()
endfunction()

# longyang_test(<name> SOURCES a.cpp ... [DEPENDS longyang::x ...] [RANKS 1 2 3] [OWN_MAIN]
#               [TIMEOUT seconds] [WORKING_DIRECTORY folder] [ARGS ...])
#
# Makes a GoogleTest program and a ctest test <name> of it; with RANKS one test <name>.ranks<R> for each
# count under mpirun. Unless OWN_MAIN is given, main() is tests/unit/test_main.cpp, which starts MPI and
# joins the ranks' verdicts. The macro LONGYANG_SOURCE_DIR is the project's root, for tests that read data.
function(longyang_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "OWN_MAIN" "TIMEOUT;WORKING_DIRECTORY"
                          "SOURCES;DEPENDS;RANKS;ARGS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "longyang_test(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT LONGYANG_TESTS)
        return()
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(LONGYANG_SANITIZE)
        math(EXPR arg_TIMEOUT "5 * ${arg_TIMEOUT}") # some are ten times as slow as without
    endif()
    if(NOT arg_WORKING_DIRECTORY)
        set(arg_WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest)
    if(NOT arg_OWN_MAIN)
        target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/unit/test_main.cpp")
        target_link_libraries(${name} PRIVATE MPI::MPI_CXX)
    endif()
    # nvcc_wrapper loses the quotes, and the kernels' tests read no data.
    if(NOT CMAKE_CXX_COMPILER MATCHES "nvcc_wrapper$")
        target_compile_definitions(${name} PRIVATE LONGYANG_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
    longyang_compile_settings(${name})
    # What tests work out themselves is little; the compiler takes two thirds of the time with -O1.
    target_compile_options(${name} PRIVATE $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O1>)
    longyang_host_code(${name})

    if(arg_RANKS)
        foreach(ranks IN LISTS arg_RANKS)
            add_test(NAME ${name}.ranks${ranks}
                     COMMAND "${PROJECT_SOURCE_DIR}/jobs/mpirun.sh" -n ${ranks} $<TARGET_FILE:${name}> ${arg_ARGS}
                     WORKING_DIRECTORY "${arg_WORKING_DIRECTORY}")
            longyang_test_settings(${name}.ranks${ranks} ${ranks} ${arg_TIMEOUT})
        endforeach()
    else()
        add_test(NAME ${name} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY "${arg_WORKING_DIRECTORY}")
        longyang_test_settings(${name} 1 ${arg_TIMEOUT})
    endif()
endfunction()

# longyang_test_settings(<ctest name> <ranks> <timeout in s>): what every test runs under.
# One thread a rank, so that ctest's own parallelism does not overload the machine; a lone process is
# told not to start Open MPI's daemon, and ranks that wait let others run.
function(longyang_test_settings test ranks timeout_s)
    set_tests_properties(${test} PROPERTIES
        PROCESSORS ${ranks}
        TIMEOUT ${timeout_s}
        ENVIRONMENT "OMP_NUM_THREADS=1;OPENBLAS_NUM_THREADS=1;OMP_PROC_BIND=false;OMPI_MCA_ess_singleton_isolated=1;OMPI_MCA_mpi_yield_when_idle=1;OMPI_MCA_btl_vader_single_copy_mechanism=none;ASAN_OPTIONS=detect_leaks=0;UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1")
endfunction()
