# Runs inside the guest: makes real cgroups of v2 and prints, for each scenario, one line of JSON:
# {"scenario": NAME, "plan"|"report"|...: what oneprocpool says there}
top=/sys/fs/cgroup
oneprocpool=/app/bin/oneprocpool

# cgroup NAME [CPU.MAX]: a cgroup that hands its controllers on, with a quota or without.
cgroup() {
  mkdir -p "$top/$1"
  [ -z "${2:-}" ] || echo "$2" >"$top/$1/cpu.max"
}
delegate() { echo '+cpu +cpuset +memory' >"$top/$1/cgroup.subtree_control"; }
# inside CGROUP COMMAND...
inside() { (echo 0 >"$top/$1/cgroup.procs" && shift && exec "$@"); }
one_line() { tr -d '\n' | sed 's/  */ /g'; }
say() { printf '{"scenario": "%s", "%s": %s}\n' "$1" "$2" "$3"; }
# plan_in SCENARIO CGROUP [COMMAND that starts the rest...]
plan_in() {
  plan_scenario=$1 plan_cgroup=$2
  shift 2
  plan=$(inside "$plan_cgroup" "$@" "$oneprocpool" plan --json | one_line)
  say "$plan_scenario" plan "${plan:-null}"
}

cgroup free
plan_in 'no limit' free

cgroup parent '150000 100000'
delegate parent
cgroup parent/open
plan_in 'leaf without a limit under a limited parent' parent/open
cgroup parent/above '300000 100000'
plan_in 'leaf above its parent' parent/above
cgroup parent/below '50000 100000'
plan_in 'leaf below its parent' parent/below

cgroup short '125000 50000'
plan_in 'another period' short

cgroup changing '250000 100000'
threads() { inside changing "$oneprocpool" -- sh -c 'echo $OMP_NUM_THREADS'; }
before=$(threads)
# The quota changes while the first command runs; the next start reads it again.
during=$(inside changing "$oneprocpool" -- sh -c "echo '150000 100000' >$top/changing/cpu.max; echo \$OMP_NUM_THREADS")
say 'quota that changes' threads "[$before, $during, $(threads)]"

# Namespaces: the limit is at their root, at an open level below it, and once outside, where nobody inside can see it.
delegate parent/open
cgroup parent/open/leaf
cgroup box '150000 100000'
cgroup box-outside '150000 100000'
delegate box-outside
cgroup box-outside/inner
remount="umount $top && mount -t cgroup2 cgroup2 $top"
plan_in 'cgroup namespace with the limit at its root' box util-linux-unshare -C -m sh -c "$remount && exec \"\$@\"" sh
plan_in 'cgroup namespace, process below its root' box util-linux-unshare -C -m sh -c \
  "$remount && mkdir $top/init && echo 0 >$top/init/cgroup.procs && exec \"\$@\"" sh
plan_in 'cgroup namespace over the mount of the machine' parent/open/leaf util-linux-unshare -C
plan_in 'cgroup namespace below the limit' box-outside/inner util-linux-unshare -C -m sh -c "$remount && exec \"\$@\"" sh
nested="exec util-linux-unshare -C -m sh -c '$remount && exec \"\$@\"' sh \"\$@\""
plan_in 'cgroup namespace in a cgroup namespace' box util-linux-unshare -C -m sh -c "$remount && $nested" sh

cgroup cores
echo 1-2 >$top/cores/cpuset.cpus
plan_in 'cpuset of two cores' cores
echo 2-3 >$top/cores/cpuset.cpus
plan_in 'cpuset of one core' cores
echo 150000 >$top/cores/cpu.max
plan_in 'cpuset and quota' cores

echo 0 >/sys/devices/system/cpu/cpu3/online
plan_in 'CPU 3 offline' free
echo 1 >/sys/devices/system/cpu/cpu3/online

cgroup memory
echo 256M >$top/memory/memory.max
plan_in 'memory limit' memory

# The parent holds the quota and throttles; the leaf counts no throttling of its own.
cgroup slow '50000 100000'
delegate slow
cgroup slow/leaf
busy='end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done; done'
inside slow/leaf "$oneprocpool" -q -w 2 --report /tmp/run.json -- sh -c "$busy"
say 'throttled by the parent' report "$(one_line </tmp/run.json)"
count() { sed -n "s/^$2 //p" "$top/$1/cpu.stat"; }
say 'counts of the kernel' throttled \
  "{\"parent\": $(count slow nr_throttled), \"periods\": $(count slow nr_periods), \"leaf\": $(count slow/leaf nr_throttled)}"
