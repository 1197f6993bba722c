#!/bin/sh
# Prints the path of a directory with Debian's musl, of 1.2.3: x86_64/lib/ld-musl-x86_64.so.1 and aarch64/lib/ld-musl-aarch64.so.1.
# Out of the packages, not installed: there is no Alpine to be had, and the one of the other machine goes to qemu.
# Usage: fetch-loaders.sh [--cached]    --cached: only what was fetched before; nothing and status 1 without
set -eu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool"
loaders="$cache/musl-loaders-$(sha256sum "$0" | cut -c1-16)"

if [ ! -e "$loaders" ]; then
  [ "${1:-}" != --cached ] || exit 1
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/musl-loaders.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # Lists of its own: the system shall not know of another architecture afterwards.
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/loaders"
  apt() {
    apt-get -q -o APT::Architectures=amd64,arm64 -o Dir::State="$work/state" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root \
      -o Dir::State::status=/var/lib/dpkg/status "$@" >&2
  }
  apt update
  for machine in x86_64:amd64 aarch64:arm64; do
    (cd "$work" && apt download "musl:${machine#*:}")
    dpkg -x "$work"/musl_*_"${machine#*:}".deb "$work/unpacked"
    mkdir -p "$work/loaders/${machine%:*}/lib"
    cp -L "$work/unpacked/lib/ld-musl-${machine%:*}.so.1" "$work/loaders/${machine%:*}/lib/"
  done
  mv -T "$work/loaders" "$loaders" 2>/dev/null || [ -e "$loaders" ]
fi
echo "$loaders"
