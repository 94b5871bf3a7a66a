#!/usr/bin/env python3
"""check_missing.py SOURCE: hides a library from CMake and looks for the words with which the configuration stops.

Each entry: what hides it, how the message names it, and the Debian package that the message must offer.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

HIDDEN = [
    (["-DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON"], {}, "MPI for C++ was not found.", "apt-get install libopenmpi-dev openmpi-bin"),
    ([], {"PKG_CONFIG_LIBDIR": os.devnull}, "PETSc (pkg-config module PETSc) was not found.", "apt-get install petsc-dev"),
    (["-DLONGYANG_KERNELS_ONLY=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_Kokkos=ON"], {}, "Kokkos was not found.",
     "apt-get install libtrilinos-kokkos-dev"),
    (["-DLONGYANG_KERNELS_ONLY=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON"], {}, "GoogleTest with gmock was not found.",
     "apt-get install libgtest-dev libgmock-dev"),
]


def words_of(source: pathlib.Path, options: list[str], surroundings: dict[str, str]) -> tuple[int, str]:
    """Exit code and words of a configuration in a folder of its own, with all blanks as one."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(["cmake", "-S", str(source), "-B", folder, *options], env={**os.environ, **surroundings},
                               capture_output=True, text=True, check=False)
    return ended.returncode, " ".join((ended.stdout + ended.stderr).split())


def main() -> int:
    source, failed = pathlib.Path(sys.argv[1]), 0
    for options, surroundings, missing, offered in HIDDEN:
        code, words = words_of(source, options, surroundings)
        for expected in (missing, offered):
            if code == 0 or expected not in words:
                print(f"with {options or surroundings}: exit code {code}, expected the words '{expected}', found: {words[-600:]}")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
