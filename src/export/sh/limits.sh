opp_list='' opp_pid='' opp_cpus='' opp_quota='' opp_ours=''
while read -r opp_name opp_value || [ -n "$opp_name" ]; do
  case $opp_name in Pid:) opp_pid=$opp_value ;; Cpus_allowed_list:) opp_list=$opp_value && break ;; esac
done 2>/dev/null <@@/proc/self/status
! opp_count "$opp_list" || opp_cpus=$opp_n
opp_find cpu
opp_line=''
[ -z "$opp_quota" ] || while read -r opp_rest || [ -n "$opp_rest" ]; do
  opp_line="$opp_line $opp_rest"
done 2>/dev/null <@@/proc/self/stat
# shellcheck disable=SC2086 # fields after the name, which may have line breaks
! opp_is_realtime ${opp_line##*\)} || opp_quota=''
