#!/usr/bin/env bash
# jobs/format.sh [--check]
# Formats all C++ sources of the project in place; with --check only says which differ, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp')
if [[ "${1:-}" == --check ]]; then
    clang-format --dry-run --Werror "${sources[@]}"
    echo "${#sources[@]} files are formatted"
else
    clang-format -i "${sources[@]}"
fi
