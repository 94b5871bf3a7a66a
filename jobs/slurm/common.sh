# shellcheck shell=bash
# Sourced by the job scripts: the machine file, and a run that stops in good time and goes on in the next job.

machine=${LONGYANG_MACHINE:-generic}
[[ -f $machine ]] || machine="jobs/slurm/machines/$machine.sh"
# shellcheck source=machines/generic.sh
source "$machine"

# run_or_requeue OUTPUT.h5 ARGUMENTS...: runs `longyang run ARGUMENTS -o OUTPUT.h5`, from OUTPUT.h5 where an earlier job left
# a checkpoint. Slurm sends this shell SIGTERM before the time limit (--signal=B:TERM@300 of the job scripts); it
# goes on to the ranks, which stop at a checkpoint with exit code 75, and the job is put into the queue again.
# ARGUMENTS may name a file to --restart from at first, but no results file of their own.
run_or_requeue() {
    local output=$1 launcher_pid code=0 signals=0 seen goes_on=no
    shift
    [[ ${SLURM_RESTART_COUNT:-0} -gt 0 && -f $output ]] && goes_on=yes
    local arguments=(run)
    while [[ $# -gt 0 ]]; do
        case $1 in
            -o* | --output | --output=*)
                echo "$1: leave it out, the results of this job go to $output" >&2
                return 2
                ;;
            --restart) # the job's own checkpoint is further
                if [[ $goes_on == yes ]]; then shift; else arguments+=("$1"); fi
                ;;
            --restart=*) [[ $goes_on == yes ]] || arguments+=("$1") ;;
            *) arguments+=("$1") ;;
        esac
        [[ $# -eq 0 ]] || shift
    done
    arguments+=(-o "$output")
    [[ $goes_on == yes ]] && arguments+=(--restart "$output")
    mkdir -p "$(dirname "$output")"
    "${LONGYANG_LAUNCHER[@]}" "$LONGYANG_PROGRAM" "${arguments[@]}" &
    launcher_pid=$!
    trap 'signals=$((signals + 1)); kill -TERM "$launcher_pid"' TERM
    # `wait` comes back early when the signal was handled: wait again for the end.
    while true; do
        seen=$signals
        code=0
        wait "$launcher_pid" || code=$?
        [[ $signals -eq $seen ]] && break
    done
    trap - TERM
    if [[ $code -eq 75 ]]; then
        echo "$(date -u +%FT%TZ) stopped at a checkpoint; job $SLURM_JOB_ID goes back into the queue"
        scontrol requeue "$SLURM_JOB_ID"
    fi
    return "$code"
}
