#!/bin/sh
# Prints the path of kustomize 5.6 of Debian 13: that in kubectl has no `--enable-exec`.
# Usage: fetch-kustomize.sh [--cached]    --cached: only one that was fetched before; nothing and status 1 without
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/keep.sh"
keep kustomize "${1:-}" "$0" "$here/debian/unpack-package.sh"
"$here/debian/unpack-package.sh" trixie "$(dpkg --print-architecture)" kustomize "$work/unpacked"
keep_as_is "$work/unpacked/usr/bin/kustomize"
