#!/usr/bin/env bash
# jobs/mpirun.sh -n RANKS PROGRAM [ARGUMENTS]
# Starts PROGRAM on RANKS ranks of this machine. Adds what Open MPI asks for: leave to run as root where that is
# who we are, and leave to have more ranks than cores. LONGYANG_MPIRUN names another mpirun.
#
# Ctrl-C and SIGTERM are handed to the ranks as one SIGTERM, and their end is waited for: mpirun itself would kill them
# a second later, in the middle of writing their results. A second Ctrl-C or SIGTERM ends them at once.
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

# A session of its own, or the terminal's Ctrl-C would reach mpirun too.
setsid "$mpirun" "${flags[@]}" "$@" <&0 &
mpirun_pid=$!

signals=0
forward() {
    signals=$((signals + 1))
    if [[ $signals -gt 1 ]]; then
        kill -TERM "$mpirun_pid" 2>/dev/null || true
        return
    fi
    local ranks_pids
    # The ranks are mpirun's children.
    read -r -a ranks_pids <"/proc/$mpirun_pid/task/$mpirun_pid/children" || true
    [[ ${#ranks_pids[@]} -eq 0 ]] || kill -TERM "${ranks_pids[@]}" 2>/dev/null || true
}
trap forward INT TERM

# `wait` comes back early, with more than 128, when a signal was handled: wait again until mpirun has gone.
while true; do
    seen=$signals
    code=0
    wait "$mpirun_pid" || code=$?
    [[ $signals -eq $seen ]] && break
done
exit "$code"
