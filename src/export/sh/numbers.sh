# opp_number TEXT: its value, in opp_n. False for anything but 1 to 15 digits.
opp_number() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  opp_n=${1#"${1%%[!0]*}"} # a leading zero would mean octal
  case ${opp_n:=0} in ????????????????*) return 1 ;; esac
}
# opp_amount TEXT: CPUs written as 2, 1.5 or 1500m, in billionths of a CPU. False below and above what can be.
opp_amount() {
  case $1 in
    *[!0-9.m]* | *m?* | *.*.*) return 1 ;;
    *m) opp_number "${1%m}000000" ;;
    *.?*) opp_part=${1#*.}00000000 && opp_number "${1%%.*}${opp_part%"${opp_part#?????????}"}" ;;
    *) opp_number "${1}000000000" ;;
  esac && [ "$opp_n" -gt 0 ] && [ "$opp_n" -le 65536000000000 ]
}
# opp_range ITEM: its first and last CPU. opp_count LIST [CPU]: how many CPUs 0-3,8 has, and in opp_has whether CPU.
opp_range() {
  opp_number "${1#*-}" && opp_last=$opp_n && opp_number "${1%%-*}" && opp_first=$opp_n &&
    [ "$opp_first" -le "$opp_last" ] && [ "$opp_last" -lt 65536 ]
}
opp_count() {
  opp_has=no opp_rest=$1, opp_total=0
  while [ -n "$opp_rest" ]; do
    opp_range "${opp_rest%%,*}" || return
    opp_rest=${opp_rest#*,} opp_total=$((opp_total + opp_last - opp_first + 1))
    [ "${2:-0}" -lt "$opp_first" ] || [ "${2:-0}" -gt "$opp_last" ] || opp_has=yes
  done
  opp_n=$opp_total
}
