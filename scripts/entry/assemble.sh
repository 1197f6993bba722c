#!/bin/sh
# Writes NAME.bin from NAME.s. Needs binutils, and for arm64 binutils-aarch64-linux-gnu.
# Usage: scripts/entry/assemble.sh [DIR]   into DIR instead of beside the sources
set -eu
here=$(dirname "$0")
into=${1:-$here}
object=$(mktemp)
for machine in x64: arm64:aarch64-linux-gnu-; do
  tools=${machine#*:}
  name=${machine%%:*}
  "${tools}as" "$here/$name.s" -o "$object"
  "${tools}objcopy" -O binary -j .text "$object" "$into/$name.bin"
done
rm "$object"
