# opp_core DIRECTORY: the name of opp_cpu's core, in opp_line: the list of its CPUs, else package:core.
opp_core() {
  for opp_file in core_cpus_list thread_siblings_list; do
    read -r opp_line <"$1/$opp_file" && opp_count "$opp_line" "$opp_cpu" && [ "$opp_has" = yes ] && return
  done
  read -r opp_package <"$1/physical_package_id" && read -r opp_line <"$1/core_id" &&
    opp_number "${opp_package#-}" && opp_number "$opp_line" && opp_line=$opp_package:$opp_line
} 2>/dev/null
opp_cores=0 opp_seen='' opp_line='' opp_left=${opp_cpus:+$opp_list,}
read -r opp_line 2>/dev/null <@@/sys/devices/system/cpu/smt/active
if [ "$opp_line" = 0 ] || [ "${opp_cpus:-1}" = 1 ]; then opp_cores=$opp_cpus opp_left=''; fi
while opp_range "${opp_left%%,*}"; do
  opp_left=${opp_left#*,} opp_cpu=$((opp_first - 1)) opp_end=$opp_last
  while opp_cpu=$((opp_cpu + 1)) && [ "$opp_cpu" -le "$opp_end" ]; do
    opp_core "@@/sys/devices/system/cpu/cpu$opp_cpu/topology" || { opp_cores='' opp_left='' && break; }
    case $opp_seen in *" $opp_line "*) ;; *) opp_cores=$((opp_cores + 1)) opp_seen="$opp_seen $opp_line " ;; esac
  done
done
