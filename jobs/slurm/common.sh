# shellcheck shell=bash
# Sourced by the job scripts: the machine file, and a run that stops in good time and goes on in the next job.

machine=${LONGYANG_MACHINE:-generic}
[[ -f $machine ]] || machine="jobs/slurm/machines/$machine.sh"
# shellcheck source=machines/generic.sh
source "$machine"

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
# in a row got it no further: then its exit code is 5.
# ARGUMENTS may name a file to --restart from at first, but no results file of their own.
run_or_requeue() {
    local output=$1 launcher_pid code=0 signals=0 seen goes_on=no
    shift
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
    trap 'signals=$((signals + 1)); kill -TERM "$launcher_pid"' TERM
    # `wait` comes back early when the signal was handled: wait again for the end.
    while true; do
        seen=$signals
        code=0
        wait "$launcher_pid" || code=$?
        [[ $signals -eq $seen ]] && break
    done
    trap - TERM
    if [[ $code -eq 75 ]] && ! got_further "$output"; then
        local behind _
        read -r behind _ <"$output.tries"
        rm "$output.tries" # who puts it into the queue by hand has reasons
        echo "$(date -u +%FT%TZ) job $SLURM_JOB_ID does not go back into the queue: two tries in a row were stopped no further than behind iteration $behind." \
            "Give it more time (--time), more ranks or fewer hours; what there is stands in $output" >&2
        return 5
    elif [[ $code -eq 75 ]]; then
        echo "$(date -u +%FT%TZ) stopped at a checkpoint; job $SLURM_JOB_ID goes back into the queue"
        scontrol requeue "$SLURM_JOB_ID"
    else
        rm -f "$output.tries"
    fi
    return "$code"
}
