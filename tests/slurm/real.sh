#!/usr/bin/env bash
# real.sh [PROGRAM]: the job scripts on a real Slurm, which is started in a temporary folder and ended again. PROGRAM: build/release/bin/longyang.
# Takes about six minutes and two cores. Not part of CI. Needs munged, slurmctld and a slurmd that runs several times on one machine,
# with pmix (Debian: slurm-wlm and munge), and a program built with that machine's Open MPI. Nothing of /etc/slurm is read.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-$root/build/release/bin/longyang}")
PATH=$PATH:/usr/sbin
for need in munged slurmctld slurmd sbatch "$program"; do
    command -v "$need" >/dev/null || { echo "real.sh: $need is not there" >&2; exit 2; }
done
unset "${!SLURM_@}" "${!SBATCH_@}" LONGYANG_MACHINE
work=$(mktemp -d)
daemons=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    scancel --user="$(id -un)" 2>/dev/null || true
    for _ in {1..40}; do [[ -z $(squeue --noheader 2>/dev/null) ]] && break; sleep 1; done
    kill "${daemons[@]}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
cd "$work"
fail() {
    echo "real.sh: $*" >&2
    tail -n 15 ./*.log >&2
    exit 1
}

# Slurm: one machine as two nodes of four CPUs. A job that is put back starts again after cred_expire seconds, else after 120.
mkdir state n1 n2 tmp-n1 tmp-n2 munge
chmod 700 munge
(umask 077; head -c 1024 /dev/urandom >munge/key)
port=$((20000 + $$ % 10000))
cat >slurm.conf <<E
ClusterName=try
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
AuthInfo=socket=$work/munge.socket,cred_expire=10
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/%n
TmpFS=$work/tmp-%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
ReturnToService=2
SchedulerParameters=sched_interval=2
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=4
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=4
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE
E
export SLURM_CONF=$work/slurm.conf LONGYANG_PROGRAM=$program
mkdir told
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed" >told/munged 2>&1 &
daemons+=($!)
slurmctld -D >told/slurmctld 2>&1 &
daemons+=($!)
for node in n1 n2; do
    slurmd -D -N $node >told/$node 2>&1 &
    daemons+=($!)
done

# within SECONDS COMMAND...: waits until COMMAND is true.
within() {
    local end=$((SECONDS + $1))
    until "${@:2}"; do
        [[ $SECONDS -lt $end ]] || fail "within $1 s not so: ${*:2}"
        sleep 0.5
    done
}
is() { [[ $(scontrol show job "$1" | tr ' ' '\n') =~ $'\n'"$2"$'\n' ]]; } # is JOB JobState=COMPLETED
says() { grep -qs -- "$2" "$1"; }
idle() { [[ $(sinfo --noheader --Node --format=%T) == $'idle\nidle' ]]; }
year() { sbatch --parsable --nodes=1 --ntasks-per-node=2 "--job-name=$1" jobs/slurm/year.sbatch "${@:2}"; }
# ends NAME JOB STATE CODE
ends() {
    within 60 is "$2" "JobState=$3"
    is "$2" "ExitCode=$4:0" || fail "job $1: $(scontrol show job "$2" | grep -o 'ExitCode=.*'), expected $4"
    echo "$1: $3, exit code $4"
}
ln -s "$root/jobs" "$root/cases" .
within 60 idle
echo "$(srun --version), two nodes"

# Ranks on two nodes are one MPI world; a launcher that makes none is refused; the program's exit code is the job's.
job=$(sbatch --parsable --nodes=2 --ntasks-per-node=1 --job-name=two jobs/slurm/year.sbatch cases/teaching/cascade --hours 12)
ends two "$job" COMPLETED 0
says "two-$job.log" "12 h from .*, 2 ranks" || fail "not one world of two ranks"
for launcher in "srun" "srun --mpi=none env -i PATH=$PATH"; do # Open MPI gives up; two worlds of one rank
    echo "LONGYANG_LAUNCHER=($launcher)" | cat jobs/slurm/machines/generic.sh - >machine.sh
    job=$(LONGYANG_MACHINE=machine.sh year "wrong" cases/teaching/cascade)
    ends "launcher '${launcher%% env*}'" "$job" FAILED 2
    says "wrong-$job.log" "see the launcher in the machine file (machine.sh)" || fail "no clear message"
done
mkdir faulty
echo 'nonsense = 1' >faulty/case.toml
job=$(year faulty faulty)
ends "faulty case" "$job" FAILED 3

# An array: each task its line; the last task, whose own number is the array's, stops and comes back alone.
# It goes on from its prices where a twentieth of the iterations was made.
long=(cases/northwest/2030 --hours 336 --engine prices --iterations 600 --improve-rounds 0)
printf '%s\n' "# days" "day cases/teaching/cascade --hours 12" "conflict cases/teaching/infeasible" "beside ${long[*]}" "last ${long[*]}" >list
array=$(sbatch --parsable --array=1-5 --ntasks=1 jobs/slurm/array.sbatch list)
ends "array: comment" "${array}_1" COMPLETED 0
ends "array: day" "${array}_2" COMPLETED 0
ends "array: conflict" "${array}_3" FAILED 4
log=longyang-array-${array}_5.log
within 60 says "$log" "price: iteration"
scancel --batch --signal=TERM "${array}_5"
within 60 says "$log" "stopped at a checkpoint; job ${array}_5 goes back"
within 60 says "$log" "goes on behind iteration [1-9]"
is "${array}_5" Restarts=1 || fail "the task was not put back once"
is "${array}_4" Restarts=0 || fail "the task beside it was put back too"
scancel "$array"
ends "array: last, put back" "${array}_5" CANCELLED 75

# The time limit, an operator's requeue and a node that fails: the job goes on from its prices; one that is cancelled does not.
job=$(sbatch --parsable --nodes=1 --ntasks-per-node=2 --job-name=long --time=2 --signal=B:TERM@60 jobs/slurm/year.sbatch "${long[@]}")
log=long-$job.log
goes_on() { [[ $(grep -cs "goes on behind iteration [1-9]" "$log") -eq $1 ]]; }
within 150 says "$log" "stopped at a checkpoint; job $job goes back into the queue"
within 60 goes_on 1
sleep 5
scontrol requeue "$job"
within 60 goes_on 2
sleep 5
scontrol update "nodename=$(squeue --noheader --jobs="$job" --format=%N)" state=down reason=try
within 60 goes_on 3
is "$job" Restarts=3 || fail "$(scontrol show job "$job" | grep -o 'Restarts=[0-9]*'), expected 3"
sleep 5
scancel "$job"
ends "limit, requeue, node failure, cancelled" "$job" CANCELLED 75
sleep 15
is "$job" JobState=CANCELLED || fail "a cancelled job came back"
"$program" report "results/long-$job.h5" | grep -q "stopped by a signal behind iteration" || fail "the file of a cancelled job is not whole"

# Stopped once, a run goes on to its end.
job=$(year day cases/northwest/2030 --hours 168 --engine prices --iterations 60 --improve-rounds 0)
within 60 says "day-$job.log" "blocks; forecast"
sleep 2
scancel --batch --signal=TERM "$job"
within 60 is "$job" Restarts=1
within 120 says "day-$job.log" "h5: complete"
ends "stopped and complete" "$job" COMPLETED 0
echo "job scripts on a real Slurm: all checks passed"
