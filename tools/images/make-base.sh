#!/bin/sh
# Prints the path of a root file system, as tar: Debian 12 with Python and without Node.js, on which tests build images.
# Usage: make-base.sh [--cached]    --cached: only one that was made before; nothing and status 1 without
# Made once, by debootstrap as root; the name holds a sum of this file, so that a change of it makes another.
set -eu
suite=bookworm
packages=python3,python3-venv,libgomp1
cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool"
base="$cache/base-$(sha256sum "$0" | cut -c1-16).tar"

if [ ! -e "$base" ]; then
  [ "${1:-}" != --cached ] || exit 1
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/base.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  debootstrap --variant=minbase --include="$packages" "$suite" "$work/root" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
  # What an image has no use for.
  (cd "$work/root" && rm -rf var/cache/apt var/lib/apt/lists usr/share/doc usr/share/man usr/share/locale usr/share/info var/log/*)
  tar -C "$work/root" -cf "$work/base.tar" .
  # The rename makes it appear whole or not at all.
  rm -f "$cache"/base-*.tar
  mv "$work/base.tar" "$base"
fi
echo "$base"
