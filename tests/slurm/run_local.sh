#!/usr/bin/env bash
# run_local.sh ROOT: plays jobs/run-local.sh and jobs/build.sh with stand-ins for setup.sh, cmake, mpirun and the program, and
# checks that the days are of the case's year, a variant's too, and that flags reach setup.sh and cmake.
set -euo pipefail
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root/jobs" "$work/jobs"
cd "$work"

fail() { echo "run_local.sh: $*" >&2; exit 1; }

mkdir -p bin build/release/bin .venv/bin
ln -s "$root/.venv/bin/python" .venv/bin/python
export PATH="$work/bin:$PATH" LONGYANG_MPIRUN="$work/bin/mpirun"
echo 'echo "$*" >setup.log' >jobs/setup.sh
cat >bin/cmake <<'END'
#!/usr/bin/env bash
echo "$*" >>cmake.log
END
cat >bin/mpirun <<'END'
#!/usr/bin/env bash
[[ $1 == -n ]] && exec "${@:3}"
END
cat >build/release/bin/longyang <<'END'
#!/usr/bin/env bash
echo "$*" >>program.log
[[ $1 != check ]] || exit 3
[[ $1 != run || $* != *"--hours 8760"* || ! -f year.code ]] || exit "$(cat year.code)"
END
chmod +x bin/* build/release/bin/longyang

mkdir -p cases/old cases/middle cases/variant cases/none
printf 'year = 2020 # of the past\n' >cases/old/case.toml
printf 'base = "../old"\n[run]\nyear = 1999\n' >cases/middle/case.toml
printf "base = '../middle'\n" >cases/variant/case.toml
printf 'name = "none"\n' >cases/none/case.toml

LONGYANG_SETUP_FLAGS=--no-apt LONGYANG_CMAKE_FLAGS="-Dhighs_ROOT=/a -DCMAKE_PREFIX_PATH=/b;/c" \
    bash jobs/run-local.sh cases/variant
grep -qx -- "--no-apt" setup.log || fail "setup.sh was given '$(cat setup.log)'"
head -n 1 cmake.log | grep -qx -- "--preset release -Dhighs_ROOT=/a -DCMAKE_PREFIX_PATH=/b;/c" || fail "cmake was given: $(cat cmake.log)"
for span in "2020-01-15 --hours 24" "2020-07-15 --hours 24" "2020-01-01 --hours 8760"; do
    grep -q "^run $work/cases/variant --from $span " program.log || fail "no run from $span: $(cat program.log)"
done

rm program.log
bash jobs/run-local.sh cases/old --from 2020-03-01 --hours 5
grep -q "^run $work/cases/old -o results/cases-old.h5 --from 2020-03-01 --hours 5$" program.log || fail "wrong span: $(cat program.log)"

rm program.log
code=0
bash jobs/run-local.sh cases/none || code=$?
[[ $code -eq 3 && $(cat program.log) == "check $work/cases/none" ]] || fail "a case without a year: exit code $code, $(cat program.log)"
# A year that fails is not looked at by the file of an earlier one, and its code is told.
rm program.log
mkdir -p results
touch results/cases-old-year.h5
for year_code in 6 75; do
    echo "$year_code" >year.code
    code=0
    bash jobs/run-local.sh cases/old >/dev/null || code=$?
    [[ $code -eq $year_code ]] || fail "a year that ended with $year_code: exit code $code"
done
! grep -q "^flow" program.log || fail "a year that failed was looked at: $(cat program.log)"
rm year.code
bash jobs/run-local.sh cases/old >/dev/null
grep -qx -- "flow $work/cases/old --schedule results/cases-old-year.h5 --rows 3" program.log || fail "no flows of the year: $(cat program.log)"

# Paths are those of the caller's folder.
rm program.log
(cd cases && bash ../jobs/run-local.sh old --hours 5 -o a.h5 --restart=b.h5 --warm /c.h5 --write-mps d.mps >/dev/null)
grep -qx -- "run $work/cases/old --hours 5 -o $work/cases/a.h5 --restart=$work/cases/b.h5 --warm /c.h5 --write-mps $work/cases/d.mps" program.log ||
    fail "wrong paths: $(cat program.log)"
grep -qx -- "report $work/cases/a.h5" program.log || fail "no report: $(cat program.log)"
(cd cases && bash ../jobs/run-local.sh old -oa.h5 >/dev/null)
grep -qx -- "run $work/cases/old -o $work/cases/a.h5" program.log || fail "wrong path of -oa.h5: $(cat program.log)"

rm program.log setup.log
for words in --help "cases/old -h"; do
    bash jobs/run-local.sh $words | head -n 1 | grep -q "^jobs/run-local.sh \[CASE\]" || fail "no help"
done
[[ ! -f program.log && ! -f setup.log ]] || fail "$words ran something"
echo "run-local.sh: all checks passed"
