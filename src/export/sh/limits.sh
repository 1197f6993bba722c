opp_list='' opp_pid='' opp_cpus='' opp_v1='' opp_v2='' opp_quota='' opp_mounted='' opp_kept=''
while read -r opp_name opp_value || [ -n "$opp_name" ]; do
  case $opp_name in Pid:) opp_pid=$opp_value ;; Cpus_allowed_list:) opp_list=$opp_value && break ;; esac
done 2>/dev/null <@@/proc/self/status
! opp_count "$opp_list" || opp_cpus=$opp_n
while IFS= read -r opp_line || [ -n "$opp_line" ]; do
  opp_rest=${opp_line#*:} opp_path=${opp_line#*:*:}
  case $opp_path in /*) opp_number "${opp_line%%:*}" || continue ;; *) continue ;; esac
  case $opp_n,${opp_rest%%:*}, in 0,,) : "${opp_v2:=$opp_path}" ;; [1-9]*,cpu,*) : "${opp_v1:=$opp_path}" ;; esac
done 2>/dev/null <@@/proc/self/cgroup
# The v1 hierarchy with the cpu controller has the quota; without one it is in v2.
opp_type=cgroup opp_path=$opp_v1
[ -n "$opp_v1" ] || opp_type=cgroup2 opp_path=$opp_v2
while read -r opp_line opp_line opp_line opp_root opp_at opp_rest || [ -n "$opp_line" ]; do
  case $opp_rest in *' - cgroup'*) opp_mount ;; esac
done 2>/dev/null <@@/proc/self/mountinfo
opp_root=/ opp_at=/sys/fs/cgroup opp_rest='rw - cgroup2 cgroup2 rw'
[ -n "$opp_mounted" ] || [ ! -e @@/sys/fs/cgroup/cgroup.controllers ] || opp_mount
[ -z "$opp_quota" ] || read -r opp_line 2>/dev/null <@@/proc/self/stat
# shellcheck disable=SC2086 # fields behind the name
! opp_is_realtime ${opp_line##*\)} || opp_quota=''
