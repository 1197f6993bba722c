# opp_set NAME [NUMBER [LIST]]: of threads. @RULE@
# Without NUMBER it is not ours to choose. Programs stop on an empty or malformed one: then it goes.
opp_set() {
  eval "opp_value=\${$1-}"
  if ! opp_read "${3-}"; then opp_n=${2-} opp_tail='' opp_ours="$opp_ours $1 "@TOO_MANY@; fi
  opp_n=$opp_n$opp_tail
  if [ -n "$opp_n" ]; then eval "export $1=\$opp_n"; else unset "$1"; fi
}
# opp_read LIST: what $opp_value says, in opp_n: 4, 04, +4, 4.0, each with blanks, quotes and a # comment around it too.
# In opp_tail the rest of a list, where LIST says that the library takes one: levels (4,2,...) or pools (4,2; 4,auto).
opp_read() {
  opp_trim "${opp_value%%#*}"
  case $opp_n in \"*\" | \'*\') opp_n=${opp_n#?} && opp_trim "${opp_n%?}" ;; esac
  opp_tail=${opp_n#"${opp_n%%,*}"}
  case $opp_tail in *[!,[:space:]][[:space:]]*) opp_tail='' ;; esac
  while :; do
    case $opp_tail in *[[:space:]]*) opp_tail=${opp_tail%%[[:space:]]*}${opp_tail#*[[:space:]]} ;; *) break ;; esac
  done
  case $1$opp_tail in
    pools,auto) ;;
    ,* | *, | *,,* | levels*,0* | levels*[!0-9,]* | pools,*[!0-9]*) opp_tail='' ;;
  esac
  opp_trim "${opp_n%%,*}"
  case ${opp_n#*.} in *[!0]*) ;; *) opp_n=${opp_n%%.*} ;; esac
  opp_number "${opp_n#+}" && [ "$opp_n" -ge 1 ] && [ "$opp_n" -le 2147483647 ]
}
# opp_trim TEXT: in opp_n, without the blanks around it.
opp_trim() {
  opp_n=${1#"${1%%[![:space:]]*}"}
  opp_n=${opp_n%"${opp_n##*[![:space:]]}"}
}
