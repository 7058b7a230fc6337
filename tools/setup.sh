#!/bin/sh
# Installs what the two commands stand on: Debian packages, then .venv from requirements.lock.
# Safe to run again; does nothing when nothing changed.
set -eu
cd "$(dirname "$0")/.."

# The distribution's own Python is mended with the distribution for as long as that is kept, and its
# build is a good tenth quicker than a plain one; another is taken where it is asked for by name.
python=${PYTHON:-/usr/bin/python3}
[ -n "${PYTHON:-}" ] || "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || python=python3

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Visitline needs Python 3.11 or newer; $python is older. Install python3.11, or run: make setup PYTHON=/path/to/python3.11" >&2
    exit 1
}

missing=""
for package in $(grep -v '^#' system-packages.txt); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "Installing Debian packages:$missing"
    if [ "$(id -u)" = 0 ]; then root=""; elif command -v sudo >/dev/null; then root="sudo"; else
        echo "Run as root, or install sudo, or first install:$missing" >&2
        exit 1
    fi
    $root apt-get update -qq
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

whose() { "$1" -c 'import sys; print(sys.base_prefix, *sys.version_info[:2])' 2>/dev/null || true; }
base=$(whose "$python")
wanted="$(cat requirements.lock setup.cfg pyproject.toml | sha256sum | cut -d' ' -f1) $base"
if [ "$(cat .venv/.visitline-setup 2>/dev/null || true)" = "$wanted" ]; then exit 0; fi
[ "$(whose .venv/bin/python)" = "$base" ] || "$python" -m venv --clear .venv
echo "Installing Python packages into .venv (a minute or two)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$wanted" > .venv/.visitline-setup
