#!/usr/bin/env bash
# Writes the lock files: names, versions and hashes for every platform and Python; no addresses, no paths.
#
#   requirements.lock      the library and its tests, and hatchling to install the clone itself
#   requirements-lab.lock  the library and JupyterLab, for an environment of its own
#
# Versions that the old lock holds stay unless UPGRADE=1.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
for candidate in .venv/bin/uv .venv-lock/bin/uv; do
  [ -z "$uv" ] && [ -x "$candidate" ] && uv=$candidate
done
if [ -z "$uv" ]; then
  "${PYTHON:-python3}" -m venv .venv-lock
  .venv-lock/bin/python -m pip install --quiet uv
  uv=.venv-lock/bin/uv
fi

upgrade=()
[ "${UPGRADE:-}" = 1 ] && upgrade=(--upgrade)
compile() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-config ${upgrade[@]+"${upgrade[@]}"} "$@"
}

compile pyproject.toml --extra test --output-file requirements.lock
# What both hold is the same version in both.
echo hatchling | compile pyproject.toml - --extra lab --constraints requirements.lock --output-file requirements-lab.lock

for lock in requirements.lock requirements-lab.lock; do
  if grep -nE '://|^ *-[^-]|^ *--(index|extra|find)|file:| @ ' "$lock"; then
    echo "$lock names an address or a path" >&2
    exit 1
  fi
  echo "$lock: $(grep -c '==' "$lock") packages, $(grep -c 'sha256:' "$lock") hashes"
done
