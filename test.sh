#!/usr/bin/env bash
# Installs what the tests need, builds with warnings as errors, checks the format and runs every test: C#, TypeScript,
# browser, end to end. Ends with the sum of all of it: "N passed, N failed" (a step that fails counts as one failure).
#
#   ./test.sh              everything
#   ./test.sh EndToEnd     only the test projects whose name contains this
#   CI=true ./test.sh      asks nothing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly only="${1:-}"
readonly longest_step=1200 # seconds that one step may take
readonly longest_test=4m   # how long a single test may hang
readonly results="$PWD/artifacts/test-results"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

passed=0
failed=0

have() { command -v "$1" > /dev/null 2>&1; }

fail() {
  printf 'FAILED: %s\n' "$*"
  failed=$((failed + 1))
}

finish() {
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0)) || exit 1
  exit 0
}

# --- what the tests need -------------------------------------------------------------------------------------------

install_missing() {
  if ! have dotnet; then
    echo 'The tests need the .NET SDK 10 (https://dotnet.microsoft.com/download/dotnet/10.0), which this machine lacks.'
    return 1
  fi

  local missing=() packages=()
  have redis-server || { missing+=(redis-server); packages+=(redis-server); }
  have chromium || have chromium-browser || have google-chrome || { missing+=(chromium); packages+=(chromium); }
  have nginx || { missing+=(nginx); packages+=(nginx-light); }
  have haproxy || { missing+=(haproxy); packages+=(haproxy); }
  have python3 || { missing+=(python3); packages+=(python3); }
  have node || { missing+=('node (20 or later)'); packages+=(nodejs); }
  have clang || have gcc || { missing+=('a C compiler'); packages+=(clang zlib1g-dev); } # links the native console of samples/
  have npm || { missing+=(npm); packages+=(npm); }
  ((${#missing[@]} > 0)) || return 0

  local names
  names="$(printf '%s, ' "${missing[@]}")"
  echo "The tests need ${names%, }, which this machine lacks."
  if ! have apt-get; then
    echo "Install it with this machine's package manager and start again, for example:"
    echo '  brew install redis node nginx haproxy python llvm && brew install --cask google-chrome'
    echo '  dnf install redis nodejs nginx haproxy python3 chromium clang'
    return 1
  fi

  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet)
  if ((EUID != 0)); then
    have sudo || { echo "As root: apt-get install ${packages[*]}"; return 1; }
    apt=(sudo "${apt[@]}")
  fi
  echo "Installing with apt-get: ${packages[*]}"
  if [[ "${apt[0]}" == sudo && "${CI:-}" != true ]]; then
    local answer=''
    read -r -p 'Run apt-get with sudo? [y/N] ' answer || true
    [[ "$answer" == [yY]* ]] || { echo 'Nothing was installed.'; return 1; }
  fi
  "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${packages[@]}"
}

# --- steps ---------------------------------------------------------------------------------------------------------

begin() {
  printf '\n== %s\n' "$*"
  started_at=$SECONDS
}

took() { printf '   took %d s\n' "$((SECONDS - started_at))"; }

bounded() { timeout --kill-after=10 "$longest_step" "$@"; }

must() { # must <what> <command>: a step without tests of its own
  local what="$1"
  shift
  begin "$what"
  bounded "$@" || fail "$what"
  took
}

# Adds a runner's own sums to ours, and does not believe them blindly.
count() { # count <runner> <its exit status> <total> <passed> <failed>
  local name="$1" status="$2" total="$3" good="$4" bad="$5"
  took
  if [[ -z "$total" || -z "$good" || -z "$bad" ]]; then
    fail "$name left no results (exit status $status)"
    return
  fi

  printf '   %s: %d tests, %d passed, %d failed\n' "$name" "$total" "$good" "$bad"
  passed=$((passed + good))
  failed=$((failed + bad))
  if ((total == 0)); then
    fail "$name ran no test"
  elif ((good + bad != total)); then
    fail "$name: $((total - good - bad)) of $total tests did not run"
  elif ((status != 0 && bad == 0)); then
    fail "$name ended with exit status $status, though no test failed"
  fi
}

counter() { # counter <name> <trx>: an attribute of its line <Counters …>
  { grep -h -m 1 '<Counters ' "$2" 2> /dev/null || true; } | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"
}

dotnet_test() { # dotnet_test <project> <name>: runs a project's tests
  bounded dotnet test "$1" --no-build -m:1 --results-directory "$results/$2" \
    --logger "trx;LogFileName=$2.trx" --logger 'console;verbosity=minimal' \
    --blame-hang-timeout "$longest_test" --blame-hang-dump-type none
}

count_dotnet_tests() { # count_dotnet_tests <name> <exit status>
  local trx="$results/$1/$1.trx"
  count "$1" "$2" "$(counter total "$trx")" "$(counter passed "$trx")" "$(counter failed "$trx")"
}

run_dotnet_tests() {
  local name status=0
  name="$(basename "$1" .csproj)"
  begin "$name"
  dotnet_test "$1" "$name" || status=$?
  count_dotnet_tests "$name" "$status"
}

# Runs a project that mostly waits while other steps run: begin_beside starts it, end_beside waits for it and counts its tests.
begin_beside() { # begin_beside <project>
  beside_name="$(basename "$1" .csproj)"
  beside_began=$SECONDS
  mkdir -p "$results/$beside_name"
  dotnet_test "$1" "$beside_name" > "$results/$beside_name/output.txt" 2>&1 < /dev/null &
  beside=$!
}

end_beside() {
  local status=0
  begin "$beside_name, which ran beside the others"
  wait "$beside" || status=$?
  cat "$results/$beside_name/output.txt"
  printf '   took %d s in all\n' "$((SECONDS - beside_began))"
  count_dotnet_tests "$beside_name" "$status"
}

tap_sum() { # tap_sum <pattern> <tap>: the sum of the closing lines "# pattern N"; nothing when there is none
  awk -v "wanted=^# ($1) [0-9]+\$" '$0 ~ wanted { sum += $3; found = 1 } END { if (found) print sum }' "$2"
}

# The client's bundles are committed: building Web needs no npm. Here they are built again and compared.
check_client() {
  must 'The client: types, bundles as committed, sizes' npm --prefix Web/Client run check
  must 'Modules of the client, for its tests' node Web/Client/build.mjs --modules
}

# What npm would publish, and what its tests take to open it.
pack_client() {
  must 'The npm package, packed' npm --prefix Web/Client run pack
  must 'Tools of its tests' npm --prefix tests/Web.Package.Tests ci
}

run_node_tests() {
  local folder="$1" name tap status=0 files=()
  name="$(basename "$folder")"
  tap="$results/$name/$name.tap"
  begin "$name"
  mapfile -t files < <(find "$folder" -type f -name '*.test.*js' -not -path '*/node_modules/*' | sort)
  mkdir -p "$results/$name"
  : > "$tap"
  if ((${#files[@]} > 0)); then
    bounded node --test --test-reporter=tap "${files[@]}" > "$tap" || status=$?
    ((status == 0)) || cat "$tap"
  fi
  count "$name" "$status" "$(tap_sum tests "$tap")" "$(tap_sum pass "$tap")" "$(tap_sum 'fail|cancelled' "$tap")"
}

# --- all of it -----------------------------------------------------------------------------------------------------

install_missing || { fail 'something that the tests need is missing'; finish; }
rm -rf "$results"

[[ Web.Client.Tests != *"$only"* && Web.Package.Tests != *"$only"* ]] || must 'Tools of the client' npm --prefix Web/Client ci
[[ Web.Client.Tests != *"$only"* ]] || check_client
[[ Web.Package.Tests != *"$only"* ]] || pack_client
must 'Build' dotnet build PipelineAspire.sln --nologo --verbosity quiet -m:1 -nodeReuse:false
((failed == 0)) || finish
[[ -n "$only" ]] || must 'Format' dotnet format PipelineAspire.sln --verify-no-changes --no-restore

matching() { find tests -mindepth 2 -maxdepth 2 -name "$1" -path "*$only*" | sort; }

is_one_of() { # is_one_of <project> <name>...
  local project="$1" name
  shift
  for name in "$@"; do [[ "$project" == *"/$name.csproj" ]] && return 0; done
  return 1
}

# What mostly waits (for leases, for time that is promised) runs beside the others. What starts a whole AppHost, and what measures memory
# and processor time, runs afterwards, alone.
readonly waits=StatusStream.Sharing.Tests
readonly alone=(EndToEnd.Tests StatusStream.Guard.Tests StatusStream.Fuzz.Tests)
runners=0
if [[ -z "$only" ]]; then
  begin_beside "tests/$waits/$waits.csproj"
  runners=$((runners + 1))
fi
while IFS= read -r project; do
  [[ -z "$only" ]] && is_one_of "$project" "$waits" "${alone[@]}" && continue
  runners=$((runners + 1))
  run_dotnet_tests "$project" < /dev/null
done < <(matching '*.Tests.csproj')
while IFS= read -r package; do
  runners=$((runners + 1))
  run_node_tests "$(dirname "$package")" < /dev/null
done < <(matching package.json)
if [[ -z "$only" ]]; then
  end_beside
  for name in "${alone[@]}"; do
    runners=$((runners + 1))
    run_dotnet_tests "tests/$name/$name.csproj" < /dev/null
  done
fi
((runners > 0)) || fail "no test project matches '$only'"

finish
