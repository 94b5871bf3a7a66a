# cmake -DVERSION=.. -DSOURCE_DIR=.. -DOUTPUT=.. -P WriteVersion.cmake
# Fills src/base/version.hpp.in; the output is left alone when nothing changed, so that nothing is rebuilt.
find_program(GIT git)
set(LONGYANG_GIT_HASH "unknown")
if(GIT)
    execute_process(
        COMMAND "${GIT}" -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12 --exclude=*
        OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE
        RESULT_VARIABLE status ERROR_QUIET)
    if(status EQUAL 0)
        set(LONGYANG_GIT_HASH "${described}")
    endif()
endif()
set(LONGYANG_VERSION "${VERSION}")
configure_file("${SOURCE_DIR}/src/base/version.hpp.in" "${OUTPUT}" @ONLY)
