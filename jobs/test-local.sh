#!/usr/bin/env bash
# jobs/test-local.sh [--sanitize]
# Sets up, builds with warnings as errors, checks format and clang-tidy, then runs all tests. With --sanitize
# the C++ tests run a second time in a debug build with the address and undefined-behaviour sanitizers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sanitize=no
case "${1:-}" in
    "") ;;
    --sanitize) sanitize=yes ;;
    *) echo "usage: jobs/test-local.sh [--sanitize]" >&2; exit 2 ;;
esac

started=$SECONDS
step() { printf '\n== %s (%d s so far)\n' "$*" $((SECONDS - started)); }

step "set-up and build, warnings are errors"
bash jobs/build.sh ci
. .venv/bin/activate

step "clang-format"
bash jobs/format.sh --check

step "clang-tidy"
python jobs/tidy.py build/ci

step "kernels alone, on the way that they take on a GPU"
bash jobs/build.sh kernels-as-on-card
ctest --preset kernels-as-on-card --parallel "$(nproc)"

if [[ $sanitize == yes ]]; then
    step "tests with sanitizers"
    bash jobs/build.sh debug
    ctest --preset debug --parallel "$(nproc)"
fi

# Both test runners go on when the other has failures; their closing lines come last.
step "tests of the program"
failed=0
ctest --preset ci --parallel "$(nproc)" || failed=1

step "tests of the Python tools"
mapfile -t python_tests < <(git ls-files 'src/python/**test_*.py' 'cases/**test_*.py' 'tests/**test_*.py')
if [[ ${#python_tests[@]} -gt 0 ]]; then
    LONGYANG="$PWD/build/ci/bin/longyang" LONGYANG_BROWSER=required PYTHONPATH="$PWD/src/python${PYTHONPATH:+:$PYTHONPATH}" \
        python -m pytest -q --numprocesses "$(nproc)" --dist loadfile --durations=8 "${python_tests[@]}" || failed=1
fi
exit "$failed"
