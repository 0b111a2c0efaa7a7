#!/usr/bin/env bash
# Records the drills anew. Debian's own Python, for which Debian packages the driver of PostgreSQL; PYTHON names another.
set -euo pipefail
exec "${PYTHON:-/usr/bin/python3}" -B "$(dirname "$0")" "$@"
