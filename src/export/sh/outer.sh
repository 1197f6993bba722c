# opp_whole TEXT: whether it is a number of CPUs, slots or processes, in opp_n.
opp_whole() {
  opp_n=$1
  case $1 in '' | 0* | *[!0-9]* | ??????*) return 1 ;; esac
  [ "$1" -le 65536 ]
}
# opp_ranks SIZE RANK: the larger of several sizes in opp_size, and which of these processes this is in opp_rank.
opp_ranks() {
  if ! opp_whole "$1" || [ "$opp_n" -le "${opp_size:-1}" ]; then return 0; fi
  opp_size=$opp_n opp_rank=''
  if [ "$2" = 0 ]; then opp_rank=0; elif opp_whole "$2" && [ "$opp_n" -lt "$opp_size" ]; then opp_rank=$opp_n; fi
}
# opp_divide CPUS: the part of this rank, in opp_n. What is left over goes to the first ranks.
opp_divide() {
  opp_n=$(($1 / opp_size))
  [ "${opp_rank:-65536}" -ge $(($1 % opp_size)) ] || opp_n=$((opp_n + 1))
  [ "$opp_n" -ge 1 ] || opp_n=1
}
# opp_tasks LIST NODE: of Slurm's list 2(x3),1, in opp_n.
opp_tasks() {
  opp_rest=$1, opp_left=$2
  while [ -n "$opp_rest" ]; do
    opp_value=${opp_rest%%,*} opp_rest=${opp_rest#*,} opp_last=1
    case $opp_value in
      *'(x'*')') opp_last=${opp_value#*'(x'} opp_value=${opp_value%%'(x'*} && opp_last=${opp_last%')'} ;;
    esac
    if opp_whole "$opp_last" && opp_last=$opp_n && opp_whole "$opp_value"; then :; else return 1; fi
    [ "$opp_left" -ge "$opp_last" ] || return 0
    opp_left=$((opp_left - opp_last))
  done
  return 1
}
# opp_told CPUS yes|no: a share, and whether all local ranks share it. The smallest are in opp_scheduler and opp_common.
opp_told() {
  [ "$1" -ge "${opp_scheduler:-65537}" ] || opp_scheduler=$1
  [ "$2" = no ] || [ "$1" -ge "${opp_common:-65537}" ] || opp_common=$1
}
# opp_slot HOST SLOTS: of a list of hosts. This host's part is in opp_slots, the number of hosts (2 = several) in opp_hosts.
opp_slot() {
  opp_pairs=$((opp_pairs + 1))
  opp_whole "$2" || { opp_hosts=malformed && return; }
  [ "$opp_hosts" != 0 ] || opp_hosts=1 opp_first=$1
  [ "$opp_hosts" != 1 ] || [ "$1" = "$opp_first" ] || opp_hosts=2
  if [ -n "$opp_host" ] && [ "${1%%.*}" = "${opp_host%%.*}" ] && [ "$1" = "${opp_own:=$1}" ]; then
    opp_slots=$((opp_slots + opp_n))
  fi
}
# opp_part SLOTS HOSTS: all slots, or this host's part where there are several hosts (HOSTS, when the list does not say).
opp_part() {
  case $opp_hosts in 0 | malformed) opp_hosts=$2 opp_slots=0 ;; esac
  if [ "$opp_hosts" -le 1 ]; then opp_told "$1" yes; elif [ "$opp_slots" -gt 0 ]; then opp_told "$opp_slots" yes; fi
}
opp_no_slots() { opp_hosts=0 opp_slots=0 opp_pairs=0 opp_own=''; }
opp_lsf() {
  if [ $# = 0 ]; then
    # shellcheck disable=SC2086 # words
    set -- ${LSB_HOSTS-}
    for opp_value in "$@"; do opp_slot "$opp_value" 1; done
  else
    while [ $# -gt 0 ]; do opp_slot "$1" "${2-}" && shift && { [ $# = 0 ] || shift; }; done
  fi
}
opp_pbs() {
  opp_whole "${NCPUS-}" || opp_n=''
  opp_last=$opp_n opp_value=no
  if opp_whole "${PBS_NUM_PPN-}" && [ "$opp_n" -le "${opp_last:-$opp_n}" ]; then opp_told "$opp_n" yes && return; fi
  opp_n=$opp_last
  [ -n "$opp_n" ] || opp_whole "${OMPTHREADS-}" || return 0
  # NCPUS is the part of one rank where ompthreads was requested, and else that of all.
  if [ -z "$opp_size" ] || [ $((opp_n * opp_size)) -gt "${opp_group:-0}" ]; then opp_value=yes; fi
  opp_told "$opp_n" "$opp_value"
}
opp_htcondor() {
  if [ -f "@@${_CONDOR_MACHINE_AD-}" ]; then
    while read -r opp_name opp_line opp_value || [ -n "$opp_name" ]; do
      case "$opp_name $opp_line:$opp_value" in
        *:*[!0-9]* | *:) ;;
        [Cc][Pp][Uu][Ss]\ =:*) if opp_whole "$opp_value"; then opp_told "$opp_n" yes && return; else break; fi ;;
      esac
    done 2>/dev/null <"@@$_CONDOR_MACHINE_AD"
  fi
  for opp_value in "${CUBACORES-}" "${ROOT_MAX_THREADS-}" "${TF_LOOP_PARALLEL_ITERATIONS-}" "${TF_NUM_THREADS-}" \
    "${OMP_NUM_THREADS-}"; do
    if opp_whole "$opp_value"; then opp_told "$opp_n" yes && return; fi
  done
}
# A batch script has the CPUs of its node, a task of a step its own; the daemons of mpirun are such tasks too.
opp_slurm() {
  opp_whole "${SLURM_CPUS_PER_TASK-}" || opp_n=''
  opp_last=$opp_n
  opp_whole "${SLURM_CPUS_ON_NODE-}" || opp_n=''
  if [ -z "$opp_last" ] && [ -z "$opp_n" ]; then return; fi
  if [ -z "$opp_last" ] && [ -n "$opp_step" ] && [ "$opp_tasks" -gt 1 ]; then
    set -- "$opp_n" "$opp_size" "$opp_rank"
    opp_size='' && opp_ranks "$opp_tasks" "${SLURM_LOCALID-}" && opp_divide "$1"
    opp_size=$2 opp_rank=$3
    opp_told "$opp_n" yes
  elif [ -z "$opp_last" ]; then
    opp_told "$opp_n" yes
  else
    [ -n "$opp_step" ] || opp_last=$((opp_last * opp_tasks))
    opp_value=yes
    if [ -n "$opp_size" ] && [ -n "$opp_n" ] && [ "$opp_tasks" = 1 ] && [ $((opp_size * opp_last)) -le "$opp_n" ]; then
      opp_value=no
    fi
    [ "$opp_last" -le "${opp_n:-65536}" ] || opp_last=${opp_n:-65536}
    opp_told "$opp_last" "$opp_value"
  fi
}

