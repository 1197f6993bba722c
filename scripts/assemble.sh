#!/bin/sh
# Writes NAME.bin from NAME.s in a folder beside this. Needs binutils, and for arm64 binutils-aarch64-linux-gnu.
# Usage: scripts/assemble.sh FOLDER [DIR]   into DIR instead of beside the sources
set -eu
sources=$(dirname "$0")/$1
into=${2:-$sources}
object=$(mktemp)
for machine in x64: arm64:aarch64-linux-gnu-; do
  tools=${machine#*:}
  name=${machine%%:*}
  "${tools}as" "$sources/$name.s" -o "$object"
  "${tools}objcopy" -O binary -j .text "$object" "$into/$name.bin"
done
rm "$object"
