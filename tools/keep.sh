# shellcheck shell=sh
# Sourced by scripts that fetch something once and print its path: below the cache, named by what decides its content.

# keep NAME OPTION FILE...: prints the path and ends when it is there; when it is not, `--cached` ends with status 1.
# Else $kept is where it belongs, and $work a directory beside it that goes with the script.
keep() {
  keep_cache="${XDG_CACHE_HOME:-$HOME/.cache}/oneprocpool"
  keep_name=$1 keep_option=$2
  shift 2
  kept="$keep_cache/$keep_name-$(cat "$@" | sha256sum | cut -c1-16)"
  if [ -e "$kept" ]; then
    echo "$kept"
    exit
  fi
  [ "$keep_option" != --cached ] || exit 1
  mkdir -p "$keep_cache"
  work=$(mktemp -d "$keep_cache/$keep_name.XXXXXX")
  trap 'rm -rf "$work"' EXIT
}

# keep_as_is PATH: puts it where it belongs and prints that. The rename makes it appear whole or not at all.
keep_as_is() {
  mv -T "$1" "$kept" 2>/dev/null || [ -e "$kept" ]
  echo "$kept"
}
