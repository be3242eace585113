#!/usr/bin/env bash
# Runs everything that CI runs. Installs what the tests need from the distribution when it may (root on Debian or Ubuntu);
# what cannot be had is skipped by the tests that need it, each with its reason.
set -uo pipefail
cd "$(dirname "$0")"

say() { printf '== %s\n' "$*"; }

node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=20)?0:1)' 2>/dev/null || {
  echo "Node.js 20.20 or newer is needed." >&2
  exit 69
}

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing locked npm dependencies"
  npm ci --no-audit --no-fund --loglevel=error || exit 69
fi

declare -A package_of=([dockerd]=docker.io [containerd]=containerd [iptables]=iptables [docker-registry]=docker-registry
  [chromium]=chromium [python3]=python3 [curl]=curl [htpasswd]=apache2-utils)
missing=()
for program in "${!package_of[@]}"; do
  command -v "$program" >/dev/null 2>&1 || missing+=("${package_of[$program]}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing from the distribution: ${missing[*]}"
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
      tail -n 15 "$log"
      say "some packages could not be installed; the tests that need them are skipped"
    fi
    rm -f "$log"
  else
    say "not installed, and this user may not install them: ${missing[*]}; the tests that need them are skipped"
  fi
fi

dockerd_pid=
if ! docker info >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v dockerd >/dev/null 2>&1; then
  say "starting Docker Engine for the tests"
  engine_log=$(mktemp)
  dockerd --host unix:///var/run/docker.sock >"$engine_log" 2>&1 &
  dockerd_pid=$!
  for _ in $(seq 1 120); do
    docker version >/dev/null 2>&1 && break
    kill -0 "$dockerd_pid" 2>/dev/null || break
    sleep 0.25
  done
  if ! docker version >/dev/null 2>&1; then
    tail -n 5 "$engine_log"
    say "Docker Engine did not start; the tests that need it are skipped"
  fi
fi
stop_engine() {
  if [ -n "$dockerd_pid" ]; then
    kill "$dockerd_pid" 2>/dev/null
    wait "$dockerd_pid" 2>/dev/null
    rm -f "$engine_log"
  fi
}
trap stop_engine EXIT

node scripts/check.js
status=$?
exit "$status"
