#!/usr/bin/env bash
# requeue.sh ROOT: plays jobs/slurm/*.sbatch with stand-ins for Slurm's commands and the program, and checks that SIGTERM
# reaches the ranks once, that exit code 75 puts the job back into the queue, that the next job restarts from the
# results file, that a job which gets no further is given up, and that an array task runs its own line of the list, quotes and all.
set -euo pipefail
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root/jobs" "$work/jobs"
cd "$work"

fail() { echo "requeue.sh: $*" >&2; exit 1; }

mkdir bin
export PATH="$work/bin:$PATH" LONGYANG_PROGRAM="$work/bin/longyang"
# As Slurm 22.05 does: a srun that gets SIGTERM kills its task; scancel --signal hands the task the signal.
cat >bin/srun <<'END'
#!/usr/bin/env bash
[[ $1 != --mpi=list ]] || { echo "MPI plugin types are... none pmix"; exit; }
[[ $1 == --mpi=pmix ]] || { echo "not built with Slurm's PMI support"; exit 1; }
"${@:2}" &
task=$!
echo $task >task
trap 'kill -KILL $task; exit 143' TERM
wait $task
END
cat >bin/scancel <<'END'
#!/usr/bin/env bash
echo "$*" >>scancel.log
kill -TERM "$(cat task)"
END
cat >bin/squeue <<'END'
#!/usr/bin/env bash
cat state
END
echo RUNNING >state
cat >bin/scontrol <<'END'
#!/usr/bin/env bash
[[ $* != "show config" ]] || { printf '%s\n' "MinJobAge   = 300 sec" "MpiDefault              = ${MPI_DEFAULT:-none}"; exit; }
echo "$*" >>scontrol.log
END
# The program: writes its arguments; on the first start it runs until SIGTERM and then leaves a checkpoint. Where there is a file
# `stops` every run ends at a checkpoint, of which `report` says what stands there.
cat >bin/longyang <<'END'
#!/usr/bin/env bash
[[ $1 != info ]] || { for _ in $(seq "${WORLDS:-1}"); do echo "longyang 0.1.0"; done; exit; }
echo "$*" >>program.log
printf '<%s>' "$@" >arguments.log
[[ $1 != report || ! -f stops ]] || { [[ -f $2 ]] && cat stops; exit; }
[[ $1 != run || ! -f stops ]] || { grep -q stopped stops && touch results/year-42.h5; exit 75; }
[[ $1 == run && $* != *--restart* && $* != *--quick* ]] || exit 0
output=${*: -1}
trap 'touch "$output"; exit 75' TERM
touch started
for _ in {1..200}; do sleep 0.1; done
exit 1
END
chmod +x bin/*

export SLURM_JOB_ID=42 SLURM_JOB_NAME=year
# signalled SCRIPT ARGUMENTS...: a job whose shell gets SIGTERM in mid-run; its exit code is in $code.
signalled() {
    rm -f started
    : >scontrol.log
    : >scancel.log
    bash "$@" >told.log 2>&1 &
    local pid=$!
    for _ in {1..100}; do [[ -f started ]] && break; sleep 0.1; done
    [[ -f started ]] || fail "the program was not started"
    kill -TERM "$pid"
    [[ $(cat state) == RUNNING ]] || { sleep 0.5; kill -TERM "$(cat task)"; } # Slurm tells the ranks itself
    code=0
    wait "$pid" || code=$?
    [[ $code -eq 75 ]] || fail "exit code $code, expected 75: $(cat told.log)"
}
signalled jobs/slurm/year.sbatch some/case --gap 0.01
grep -qx "requeue 42" scontrol.log || fail "the job was not put into the queue again"
grep -qx -- "--signal=TERM 42" scancel.log || fail "wrong signal: $(cat scancel.log)"
grep -qx "run some/case --gap 0.01 -o results/year-42.h5" program.log || fail "wrong first start: $(cat program.log)"

# A task of an array is named by its two numbers: 42 alone may be all of them.
echo "day some/case" >list
SLURM_ARRAY_JOB_ID=42 SLURM_ARRAY_TASK_ID=1 signalled jobs/slurm/array.sbatch list
grep -qx "requeue 42_1" scontrol.log || fail "the task was not put into the queue again: $(cat scontrol.log)"
grep -qx -- "--signal=TERM 42_1" scancel.log || fail "wrong signal: $(cat scancel.log)"

# A job that is taken away does not come back by itself, and its ranks get no second signal.
echo COMPLETING >state
signalled jobs/slurm/year.sbatch some/case --gap 0.01
[[ ! -s scontrol.log && ! -s scancel.log ]] || fail "a cancelled job: $(cat scontrol.log scancel.log)"
echo RUNNING >state

# A launcher that does not fit the program's MPI: nothing runs.
lines=$(wc -l <program.log)
for fault in WORLDS=2 MPI_DEFAULT=pmi2; do
    code=0
    env $fault bash jobs/slurm/year.sbatch some/case >told.log 2>&1 || code=$?
    [[ $code -eq 2 ]] && grep -q "see the launcher in the machine file" told.log || fail "$fault: exit code $code, $(cat told.log)"
done
[[ $(wc -l <program.log) -eq $lines ]] || fail "a job ran with a launcher that does not fit"
: >scontrol.log

SLURM_RESTART_COUNT=1 bash jobs/slurm/year.sbatch some/case --gap 0.01
grep -q -- "--restart results/year-42.h5" program.log || fail "the second job did not restart: $(cat program.log)"
[[ ! -s scontrol.log ]] || fail "a finished job was put into the queue again"
tail -n 1 program.log | grep -qx "report results/year-42.h5" || fail "no report after the year"

# A job that gets no further is not put into the queue for ever: one try without progress counts as bad luck, the second ends it.
# stopped_at ITERATION COST: the next job stops there (no ITERATION: before it has written a file); its exit code is in $code.
stopped_at() {
    SLURM_RESTART_COUNT=$((SLURM_RESTART_COUNT + 1))
    echo "${1:+stopped: stopped by a signal behind iteration $1; go on with --restart out.h5}" >stops
    [[ -z ${2:-} ]] || echo "  cost        $2 million CNY" >>stops
    code=0
    bash jobs/slurm/year.sbatch some/case 2>told.log || code=$?
}
again() { # TIMES: the job was put into the queue so often since the last call
    [[ $(wc -l <scontrol.log) -eq $1 ]] || fail "$2: put into the queue $(wc -l <scontrol.log) times, expected $1"
    : >scontrol.log
}
: >scontrol.log
export SLURM_RESTART_COUNT=-1
for iteration in 12 40 39 41; do # a try that got less far, then one that got further
    stopped_at "$iteration"
    [[ $code -eq 75 ]] || fail "a job stopped behind iteration $iteration: exit code $code, expected 75"
done
again 4 "jobs with progress"
stopped_at 41
[[ $code -eq 75 ]] || fail "one try without progress: exit code $code, expected 75"
stopped_at 40
[[ $code -eq 5 ]] || fail "two tries without progress: exit code $code, expected 5"
again 1 "two tries without progress"
grep -q "job 42 does not go back into the queue: .* iteration 41\." told.log || fail "no clear message: $(cat told.log)"
SLURM_RESTART_COUNT=-1 # another job of this number begins anew, and schedules that get cheaper are progress
for cost in "" 7.5 7.5 7.2 7.2; do
    stopped_at 300 "$cost"
    [[ $code -eq 75 ]] || fail "a schedule at $cost: exit code $code, expected 75"
done
stopped_at 300 7.2
[[ $code -eq 5 ]] || fail "a schedule that gets no cheaper: exit code $code, expected 5"
again 5 "schedules"
SLURM_RESTART_COUNT=-1 # stopped before there is a file
rm results/year-42.h5
for expected in 75 75 5; do
    stopped_at ""
    [[ $code -eq $expected ]] || fail "a job without a file: exit code $code, expected $expected"
done
again 2 "jobs without a file"
rm stops
touch results/year-42.h5

# No option twice: the user's file to start from counts in the first job only, and the results file is the job's.
for restart in "--restart a.h5" "--restart=a.h5"; do
    SLURM_RESTART_COUNT=1 bash jobs/slurm/year.sbatch some/case $restart --gap 0.01
    grep -x "run some/case --gap 0.01 -o results/year-42.h5 --restart results/year-42.h5" program.log | wc -l >again.log
    SLURM_RESTART_COUNT=0 bash jobs/slurm/year.sbatch some/case $restart --gap 0.01
    grep -qx "run some/case $restart --gap 0.01 -o results/year-42.h5" program.log || fail "a first job did not start from the user's file: $(cat program.log)"
done
[[ $(cat again.log) -eq 3 ]] || fail "a second job did not restart from its own file: $(cat program.log)"
lines=$(wc -l <program.log)
for output in "-o b.h5" "-ob.h5" "--output b.h5" "--output=b.h5"; do
    code=0
    bash jobs/slurm/year.sbatch some/case $output 2>told.log || code=$?
    [[ $code -eq 2 ]] && grep -q "results/year-42.h5" told.log || fail "$output: exit code $code, $(cat told.log)"
done
[[ $(wc -l <program.log) -eq $lines ]] || fail "a job ran with a results file of the user's: $(cat program.log)"

# A list with line ends of Windows, and none after the last line; files that unquoted stars and brackets would match.
cat >lines <<'END'
# name arguments: a word that isn't quoted
winter case-a --quick --from 2030-01-15

load case-a --quick --set "loads[region=e].mean_mw=*1.1" --set loads.mean_mw=*2
words case-a --quick --without 'gas[name=$(touch ran)|"a b"]' --restart ""
open case-a --quick --without "gas
last case-a --quick
END
sed 's/$/\r/' lines | head -c -2 >list
touch loads.mean_mw=12 loadse.mean_mw=1.1
[[ $(grep -c '' list) -eq 7 ]] || fail "the last line is not counted"

# task N EXPECTED: line N of the list starts the program with these arguments; without EXPECTED, not at all.
task() {
    rm -f arguments.log
    SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=$1 bash jobs/slurm/array.sbatch list || code=$?
    local found=
    [[ -f arguments.log ]] && found=$(cat arguments.log)
    [[ $found == "${2:-}" ]] || fail "line $1 of the list: found $found, expected ${2:-no run}"
}
code=0
task 1
task 2 "<run><case-a><--quick><--from><2030-01-15><-o><results/7/winter.h5>"
task 3
task 4 "<run><case-a><--quick><--set><loads[region=e].mean_mw=*1.1><--set><loads.mean_mw=*2><-o><results/7/load.h5>"
task 5 '<run><case-a><--quick><--without><gas[name=$(touch ran)|"a b"]><--restart><><-o><results/7/words.h5>'
task 7 "<run><case-a><--quick><-o><results/7/last.h5>"
[[ $code -eq 0 ]] || fail "exit code $code of an array task"
task 6
[[ $code -ne 0 ]] || fail "a quote without an end was no fault"
[[ ! -e ran ]] || fail "a line of the list was run as code"
echo "slurm scripts: all checks passed"
