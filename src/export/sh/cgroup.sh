# opp_take DIRECTORY: the quota of a cgroup, if it is a number. The smallest is in opp_quota, in billionths of a CPU.
# With the controller cpuset: how many CPUs the first cgroup with some has, in opp_group.
opp_take() {
  if [ "$opp_controller" = cpuset ]; then
    case $opp_type in cgroup) set -- "$1/cpuset.effective_cpus" "$1/cpuset.cpus" ;; *) set -- "$1/cpuset.cpus.effective" ;; esac
    for opp_file in "$@"; do
      [ -n "$opp_group" ] || ! read -r opp_line <"$opp_file" || ! opp_count "$opp_line" || opp_group=$opp_n
    done 2>/dev/null
    return
  fi
  opp_us='' opp_period=''
  case $opp_type in
    cgroup) read -r opp_us <"$1/cpu.cfs_quota_us"; read -r opp_period <"$1/cpu.cfs_period_us" ;;
    cgroup2) read -r opp_us opp_period opp_line <"$1/cpu.max"; opp_period=${opp_period:-100000} ;;
  esac 2>/dev/null
  if ! opp_number "$opp_period" || ! opp_period=$opp_n || ! opp_number "$opp_us"; then return 0; fi
  if [ "$opp_n" = 0 ] || [ "$opp_period" = 0 ] || [ $((opp_n / opp_period)) -gt 65536 ]; then return 0; fi
  while [ "$opp_period" -gt 9000000000 ]; do opp_n=$((opp_n / 10)) opp_period=$((opp_period / 10)); done
  opp_n=$((1000000000 * (opp_n / opp_period) + 1000000000 * (opp_n % opp_period) / opp_period))
  [ "$opp_n" -ge "${opp_quota:-65536000000001}" ] || opp_quota=$opp_n
}
# opp_search: our cgroup by our process id, where /proc does not name what is between it and the mount.
opp_search() {
  opp_glob='' opp_rest=$opp_root$opp_path
  while [ -n "$opp_pid" ] && [ ${#opp_glob} -le 16 ]; do
    for opp_file in "@@$opp_at"$opp_glob/cgroup.procs; do
      opp_own=${opp_file#"@@$opp_at"} opp_own=${opp_own%/cgroup.procs}
      while read -r opp_line; do [ "$opp_line" != "$opp_pid" ] || return 0; done 2>/dev/null <"$opp_file"
    done
    [ -n "$opp_rest" ] || return
    opp_rest=${opp_rest%/*} opp_glob=$opp_glob'/*'
  done
  return 1
}
# opp_unescape TEXT: without the octal numbers that mountinfo writes for blanks, in opp_text.
opp_unescape() {
  opp_text='' opp_rest=$1
  while case $opp_rest in *\\*) ;; *) false ;; esac; do
    opp_text=$opp_text${opp_rest%%\\*} opp_rest=${opp_rest#*\\}
    case $opp_rest in 040*) set -- ' ' ;; 011*) set -- '	' ;; 043*) set -- '#' ;; 134*) set -- \\ ;; *) set -- '
' ;; esac
    opp_text=$opp_text$1 opp_rest=${opp_rest#???}
  done
  opp_text=$opp_text$opp_rest
}
# opp_mount: a line of mountinfo, in opp_root, opp_at and opp_rest. Takes the quotas of our cgroup and its ancestors there.
opp_mount() {
  case ${opp_rest#* - } in cgroup\ * | cgroup2\ *) opp_mounted=yes ;; esac
  case "$opp_type:${opp_rest#* - } " in cgroup2:cgroup2\ * | cgroup:cgroup\ *[\ ,]"$opp_controller"[\ ,]*) ;; *) return 0 ;; esac
  [ -n "$opp_path" ] || return 0
  opp_unescape "$opp_root" && opp_root=${opp_text%/}
  opp_unescape "$opp_at" && opp_at=${opp_text%/}
  case $opp_path/ in "$opp_root"/*) opp_own=${opp_path#"$opp_root"} ;; *) opp_own=/.. ;; esac
  opp_own=${opp_own%/}
  case $opp_own/ in */../*) opp_search || return 0 ;; esac
  [ -z "$opp_own" ] || [ -e "@@$opp_at$opp_own" ] || return 0
  while opp_take "@@$opp_at$opp_own" && [ -n "$opp_own" ]; do opp_own=${opp_own%/*}; done
}
# opp_find CONTROLLER: takes what our cgroups have of it. The v1 hierarchy with the controller has it; without one it is in v2.
opp_find() {
  opp_controller=$1 opp_v1='' opp_v2='' opp_mounted=''
  while IFS= read -r opp_line || [ -n "$opp_line" ]; do
    opp_rest=${opp_line#*:} opp_path=${opp_line#*:*:}
    case $opp_path in /*) opp_number "${opp_line%%:*}" || continue ;; *) continue ;; esac
    case $opp_n,${opp_rest%%:*}, in 0,,) : "${opp_v2:=$opp_path}" ;; [1-9]*,"$1",*) : "${opp_v1:=$opp_path}" ;; esac
  done 2>/dev/null <@@/proc/self/cgroup
  opp_type=cgroup opp_path=$opp_v1
  [ -n "$opp_v1" ] || opp_type=cgroup2 opp_path=$opp_v2
  while read -r opp_line opp_line opp_line opp_root opp_at opp_rest || [ -n "$opp_line" ]; do
    case $opp_rest in *' - cgroup'*) opp_mount ;; esac
  done 2>/dev/null <@@/proc/self/mountinfo
  opp_root=/ opp_at=/sys/fs/cgroup opp_rest='rw - cgroup2 cgroup2 rw'
  [ -n "$opp_mounted" ] || [ ! -e @@/sys/fs/cgroup/cgroup.controllers ] || opp_mount
}
# opp_is_realtime FIELD...: of /proc/self/stat. The quota does not hold for real-time policies.
opp_is_realtime() { [ $# -ge 39 ] && shift 38 && case $1 in 1 | 2 | 6) ;; *) false ;; esac; }
