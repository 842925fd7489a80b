# shellcheck shell=bash
# What the scripts share: where things lie, which compiler is used, how long steps show progress. Sourced, never run.
#
# Everything that is built lies outside the checkout, in the user's cache directory, so that `run`, `test` and CI share
# one warm tree. CARGO_TARGET_DIR moves it.

set -euo pipefail
exec </dev/null # nothing here ever waits for an answer

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/patchbay
TOOLS=$CACHE/tools
cd "$ROOT"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR=$ROOT/$CARGO_TARGET_DIR
export LEPTOS_SITE_ROOT=$CARGO_TARGET_DIR/site # written by cargo-leptos, served by `patchbay`
export PATCHBAY_BIN=$CARGO_TARGET_DIR/debug/patchbay
export PATCHBAY_PYTHON=$ROOT/.venv/bin/python
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 # the machine's own Chromium is used

NODE_HOME=$TOOLS/node/node_modules/node-linux-$([[ $(uname -m) == aarch64 ]] && echo arm64 || echo x64)
PATH=$TOOLS/bin:$ROOT/node_modules/.bin:$NODE_HOME/bin:$PATH:$HOME/.cargo/bin
export PATH

CHILD= # process group of what runs now
LOG=   # and its output

# An interrupted script ends what it has running. Subshells that run something must call this themselves.
mind_signals() {
  trap 'stop_child; exit 130' INT
  trap 'stop_child; exit 143' TERM
}
mind_signals

say() { printf '%s\n' "$@" >&2; } # a line each
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE WANT: is version HAVE not older than WANT?
at_least() { printf '%s\n%s\n' "$2" "$1" | sort --version-sort --check=quiet; }

elapsed() { printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); }

# in_group COMMAND..: runs it in a process group of its own, which `stop_child` can end as a whole.
in_group() {
  local status=0
  set -m
  "$@" &
  CHILD=$!
  set +m
  wait "$CHILD" || status=$?
  CHILD=
  return "$status"
}

stop_child() {
  [[ -z $CHILD ]] || kill -TERM -- "-$CHILD" 2>/dev/null || true
  [[ -z $LOG ]] || rm -f "$LOG"
  CHILD=
}

# progress WHAT COMMAND..: runs it, shows every ten seconds how long it has taken and its last line; shows its output
# only if it fails.
progress() {
  local what=$1 started=$SECONDS told=$SECONDS status=0 last
  shift
  LOG=$(mktemp "${TMPDIR:-/tmp}/patchbay-log.XXXXXX")
  say "$what"
  set -m # as in_group
  "$@" >"$LOG" 2>&1 &
  CHILD=$!
  set +m
  while kill -0 "$CHILD" 2>/dev/null; do
    sleep 0.1
    if ((SECONDS - told >= 10)); then
      told=$SECONDS
      last=$(tail -n 1 "$LOG" | tr -d '\r' | sed 's/^ *//' | cut -c 1-100)
      say "  $(elapsed $((SECONDS - started)))  ${last:-...}"
    fi
  done
  wait "$CHILD" || status=$?
  CHILD=
  ((status == 0)) || grep -vE '^ +(Adding|Checking|Compiling|Downloaded|Downloading) ' "$LOG" >&2 || true
  ((SECONDS - started < 2)) || say "  $( ((status == 0)) && echo done || echo failed) after $(elapsed $((SECONDS - started)))"
  rm -f "$LOG"
  LOG=
  return "$status"
}

# The value of a line `name = "value"` in a manifest.
manifest_value() { sed -n "s/^$2 = \"\\([^\"]*\\)\".*/\\1/p" "$1" | head -n 1; }

# usable_toolchain NAME: a compiler that is new enough and has a standard library for the browser?
usable_toolchain() {
  local version libdir
  version=$(RUSTUP_TOOLCHAIN=$1 rustc --version 2>/dev/null | cut -d ' ' -f 2) || return 1
  at_least "${version:-0}" "$(manifest_value Cargo.toml rust-version)" || return 1
  libdir=$(RUSTUP_TOOLCHAIN=$1 rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) || return 1
  compgen -G "$libdir/libstd-*.rlib" >/dev/null || return 1
  # One that scripts/setup built belongs to one version of the compiler.
  [[ ! -f $libdir/.built-by || $(<"$libdir/.built-by") == "$(RUSTUP_TOOLCHAIN=$1 rustc --version)" ]]
}

# One compiler for server and browser: rustup's stable where it has the wasm target, else Debian's, linked as `debian`.
use_toolchain() {
  local name
  for name in stable debian; do
    if usable_toolchain "$name"; then
      export RUSTUP_TOOLCHAIN=$name
      return 0
    fi
  done
  return 1
}

# The directory of PostgreSQL's server programs, 15 or newer.
postgres_bin() {
  local dir version
  for dir in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /)")"; do
    [[ -x $dir/initdb && -x $dir/postgres && -x $dir/psql ]] || continue
    version=$("$dir/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    ((version >= 15)) && printf '%s\n' "$dir" && return 0
  done
  return 1
}

chromium_path() {
  local name
  for name in "${CHROMIUM:-}" /usr/bin/chromium chromium chromium-browser google-chrome; do
    [[ -n $name ]] && have "$name" && command -v "$name" && return 0
  done
  return 1
}

# What the browser's half is made from. The checkout's path is part of it: addresses of server functions depend on it.
front_fingerprint() {
  {
    printf '%s\n' "$ROOT"
    rustc --version
    find app style public Cargo.toml Cargo.lock package-lock.json .cargo/config.toml scripts/bundle.mjs -type f -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d ' ' -f 1
}

# WebAssembly, JavaScript, stylesheet and static files, into LEPTOS_SITE_ROOT. Left out when nothing it is made from changed.
build_front() {
  local stamp=$CARGO_TARGET_DIR/front.stamp fingerprint
  fingerprint=$(front_fingerprint)
  [[ -f $stamp && $(<"$stamp") == "$fingerprint" && -f $LEPTOS_SITE_ROOT/pkg/patchbay.wasm ]] && return 0
  rm -f "$stamp"
  progress "Building the browser's half (5 minutes the first time)" cargo leptos build --release --frontend-only --split
  node scripts/bundle.mjs "$LEPTOS_SITE_ROOT/pkg"
  printf '%s\n' "$fingerprint" >"$stamp"
}

# The whole workspace in one call, so that dependencies are compiled once, with one set of features.
build_server() {
  progress "Building the server (15 minutes the first time)" cargo build --workspace --bins
}
