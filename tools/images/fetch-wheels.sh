#!/bin/sh
# Prints the path of a directory with the Python packages of examples/docker, so that tests build them without network.
# Usage: fetch-wheels.sh [--cached]    --cached: only what was fetched before; nothing and status 1 without
set -eu
cd "$(dirname "$0")/../../examples/docker"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool"
wheels="$cache/wheels-$(cat */requirements.txt | sha256sum | cut -c1-16)"

if [ ! -e "$wheels" ]; then
  [ "${1:-}" != --cached ] || exit 1
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/wheels.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # For the Python of the images, which is another than ours.
  python3 -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: --python-version 3.11 \
    --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
    --dest "$work/wheels" -r numpy/requirements.txt -r polars/requirements.txt >&2
  mv "$work/wheels" "$wheels"
fi
echo "$wheels"
