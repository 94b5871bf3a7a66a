#!/usr/bin/env bash
# jobs/mpirun.sh -n RANKS PROGRAM [ARGUMENTS]
# Starts PROGRAM on RANKS ranks of this machine. Adds what Open MPI asks for: leave to run as root where that is
# who we are, and leave to have more ranks than cores. LONGYANG_MPIRUN names another mpirun.
set -euo pipefail

if [[ "${1:-}" != "-n" || ! "${2:-}" =~ ^[1-9][0-9]*$ || $# -lt 3 ]]; then
    echo "usage: jobs/mpirun.sh -n RANKS PROGRAM [ARGUMENTS]" >&2
    exit 2
fi
ranks=$2
shift 2

mpirun=${LONGYANG_MPIRUN:-mpirun}
if ! command -v "$mpirun" >/dev/null; then
    echo "mpirun.sh: '$mpirun' was not found; run jobs/setup.sh, or name one in LONGYANG_MPIRUN" >&2
    exit 127
fi

flags=(-n "$ranks")
if "$mpirun" --version 2>/dev/null | grep -q "Open MPI"; then
    [[ $(id -u) -eq 0 ]] && flags+=(--allow-run-as-root)
    [[ $ranks -gt $(nproc) ]] && flags+=(--oversubscribe)
    # Tests run side by side: bound to cores they would all sit on the first ones.
    flags+=(--bind-to none)
fi
exec "$mpirun" "${flags[@]}" "$@"
