#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test.
# Prints the failed tests with their messages last, then "N passed, N failed, N skipped"; exits with a non-zero status if anything failed.
set -uo pipefail
cd "$(dirname "$0")"

# Spinning worker threads would starve the other processes on a small machine.
export OMP_WAIT_POLICY=passive
# Profile-guided optimization pays off in long-running services; it costs the many short processes here a quarter more CPU time.
export DOTNET_TieredPGO=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# One compiler server for all projects; it stops when this script ends.
export UseSharedCompilation=true MSBUILDDISABLENODEREUSE=1

logs=artifacts/tests
passed=0 failed=0 skipped=0
# Prints the block of each failed test: name, message, stack trace and output, up to the next test.
failures() {
  awk '/^ *(Passed|Skipped) .*\[/ || /^(\[xUnit|Total tests|Test Run)/ { on = 0 } /^ *Failed .*\[/ { on = 1 } on' "$1"
}
finish() {
  dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
  for log in "$logs"/*.log; do
    [ -f "$log" ] && [ -n "$(failures "$log")" ] && printf '\n== Failed in %s\n%s\n\n' "$(basename "$log" .log)" "$(failures "$log" | cut -c1-400 | head -150)"
  done
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

step() {
  printf '\n== %s\n' "$*"
  "$@" || { echo "test.sh: this step failed: $*" >&2; failed=$((failed + 1)); finish; }
}

rm -rf "$logs"; mkdir -p "$logs"
step build/native-dependencies.sh
step build/test-dependencies.sh
step dotnet build Platform.sln --nologo -v minimal
# Style and analyzer findings are build errors already.
step dotnet format whitespace . --folder --verify-no-changes

# Two projects at a time, since they spend much time waiting; the long ones first. Each one's output is shown when it has finished.
export OMP_NUM_THREADS=$(( ($(nproc) + 1) / 2 ))
export logs
run() {
  log=$logs/$1.log
  dotnet test "Tests/$1" --no-build --nologo --logger "console;verbosity=normal" >"$log" 2>&1
  echo $? >"$logs/$1.status"
  flock "$logs" bash -c 'printf "\n== %s\n" "$1"; cat "$2"' - "$1" "$log"
}
export -f run
projects="Platform.Tests Registry.Tests Portal.Tests Services.Tests Vision.Tests Contracts.Tests Architecture.Tests"
for project in Tests/*.Tests; do
  [[ " $projects " == *" ${project#Tests/} "* ]] || { echo "test.sh: add $project to the list of projects" >&2; failed=$((failed + 1)); }
done
printf '%s\n' $projects | xargs -P 2 -I{} bash -c 'run {}'

for name in $projects; do
  status=$(cat "$logs/$name.status")
  count() { grep -oE "^ *$1: *[0-9]+" "$logs/$name.log" | grep -oE '[0-9]+$' | tail -1; }
  project_failed=$(count Failed)
  passed=$((passed + $(count Passed || echo 0) + 0)) failed=$((failed + ${project_failed:-0})) skipped=$((skipped + $(count Skipped || echo 0) + 0))
  # A crashed or timed-out test host reports no failed tests.
  if [ "$status" -ne 0 ] && [ "${project_failed:-0}" -eq 0 ]; then
    echo "test.sh: $name ended with status $status without a failed test" >&2
    failed=$((failed + 1))
  fi
done

printf '\n'
finish
