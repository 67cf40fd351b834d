#!/bin/sh
# Proves the plugins of this folder without our host: prove.sh OUT builds them and the probe of ../Plugins with
# AddressSanitizer and UBSan, and plainly for valgrind where that is installed; runs each case below under both, and
# compares the source in Docs/plugin-guide.md with hello/hello.c. Ends with "N passed, N failed".
set -eu
[ $# -eq 1 ] || { echo "usage: prove.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"
passed=0 failed=0

count() { # count WORDS: the status of the command before decides
  if [ "$result" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $1"; fi
}

# expect STATUS WORDS PROBE-ARGUMENTS...: the probe ends with STATUS, prints WORDS, and no tool complains.
expect() {
  status=$1 words=$2 result=0
  shift 2
  $tool "$built/plugins/probe" "$@" >"$out/stdout" 2>"$out/stderr" || result=$?
  if [ "$result" -eq "$status" ] && grep -qF -- "$words" "$out/stdout"; then
    result=0
  else
    result=1
    tail -n 5 "$out/stdout" "$out/stderr"
  fi
  count "$tool $*"
}

cases() {
  counter=$built/strangers/counter/libcounter.so
  scale=$built/strangers/scale/libscale.so
  positive=$built/strangers/positive/libpositive.so
  unusual=$built/plugins/unusual-batches/libunusual-batches.so
  rows='{"rows": 100, "batch_rows": 10}'

  expect 0 "10 rows in 1 batches, sums 45" "$built/strangers/hello/libhello.so" rows '{}'
  expect 0 "100 rows in 10 batches, sums 4950 2475 10020" "$counter" numbers "$rows"
  expect 0 "0 rows in 0 batches" "$counter" numbers '{"rows": 0}'
  expect 0 "stream: s:u n:l" --scan '{"columns": ["s", "n"], "limit": 15}' "$counter" numbers "$rows"
  expect 0 "15 rows in 2 batches" --scan '{"limit": 15}' "$counter" numbers "$rows"
  expect 0 "100 rows in 10 batches, sums" --scan '{"columns": []}' "$counter" numbers "$rows"
  expect 1 "status -2" --scan '{"columns": ["q"]}' "$counter" numbers "$rows"
  expect 1 "status -2" --scan '{"columns": ["n"' "$counter" numbers "$rows"
  expect 0 'checkpoint: {"next": 30}' --save-after 3 "$counter" numbers "$rows"
  expect 0 "70 rows in 7 batches" --restore '{"next": 30}' "$counter" numbers "$rows"
  expect 1 "status -12" --restore '{"next": ' "$counter" numbers "$rows"
  expect 1 "stream error: status -7" --cancel-after 2 "$counter" numbers "$rows"
  expect 1 '{"path": "/rows"}' "$counter" numbers '{"rows": -5}'
  expect 1 "status -5" "$counter" nothing '{}'

  expect 0 'receipt: {"rows": 100, "bytes": 2230}' \
    "$counter" numbers "$rows" "$counter" pass '{}' "$counter" null '{}'
  expect 0 "100 rows in 10 batches, sums -4950 2475" \
    "$counter" numbers "$rows" "$scale" scale '{"column": "n", "factor": -1}'
  expect 0 "stream: n:g x:g s:u" "$counter" numbers "$rows" "$scale" scale '{"column": "n", "factor": 0.5}'
  expect 1 'does not fit int64' "$counter" numbers "$rows" "$scale" scale '{"column": "n", "factor": 1e15}' \
    "$scale" scale '{"column": "n", "factor": 1e15}' "$counter" null '{}'
  expect 1 '{"path": "/column"}' "$counter" numbers "$rows" "$scale" scale '{"column": "n\u00e9", "factor": 2}'
  expect 0 "133 rows in 20 batches, sums -19840" "$unusual" source '{}' "$scale" scale '{"column": "n", "factor": -2}'
  expect 0 "133 rows in 20 batches, sums 4960" "$unusual" source '{}' "$scale" scale '{"column": "n", "factor": 0.5}'

  expect 0 '"failing_rows": 1,' "$counter" numbers "$rows" "$positive" positive '{"column": "x"}'
  expect 0 "failing: 200000 rows in 4 batches, sums 0 19999900000" "$counter" numbers '{"rows": 200000}' \
    "$scale" scale '{"column": "n", "factor": -1}' "$positive" positive '{"column": "n"}'
  expect 0 '"failing_rows": 0,' "$unusual" source '{}' "$positive" positive '{"column": "n"}'
  expect 1 'neither int64 nor float64' "$counter" numbers "$rows" "$positive" positive '{"column": "s"}'
  expect 1 '{"path": "/column"}' "$counter" numbers "$rows" "$positive" positive '{"column": "absent"}'
}

# under FOLDER FLAGS TOOL
under() {
  built=$out/$1 tool=$3
  OTE_CFLAGS=$2 ./build.sh "$built/strangers"
  OTE_CFLAGS=$2 ../Plugins/build.sh "$built/plugins"
  cases
}

under sanitized "-g -fsanitize=address,undefined -fno-sanitize-recover=undefined" ""
if command -v valgrind >/dev/null; then
  leaks=definite,indirect,possible
  under plain "" "valgrind -q --leak-check=full --errors-for-leak-kinds=$leaks --error-exitcode=99"
else
  echo "prove: valgrind is not installed; its half is left out"
fi

result=0
sed -n '/^```c$/,/^```$/p' ../../../Docs/plugin-guide.md | sed '/^```/d' | diff - hello/hello.c || result=1
count "the C source in Docs/plugin-guide.md is hello/hello.c"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
