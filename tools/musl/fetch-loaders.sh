#!/bin/sh
# Prints the path of a directory with Debian's musl 1.2.3: x86_64/lib/ld-musl-x86_64.so.1 and aarch64/lib/ld-musl-aarch64.so.1.
# Not installed: with a root directory around it, it stands for an Alpine; that for arm64 goes to qemu.
# Usage: fetch-loaders.sh [--cached]    --cached: only what was fetched before; nothing and status 1 without
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool"
loaders="$cache/musl-loaders-$(cat "$0" "$here/debian/unpack-package.sh" | sha256sum | cut -c1-16)"

if [ ! -e "$loaders" ]; then
  [ "${1:-}" != --cached ] || exit 1
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/musl-loaders.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  for machine in x86_64:amd64 aarch64:arm64; do
    "$here/debian/unpack-package.sh" bookworm "${machine#*:}" musl "$work/${machine#*:}"
    mkdir -p "$work/loaders/${machine%:*}/lib"
    cp -L "$work/${machine#*:}/lib/ld-musl-${machine%:*}.so.1" "$work/loaders/${machine%:*}/lib/"
  done
  # The rename makes it appear whole or not at all.
  mv -T "$work/loaders" "$loaders" 2>/dev/null || [ -e "$loaders" ]
fi
echo "$loaders"
