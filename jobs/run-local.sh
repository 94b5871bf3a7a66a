#!/usr/bin/env bash
# jobs/run-local.sh [CASE] [options of `longyang run`]
# Sets up, builds and runs CASE (default cases/northwest/2030) on this machine, on LONGYANG_RANKS (default 2) ranks.
# Without --from it runs, by the engine of prices, one winter day, one summer day and then all 8760 hours of the case's year in
# one piece. Results go to results/, unless -o is given, and the summary of each is printed. Paths are those of the caller's folder.
set -euo pipefail
for word in "$@"; do
    if [[ $word == -h || $word == --help ]]; then
        sed -n '2,/^set/{/^set/d;s/^# //;p}' "${BASH_SOURCE[0]}"
        exit 0
    fi
done
invoked_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case_dir=cases/northwest/2030
if [[ $# -gt 0 && $1 != -* ]]; then
    case_dir=$1
    # A path as the user sees it, from where the script was called.
    [[ $case_dir != /* && -e $invoked_from/$case_dir ]] && case_dir=$invoked_from/$case_dir
    shift
fi

# here PATH: as seen from where the script was called.
here() {
    if [[ $1 == /* || -z $1 ]]; then echo "$1"; else echo "$invoked_from/$1"; fi
}

options=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -o | --output | --restart | --warm | --write-mps)
            options+=("$1")
            if [[ $# -gt 1 ]]; then
                shift
                options+=("$(here "$1")")
            fi
            ;;
        -o?*) options+=(-o "$(here "${1#-o}")") ;;
        --output=* | --restart=* | --warm=* | --write-mps=*) options+=("${1%%=*}=$(here "${1#*=}")") ;;
        *) options+=("$1") ;;
    esac
    shift
done

# has NAME...: is one of these options given by the user?
has() {
    local option name
    for option in "${options[@]}"; do
        for name in "$@"; do
            [[ $option == "$name" || $option == "$name="* ]] && return 0
        done
    done
    return 1
}

if [[ ! -f $case_dir/case.toml ]]; then
    echo "run-local: $case_dir is no case: it has no case.toml" >&2
    exit 2
fi

bash jobs/build.sh release longyang
longyang=build/release/bin/longyang
ranks=${LONGYANG_RANKS:-2}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}
mkdir -p results

# run_span NAME [option value]...: runs one span with these options where the user gave none of them and prints its summary; a run stopped early (5, 75) has a summary too.
# code: how it ended.
status=0
code=0
run_span() {
    local output="results/$1.h5"
    code=0
    shift
    local extra=()
    while [[ $# -gt 0 ]]; do
        has "$1" || extra+=("$1" "$2")
        shift 2
    done
    if has -o --output; then
        output=
        local index
        for index in "${!options[@]}"; do
            case ${options[index]} in
                -o | --output) output=${options[index + 1]:-} ;;
                --output=*) output=${options[index]#*=} ;;
            esac
        done
    else
        extra+=(-o "$output")
    fi
    echo "run-local: longyang run $case_dir ${extra[*]} ${options[*]}  ($ranks ranks)"
    bash jobs/mpirun.sh -n "$ranks" "$longyang" run "$case_dir" "${extra[@]}" "${options[@]}" || code=$?
    if [[ $code -eq 0 || $code -eq 5 || $code -eq 75 ]]; then
        "$longyang" report "$output" || code=$?
        "$longyang" report "$output" --html "${output%.h5}.html" || code=$?
    fi
    [[ $code -ne 0 ]] && status=$code
    return 0
}

# case_year: the year of the case, or of the one that it varies.
case_year() {
    .venv/bin/python - "$case_dir" 2>/dev/null <<'END'
import pathlib, sys, tomllib
folder = pathlib.Path(sys.argv[1])
while "year" not in (case := tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))):
    folder /= case["base"]
print(case["year"])
END
}

# cases/northwest/2030 -> northwest-2030
name=$(basename "$(dirname "$(realpath "$case_dir")")")-$(basename "$(realpath "$case_dir")")
if has --from -o --output; then
    run_span "$name"
else
    if ! year=$(case_year); then
        "$longyang" check "$case_dir" # tells what is wrong
        exit 2
    fi
    engine=prices
    has --relax && engine=highs # the engine of prices has no relaxed schedule
    run_span "$name-winter-day" --from "$year-01-15" --hours 24 --engine "$engine" --gap 0.002
    run_span "$name-summer-day" --from "$year-07-15" --hours 24 --engine "$engine" --gap 0.002
    if ! has --hours --relax; then
        run_span "$name-year" --from "$year-01-01" --hours 8760 --engine prices --gap 0.001 --iterations 300
        if [[ $code -eq 0 ]]; then # else the file may be an older one, or without a schedule
            # What each UHV line can export and why, outages and AC voltages; 6: hours without an AC solution.
            code=0
            "$longyang" flow "$case_dir" --schedule "results/$name-year.h5" --rows 3 || code=$?
            [[ $code -ne 0 && $code -ne 6 ]] && status=$code
        fi
    fi
fi
exit "$status"
