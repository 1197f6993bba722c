#!/bin/sh
# Prints the path of kustomize 5.6 of Debian 13: that in kubectl has no `--enable-exec`.
# Usage: fetch-kustomize.sh [--cached]    --cached: only one that was fetched before; nothing and status 1 without
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool"
kustomize="$cache/kustomize-$(cat "$0" "$here/debian/unpack-package.sh" | sha256sum | cut -c1-16)"

if [ ! -e "$kustomize" ]; then
  [ "${1:-}" != --cached ] || exit 1
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/kustomize.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  "$here/debian/unpack-package.sh" trixie "$(dpkg --print-architecture)" kustomize "$work/unpacked"
  mv "$work/unpacked/usr/bin/kustomize" "$kustomize"
fi
echo "$kustomize"
