# Finds GoogleTest with gmock. Used by the whole and by kernels/ alone.
include_guard(GLOBAL)

find_package(GTest CONFIG QUIET)
if(NOT TARGET GTest::gmock)
    message(FATAL_ERROR
        "GoogleTest with gmock was not found. On Debian: apt-get install libgtest-dev libgmock-dev "
        "(or run jobs/setup.sh). Without tests: -DLONGYANG_TESTS=OFF.")
endif()
