#!/usr/bin/env bash
# Installs what the tests need, builds, runs all tests and closes with one line: N passed, N failed.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
results=$root/artifacts/test-results
policy=/usr/sbin/policy-rc.d
saved_policy=
passed=0
failed=0
sudo=()

usage() {
  cat <<'EOF'
Usage: ./test.sh [arguments of dotnet test]

Installs what is missing of RabbitMQ, PostgreSQL, Chromium, Prometheus and Node.js (Debian packages; none of them is started as a service),
builds EventBus.sln, runs its tests and closes with one line: N passed, N failed. A skipped test counts as failed.
The exit status is 0 only when at least one test ran and all passed. Results are kept in artifacts/test-results/*.trx.

  ./test.sh                                  all tests
  ./test.sh --filter FullyQualifiedName~X    those whose name contains X
  ./test.sh --faults --minutes 30 --seed 7   the fault tests alone, for so long, on a cluster of three nodes; prints what was injected and found
EOF
}

say() { printf '==> %s\n' "$*"; }

die() {
  say "$*"
  exit 1
}

finish() {
  local status=$?
  allow_services
  if [ "$status" -eq 0 ] && { [ "$passed" -eq 0 ] || [ "$failed" -ne 0 ]; }; then
    status=1
  fi
  echo "$passed passed, $failed failed"
  exit "$status"
}

# Prints the packages to install. npm waits for Node.js, because some packages of Node.js bring it along.
missing_packages() {
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || echo rabbitmq-server
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
  [ -x /usr/bin/chromium ] || echo chromium
  command -v promtool >/dev/null || echo prometheus
  if ! command -v node >/dev/null; then
    echo nodejs
  elif ! command -v npm >/dev/null; then
    echo npm
  fi
}

# Packages of services start them when they are installed, unless this file says no (invoke-rc.d).
hold_services() {
  saved_policy=$(mktemp -d)
  if [ -e "$policy" ]; then
    "${sudo[@]}" mv "$policy" "$saved_policy/"
  fi
  printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
  "${sudo[@]}" chmod 755 "$policy"
}

allow_services() {
  [ -n "$saved_policy" ] || return 0
  "${sudo[@]}" rm -f "$policy"
  if [ -e "$saved_policy/policy-rc.d" ]; then
    "${sudo[@]}" mv "$saved_policy/policy-rc.d" "$policy"
  fi
  rm -rf "$saved_policy"
  saved_policy=
}

install_missing() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "Not installed, and there is no apt-get: ${packages[*]}"
  if [ "$EUID" -ne 0 ]; then
    command -v sudo >/dev/null || die "Not installed: ${packages[*]}. As root: apt-get install ${packages[*]}"
    sudo=(sudo)
  fi

  say "Installing ${packages[*]}"
  hold_services
  "${sudo[@]}" apt-get update -q
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
  allow_services
}

install_npm_packages() {
  local folder=$root/tests/npm
  if [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    say 'Installing the npm packages of the tests'
    npm ci --prefix "$folder" --no-audit --no-fund
  fi
}

# Sums one attribute of the results' <Counters .../>.
count() {
  { grep -ho '<Counters [^>]*' "$results"/*.trx || true; } 2>/dev/null |
    { grep -o " $1=\"[0-9]*\"" || true; } | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# Prints the names of the tests with an outcome (its name in the results), each with the first lines of what it said.
tests_that() {
  { cat "$results"/*.trx || true; } 2>/dev/null | awk -v outcome="outcome=\"$1\"" '
      /<UnitTestResult / { said = 0; shown = index($0, outcome) > 0 }
      shown && /<UnitTestResult / { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); print "    " name }
      shown && /<Message>/ { said = 1; sub(/.*<Message>/, "") }
      shown && said > 0 && said <= 40 { line = $0; sub(/<\/Message>.*/, "", line); print "        " substr(line, 1, 240); said++ }
      shown && /<\/Message>/ { said = shown = 0 }' |
    sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#xD;//g; s/&amp;/\&/g'
}

run_tests() {
  local status=0 skipped failures
  rm -f "$results"/*.trx
  dotnet test "$root/EventBus.sln" -c Release --no-build --results-directory "$results" \
    --logger 'trx;LogFilePrefix=tests' --logger 'console;verbosity=normal' "$@" || status=$?

  # The file's own count of skipped tests is always 0; they are what neither passed nor failed.
  passed=$(count passed)
  failed=$(($(count total) - passed))
  skipped=$(tests_that NotExecuted)
  failures=$(tests_that Failed)
  if [ -n "$skipped" ]; then
    say 'Skipped, which counts as failed:'
    printf '%s\n' "$skipped"
  fi
  if [ -n "$failures" ]; then
    say 'Failed, with the first lines of what each said:'
    printf '%s\n' "$failures"
  fi
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    say 'The run ended early, which counts as one failed; see above.'
    failed=1
  elif [ "$((passed + failed))" -eq 0 ]; then
    say 'No test ran.'
  fi
}

case ${1-} in
  -h | --help)
    usage
    exit 0
    ;;
  --faults)
    shift
    export EVENTBUS_FAULTS_MINUTES=30 EVENTBUS_FAULTS_SEED=1 EVENTBUS_FAULTS_REPORT=$results/faults.txt
    while [ "$#" -gt 0 ]; do
      case $1 in
        --minutes) EVENTBUS_FAULTS_MINUTES=${2:?--minutes needs a number} ;;
        --seed) EVENTBUS_FAULTS_SEED=${2:?--seed needs a number} ;;
        *) usage >&2; exit 64 ;;
      esac
      shift 2
    done
    set -- --filter FullyQualifiedName~FaultTests
    ;;
esac

trap finish EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
command -v dotnet >/dev/null || die 'The .NET SDK is not installed; global.json says which: https://dot.net/download'
install_missing
install_missing
install_npm_packages
say 'Building'
dotnet build "$root/EventBus.sln" -c Release || die 'The build failed; no test ran.'
say 'Testing'
mkdir -p "$results"
rm -f "$results/faults.txt"
run_tests "$@"
if [ -f "$results/faults.txt" ]; then
  cat "$results/faults.txt"
fi
