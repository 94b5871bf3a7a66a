#!/usr/bin/env bash
# jobs/build.sh [PRESET] [TARGET ...]
# Sets up, configures and builds a preset of CMakePresets.json (default release) into build/PRESET. LONGYANG_SETUP_FLAGS goes
# on to jobs/setup.sh, LONGYANG_CMAKE_FLAGS to the configuration.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${1:-release}
[[ $# -gt 0 ]] && shift
bash jobs/setup.sh ${LONGYANG_SETUP_FLAGS:-}

echo "build: configuring '$preset'"
log="build/$preset.configure.log"
mkdir -p build
if ! cmake --preset "$preset" ${LONGYANG_CMAKE_FLAGS:-} >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
echo "build: building into build/$preset"
# A compiler here takes up to 2 GB: no more of them at once than the memory holds.
memory_gb=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
jobs=$(nproc)
[[ $((memory_gb / 2)) -lt $jobs ]] && jobs=$((memory_gb / 2 > 0 ? memory_gb / 2 : 1))
cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"}
