# opp_threads TEXT: the number of threads it says, in opp_n: 4, and also " 4", +4 and 04.
opp_threads() {
  opp_n=${1#"${1%%[![:space:]]*}"}
  opp_n=${opp_n%"${opp_n##*[![:space:]]}"}
  opp_number "${opp_n#+}" && [ "$opp_n" -ge 1 ] && [ "$opp_n" -le 2147483647 ]
}
# opp_repair NAME: a number of threads that is not ours to choose. Programs stop on an empty or malformed one.
opp_repair() {
  eval "opp_value=\${$1-}"
  if opp_threads "$opp_value"; then eval "export $1=$opp_n"; else unset "$1"; fi
}
