#!/bin/sh
# Unpacks a Debian package of another release or architecture; the system learns of neither.
# Usage: unpack-package.sh RELEASE ARCHITECTURE PACKAGE DIRECTORY    from where this machine has its own packages
set -eu
[ $# -eq 4 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' | head -n 1)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [arch=$2 signed-by=$keys] ${site:?apt has no source of packages} $1 main" >"$work/sources.list"
apt() {
  apt-get -q -o APT::Architectures="$2" -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State="$work/state" -o Dir::Cache="$work/cache" -o Dir::State::status=/var/lib/dpkg/status \
    -o APT::Sandbox::User=root "$1" ${3:+"$3"} >&2
}
apt update "$2"
(cd "$work" && apt download "$2" "$3:$2")
dpkg -x "$work"/*.deb "$4"
