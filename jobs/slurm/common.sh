# shellcheck shell=bash
# Sourced by the job scripts: the machine file, and a run that stops in good time and goes on in the next job.

machine=${LONGYANG_MACHINE:-generic}
[[ -f $machine ]] || machine="jobs/slurm/machines/$machine.sh"
# shellcheck source=machines/generic.sh
source "$machine"

# This job for scontrol and scancel. A task of an array by its two numbers: the number of its own of one task is that of the whole array.
job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
job=${job:-$SLURM_JOB_ID}

# taken_away: true where Slurm ends this job before its time (scancel, scontrol requeue, preemption). Slurm has sent the ranks SIGTERM then,
# a second one would kill them, and whether the job comes back is settled.
taken_away() {
    local state
    state=$(squeue --noheader --jobs="$job" --format=%T) && [[ $state != RUNNING ]]
}

# ask_to_stop LAUNCHER_PID: sends the ranks SIGTERM. A srun that gets it kills them at once; `scancel --signal` reaches the ranks
# of the job and nothing else.
ask_to_stop() {
    if taken_away; then
        return 0 # a bare `return` of a trap is the status of what the signal interrupted
    elif [[ ${LONGYANG_LAUNCHER[0]##*/} == srun ]]; then
        scancel --signal=TERM "$job" || true
    else
        kill -TERM "$1" || true
    fi
}

# one_world: false, with the reason, where the launcher does not start the ranks as one MPI world: each would run the whole case
# and write the same file.
one_world() {
    local said worlds
    if ! said=$("${LONGYANG_LAUNCHER[@]}" "$LONGYANG_PROGRAM" info 2>&1); then
        echo "$said" >&2
        echo "'${LONGYANG_LAUNCHER[*]}' does not start $LONGYANG_PROGRAM: see the launcher in the machine file ($machine)" >&2
        return 1
    fi
    worlds=$(grep -c '^longyang ' <<<"$said") || true # the root alone prints
    if [[ $worlds -ne 1 ]]; then
        echo "'${LONGYANG_LAUNCHER[*]}' started $worlds programs of one rank each, expected one program on all ranks:" \
            "see the launcher in the machine file ($machine)" >&2
        return 1
    fi
}

# how_far OUTPUT.h5: iterations of prices behind which the run was stopped that wrote it, and the cost of the schedule that there is,
# 0 and - where there is none.
how_far() {
    "$LONGYANG_PROGRAM" report "$1" 2>/dev/null |
        awk -v behind=0 -v cost=- '/^stopped: / && match($0, /behind iteration [0-9]+/) { behind = substr($0, RSTART + 17, RLENGTH - 17) }
                                   $1 == "cost" && cost == "-" { cost = $2 } END { print behind, cost }'
}

# got_further OUTPUT.h5: false where this try and the one before stopped no further than any earlier one of the job, and had no other schedule.
# What they reached is kept in OUTPUT.h5.tries.
got_further() {
    local tries=$1.tries behind cost furthest=-1 earlier_cost=- in_vain=0
    read -r behind cost < <(how_far "$1")
    [[ ! -f $tries ]] || read -r furthest earlier_cost in_vain <"$tries"
    if [[ $behind -gt $furthest || $cost != "$earlier_cost" ]]; then
        in_vain=0
        [[ $behind -le $furthest ]] || furthest=$behind
    else
        in_vain=$((in_vain + 1))
    fi
    echo "$furthest $cost $in_vain" >"$tries"
    [[ $in_vain -lt 2 ]]
}

# run_or_requeue OUTPUT.h5 ARGUMENTS...: runs `longyang run ARGUMENTS -o OUTPUT.h5`, from OUTPUT.h5 where an earlier job left
# a checkpoint. Slurm sends this shell SIGTERM before the time limit (--signal=B:TERM@300 of the job scripts); it
# goes on to the ranks, which stop at a checkpoint with exit code 75, and the job is put into the queue again, unless two tries
# in a row got it no further: then its exit code is 5. Its exit code is 2 where the launcher does not fit the program's MPI.
# ARGUMENTS may name a file to --restart from at first, but no results file of their own.
run_or_requeue() {
    local output=$1 launcher_pid code=0 signals=0 seen goes_on=no
    shift
    one_world || return 2
    if [[ ${SLURM_RESTART_COUNT:-0} -eq 0 ]]; then
        rm -f "$output.tries"
    elif [[ -f $output ]]; then
        goes_on=yes
    fi
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
    trap 'signals=$((signals + 1)); ask_to_stop "$launcher_pid"' TERM
    # `wait` comes back early when the signal was handled: wait again for the end.
    while true; do
        seen=$signals
        code=0
        wait "$launcher_pid" || code=$?
        [[ $signals -eq $seen ]] && break
    done
    trap - TERM
    if [[ $code -eq 75 ]] && taken_away; then
        echo "$(date -u +%FT%TZ) stopped at a checkpoint: job $job was ended from outside; what there is stands in $output"
    elif [[ $code -eq 75 ]] && ! got_further "$output"; then
        local behind _
        read -r behind _ <"$output.tries"
        rm "$output.tries" # who puts it into the queue by hand has reasons
        echo "$(date -u +%FT%TZ) job $job does not go back into the queue: two tries in a row were stopped no further than behind iteration $behind." \
            "Give it more time (--time), more ranks or fewer hours; what there is stands in $output" >&2
        return 5
    elif [[ $code -eq 75 ]]; then
        echo "$(date -u +%FT%TZ) stopped at a checkpoint; job $job goes back into the queue"
        scontrol requeue "$job"
    else
        rm -f "$output.tries"
    fi
    return "$code"
}
