#!/bin/sh
# Prints the path of a directory with Debian's musl 1.2.3: x86_64/lib/ld-musl-x86_64.so.1 and aarch64/lib/ld-musl-aarch64.so.1.
# Not installed: with a root directory around it, it stands for an Alpine; that for arm64 goes to qemu.
# Usage: fetch-loaders.sh [--cached]    --cached: only what was fetched before; nothing and status 1 without
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/keep.sh"
keep musl-loaders "${1:-}" "$0" "$here/debian/unpack-package.sh"
for machine in x86_64:amd64 aarch64:arm64; do
  "$here/debian/unpack-package.sh" bookworm "${machine#*:}" musl "$work/${machine#*:}"
  mkdir -p "$work/loaders/${machine%:*}/lib"
  cp -L "$work/${machine#*:}/lib/ld-musl-${machine%:*}.so.1" "$work/loaders/${machine%:*}/lib/"
done
keep_as_is "$work/loaders"
