#!/usr/bin/env bash
# jobs/gpu-check.sh --kokkos SOURCES | --card PREFIX --host PREFIX  [--filter REGEX]
# Builds kernels/ for the NVIDIA card of this machine and for one core of its CPU, runs the tests on both and the
# benchmarks side by side; all is put into build/gpu. SOURCES: Kokkos, unpacked, of which both builds are made first.
# PREFIX: a Kokkos that is installed, for the card (with its nvcc_wrapper) and for the host.
# Needs nvcc, nvidia-smi, CMake, ninja, Python 3, GoogleTest and Google Benchmark; no MPI, PETSc or HDF5.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
kokkos=
card=
host=
filter=.
while [[ $# -gt 1 ]]; do
    case "$1" in
        --kokkos) kokkos=$(realpath "$2") ;;
        --card) card=$(realpath "$2") ;;
        --host) host=$(realpath "$2") ;;
        --filter) filter=$2 ;;
        *) usage ;;
    esac
    shift 2
done
[[ $# -eq 0 && (-n $kokkos || (-n $card && -n $host)) ]] || usage
out=$PWD/build/gpu
mkdir -p "$out"

started=$SECONDS
step() { printf '\n== %s (%d s so far)\n' "$*" $((SECONDS - started)); }
# Runs a command with its output in a log, whose end is shown where it fails.
quietly() { "$@" >> "$log" 2>&1 || { tail -40 "$log" >&2; exit 1; }; }

step "machine"
nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader
grep -m1 'model name' /proc/cpuinfo
nvcc --version | sed -n 's/.*release \([0-9.]*\).*/CUDA \1/p'
arch=sm_$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d '. ')

# Kokkos' wrapper of nvcc names an old card of its own while CMake tries it, which CUDA 13 refuses: a copy names this one.
wrapper_for_card() {
    sed "s/^default_arch=.*/default_arch=\"$arch\"/" "$1" > "$out/nvcc_wrapper"
    chmod +x "$out/nvcc_wrapper"
}
build_kokkos() { # card|host COMPILER OPTIONS...
    local where=$1 compiler=$2
    shift 2
    quietly cmake -S "$kokkos" -B "$out/kokkos-$where/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_STANDARD=20 -DKokkos_ENABLE_SERIAL=ON \
        -DCMAKE_INSTALL_PREFIX="$out/kokkos-$where" "$@"
    quietly cmake --build "$out/kokkos-$where/build" --target install
}
build_kernels() { # card|host COMPILER PREFIX
    quietly cmake -S kernels -B "$out/$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$2" \
        -DKokkos_ROOT="$3" -DLONGYANG_NATIVE=ON
    quietly cmake --build "$out/$1"
}

log=$out/build.log
: > "$log"
if [[ -n $kokkos ]]; then
    step "Kokkos for the host and for the card ($arch)"
    build_kokkos host "${CXX:-g++}"
    wrapper_for_card "$kokkos/bin/nvcc_wrapper"
    build_kokkos card "$out/nvcc_wrapper" -DKokkos_ENABLE_CUDA=ON
    card=$out/kokkos-card
    host=$out/kokkos-host
fi
step "kernels for the host"
build_kernels host "${CXX:-g++}" "$host"
step "kernels for the card"
wrapper_for_card "$card/bin/nvcc_wrapper"
build_kernels card "$out/nvcc_wrapper" "$card"

failed=0
for where in host card; do
    step "tests on the $where"
    KOKKOS_NUM_THREADS=1 "$out/$where/tests/test_kernels" --gtest_brief=1 || failed=1
done

for where in host card; do
    step "benchmarks on the $where"
    KOKKOS_NUM_THREADS=1 "$out/$where/bench/bench_kernels" --benchmark_filter="$filter" \
        --benchmark_out_format=json --benchmark_out="$out/$where.json" || failed=1
done

step "times of kernels and copies on the card"
KOKKOS_TOOLS_LIBS="$out/card/bench/libkernel_times.so" "$out/card/bench/bench_kernels" \
    --benchmark_filter="$filter" > "$out/kernel_times.txt" || failed=1
sed -n '/^kernel or copy/,$p' "$out/kernel_times.txt"

step "side by side"
python3 kernels/bench/side_by_side.py "$out/host.json" "$out/card.json"
exit "$failed"
