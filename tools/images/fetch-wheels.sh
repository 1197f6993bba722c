#!/bin/sh
# Prints the path of a directory with the Python packages of examples/docker, so that tests build them without network.
# Usage: fetch-wheels.sh [--cached]    --cached: only what was fetched before; nothing and status 1 without
set -eu
cd "$(dirname "$0")/../../examples/docker"
. ../../tools/keep.sh
keep wheels "${1:-}" */requirements.txt
# For the Python of the images, which is another than ours.
python3 -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: --python-version 3.11 \
  --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
  --dest "$work/wheels" -r numpy/requirements.txt -r polars/requirements.txt >&2
keep_as_is "$work/wheels"
