# opp_set NAME [NUMBER]: of threads. @RULE@
# Without NUMBER it is not ours to choose. Programs stop on an empty or malformed one: then it goes.
opp_set() {
  eval "opp_value=\${$1-}"
  opp_n=${opp_value#"${opp_value%%[![:space:]]*}"} # " 4", +4 and 04 are numbers too
  opp_n=${opp_n%"${opp_n##*[![:space:]]}"}
  if ! opp_number "${opp_n#+}" || [ "$opp_n" -lt 1 ] || @TOO_MANY@; then opp_n=${2-}; fi
  [ "$opp_value" != "$opp_n" ] || opp_kept="$opp_kept $1 "
  if [ -n "$opp_n" ]; then eval "export $1=$opp_n"; else unset "$1"; fi
}
