#!/usr/bin/env bash
# jobs/setup.sh [--no-apt]
# Makes a Debian 12 machine ready to build, run and test Longyang:
#   1. installs the Debian packages below that are missing (as root, or through sudo);
#   2. makes the Python environment .venv with the packages of jobs/requirements.txt.
# What is there already is left alone: a second run takes a second or two. --no-apt skips step 1 (a cluster, where
# spack.yaml or modules give the libraries).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }

use_apt=yes
case "${1:-}" in
    "") ;;
    --no-apt) use_apt=no ;;
    *) echo "usage: jobs/setup.sh [--no-apt]" >&2; exit 2 ;;
esac

packages=(
    # tools
    g++ cmake ninja-build pkg-config ccache git python3 python3-venv
    clang-format hdf5-tools
    # parallel and numerical libraries
    libopenmpi-dev openmpi-bin petsc-dev libhdf5-openmpi-dev libtrilinos-kokkos-dev
    libmetis-dev libopenblas-dev
    # small libraries
    libcli11-dev libtomlplusplus-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libcsv-dev
    # tests and benchmarks
    libgtest-dev libgmock-dev libbenchmark-dev libsuitesparse-dev
    chromium fonts-dejavu-core fonts-wqy-zenhei
)

install_packages() {
    command -v dpkg-query >/dev/null ||
        die "this is no Debian system; use --no-apt and the packages that spack.yaml names"
    local missing=() package
    for package in "${packages[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        say "all ${#packages[@]} Debian packages are there"
        return
    fi
    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || die "not root and no sudo; ask for: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update -q &&
           "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
               apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt-get failed; its last words are above"
    fi
    rm -f "$log"
}

# The first Python of 3.11 or newer that can make a virtual environment: the machine's own `python3` may be older, or
# lack the venv module (Debian keeps it in python3-venv).
find_python() {
    local python
    for python in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if command -v "$python" >/dev/null &&
           "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    die "no Python of 3.11 or newer with the modules venv and ensurepip was found"
}

make_venv() {
    local installed=.venv/requirements.installed
    if cmp -s jobs/requirements.txt "$installed" && .venv/bin/python -c "" 2>/dev/null; then
        say ".venv is up to date"
        return
    fi
    local python
    python=$(find_python)
    say "making .venv with $("$python" --version) and the packages of jobs/requirements.txt"
    .venv/bin/python -c "" 2>/dev/null || "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r jobs/requirements.txt
    cp jobs/requirements.txt "$installed"
}

[[ $use_apt == yes ]] && install_packages
make_venv
say "done"