opp_size='' opp_rank='' opp_scheduler='' opp_common='' opp_group='' opp_launcher='' opp_tasks=1
if [ -z "$opp_outer" ]; then
  opp_ranks "${OMPI_COMM_WORLD_LOCAL_SIZE-}" "${OMPI_COMM_WORLD_LOCAL_RANK-}"
  opp_ranks "${MPI_LOCALNRANKS-}" "${MPI_LOCALRANKID-}"
  opp_ranks "${MV2_COMM_WORLD_LOCAL_SIZE-}" "${MV2_COMM_WORLD_LOCAL_RANK-}"
  opp_ranks "${PALS_LOCAL_SIZE-}" "${PALS_LOCAL_RANKID-}"
  opp_ranks "${LOCAL_WORLD_SIZE-}" "${LOCAL_RANK-}"
  opp_step=${SLURM_STEP_TASKS_PER_NODE:-${SLURM_STEP_ID-}}
  opp_whole "${SLURM_NODEID-}" || opp_n=0
  ! opp_tasks "${SLURM_STEP_TASKS_PER_NODE:-${SLURM_TASKS_PER_NODE-}}" "$opp_n" || opp_tasks=$opp_n
  if [ -n "$opp_step" ] && [ "$opp_tasks" -gt 1 ]; then
    # Scripts copy the variables of a task into those of torchrun: then there is no launcher in the task.
    if [ "$opp_size" = "$opp_tasks" ]; then
      opp_value=$opp_rank opp_size='' && opp_ranks "$opp_tasks" "${SLURM_LOCALID-}"
      if [ "${opp_value:-$opp_rank}" = "$opp_rank" ]; then opp_size=''; else opp_rank=$opp_value; fi
    fi
  else
    opp_step=${opp_step:+alone}
  fi
  if [ -n "$opp_size" ] || [ "${opp_step:-alone}" != alone ]; then
    opp_find cpuset
    [ -n "$opp_group" ] || ! read -r opp_line 2>/dev/null <@@/sys/devices/system/cpu/online ||
      ! opp_count "$opp_line" || opp_group=$opp_n
    [ "${opp_group:-0}" -ge "${opp_cpus:-0}" ] || opp_group=$opp_cpus
  fi
  [ -z "${SLURM_JOB_ID-}" ] || opp_slurm
  read -r opp_host 2>/dev/null <@@/proc/sys/kernel/hostname || opp_host=''
  if [ -n "${JOB_ID-}" ] && opp_whole "${NSLOTS-}"; then
    opp_total=$opp_n && opp_no_slots
    if [ -n "${PE_HOSTFILE-}" ] && [ -f "@@$PE_HOSTFILE" ]; then
      while read -r opp_name opp_value opp_line || [ -n "$opp_name" ]; do
        [ -z "$opp_name" ] || opp_slot "$opp_name" "$opp_value"
      done 2>/dev/null <"@@$PE_HOSTFILE"
    fi
    opp_whole "${NHOSTS-}" || opp_n=1
    opp_part "$opp_total" "$opp_n"
  fi
  if [ -n "${LSB_JOBID-}" ] && [ -z "${LSB_BIND_CPU_LIST-}" ] && opp_whole "${LSB_DJOB_NUMPROC-}"; then
    opp_total=$opp_n && opp_no_slots && set -f
    # shellcheck disable=SC2086 # words
    opp_lsf ${LSB_MCPU_HOSTS-}
    set +f && opp_part "$opp_total" "$opp_pairs"
  fi
  [ -z "${PBS_JOBID-}" ] || opp_pbs
  [ -z "${PJM_JOBID-}" ] || ! opp_whole "${PJM_VNODE_CORE-}" || opp_told "$opp_n" yes
  [ -z "${_CONDOR_SLOT-}" ] || opp_htcondor
  if [ -z "$opp_size$opp_scheduler" ] && [ "${opp_step:-alone}" != alone ]; then
    opp_ranks "$opp_tasks" "${SLURM_LOCALID-}"
  fi
  if [ -n "$opp_size" ]; then
    for opp_limit in "${opp_group:+${opp_group}000000000}" "$opp_quota" "${opp_common:+${opp_common}000000000}"; do
      [ -z "$opp_limit" ] || [ "${opp_launcher:-$opp_limit}" -lt "$opp_limit" ] || opp_launcher=$opp_limit
    done
    if [ -n "$opp_launcher" ]; then
      # With --physical unbound ranks share the cores too.
      [ "${opp_cpus:-0}000000000" -lt "$opp_launcher" ] || [ -z "${opp_cores-}" ] || { opp_divide "$opp_cores" && opp_cores=$opp_n; }
      opp_divide $(((opp_launcher + 1) / 1000000000))
      opp_launcher=${opp_n}000000000
    fi
  fi
fi
