#!/bin/sh
# Copies what the CPU limits of this process are read from into a directory, for `oneprocpool plan --root DIR`:
# as a support bundle of another machine, or as a fixture in test/fixtures/hosts. Needs only POSIX tools (busybox).
# Usage: capture-host.sh DIR
#
# Only lines about CPUs and cgroups are kept: no user ids, no command names, no other mounts, no other process ids.
set -u
out=${1:?usage: capture-host.sh DIR}
proc=$out/proc/self
mkdir -p "$proc" "$out/sys/devices/system/cpu"

grep -E '^(Pid|Cpus_allowed|Cpus_allowed_list):' "/proc/$$/status" > "$proc/status"
cat "/proc/$$/cgroup" > "$proc/cgroup"
grep -E ' - (cgroup2?|sysfs|proc) | /sys/fs/cgroup ' "/proc/$$/mountinfo" > "$proc/mountinfo"
sed 's/(.*)/(sh)/' "/proc/$$/stat" > "$proc/stat"

copy() { # copy FILE: the text of one kernel file, if it can be read
  if [ -r "$1" ]; then
    mkdir -p "$out${1%/*}"
    cat "$1" > "$out$1" 2> /dev/null || rm -f "$out$1"
  fi
}

for file in /sys/devices/system/cpu/online /sys/devices/system/cpu/smt/active \
  /sys/devices/system/cpu/cpu[0-9]*/topology/core_cpus_list \
  /sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list \
  /sys/devices/system/cpu/cpu[0-9]*/topology/core_id \
  /sys/devices/system/cpu/cpu[0-9]*/topology/physical_package_id; do
  copy "$file"
done

# For the mounts of the cpu and memory controllers: our cgroup and what is above it, to at most 6 levels.
copy_cgroup() { # copy_cgroup DIRECTORY
  for name in cpu.max cpu.cfs_quota_us cpu.cfs_period_us memory.max memory.limit_in_bytes cgroup.controllers; do
    copy "$1/$name"
  done
  mkdir -p "$out$1"
  grep -x "$$" "$1/cgroup.procs" > "$out$1/cgroup.procs" 2> /dev/null || true
}

sed -n -E 's/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ ([^ ]+) .* - (cgroup2 .*|cgroup .*[ ,](cpu|memory)(,.*)?)$/\1/p' "$proc/mountinfo" | sort -u |
  while read -r escaped; do
    mount=$(printf '%b' "$(printf '%s' "$escaped" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')")
    [ -e "$mount/cgroup.procs" ] || continue
    copy_cgroup "$mount"
    directory=$(find "$mount" -maxdepth 6 \( -name cgroup.threads -o -name tasks \) -exec grep -lx "$$" {} + 2> /dev/null |
      head -n 1)
    directory=${directory%/*}
    while [ "${#directory}" -gt "${#mount}" ]; do
      copy_cgroup "$directory"
      directory=${directory%/*}
    done
  done
