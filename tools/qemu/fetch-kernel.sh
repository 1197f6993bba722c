#!/bin/sh
# Prints the path of a kernel for the guest: Debian's cloud kernel, taken out of its package, not installed.
# Usage: fetch-kernel.sh [--cached]    --cached: only one that was fetched before; nothing and status 1 without
set -eu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool/kernel"
find_kernel() { find "$cache/boot" -name 'vmlinuz-*' 2>/dev/null | sort | tail -n 1; }

kernel=$(find_kernel)
if [ -z "$kernel" ] && [ "${1:-}" != --cached ]; then
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9]\)/\1/p' | head -n 1)
  (cd "$work" && apt-get -q -o APT::Sandbox::User=root download "${package:?no package linux-image-cloud-amd64 is known to apt}" >&2)
  dpkg -x "$work"/linux-image-*.deb "$work/unpacked"
  # Only the kernel itself: the guest needs no modules. The rename makes it appear whole or not at all.
  mkdir "$work/boot"
  mv "$work"/unpacked/boot/vmlinuz-* "$work/boot/"
  mv -T "$work/boot" "$cache/boot" 2>/dev/null || true
  kernel=$(find_kernel)
fi
[ -n "$kernel" ] || exit 1
echo "$kernel"
