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
echo "run-local.sh: all checks passed"
