/**
 * What a small sh does as the watchdog of a run: hears of the workers as long as the launcher lives, then ends them and all
 * that descends from them. For dash, bash and busybox sh.
 */

/** Between two looks, in milliseconds. */
export const PAUSE_MS = 100;

/**
 * $1: the mark of the run. $2: the signal that asks. $3: looks until SIGKILL. stdin: a line for each worker that was
 * started, `INDEX PID:START`; the last one of an index counts.
 */
export const WATCHDOG_SCRIPT = `
cd /
workers=0
while read -r index process; do
  eval 'worker_'$index'=$process'
  [ $index -lt $workers ] || workers=$((index + 1))
done
# Those that are recognised although they do not show the mark: PID:START.
known=
while [ $workers -gt 0 ]; do
  workers=$((workers - 1))
  eval 'known="$known $worker_'$workers'"'
done
look_at() {
  stat=
  # A name may have line breaks.
  while read -r line; do stat="$stat $line"; done 2>/dev/null <"/proc/$1/stat"
  set -- \${stat##*) }
  state=$1 parent=$2 start=\${20}
}
# Who may adopt an orphan of the workers: what is below another process that is older than they are is not part of the run.
reapers=' 1 ' parent=$$
while [ -n "$parent" ] && [ "$parent" != 0 ]; do
  reapers="$reapers$parent "
  look_at "$parent"
done
first=
for process in $known; do
  [ -n "$first" ] && [ "$first" -le \${process#*:} ] || first=\${process#*:}
done
[ -n "$first" ] || { look_at $$; first=$start; }
descends() {
  look_at $1
  while [ "\${start:-0}" -ge "$first" ]; do
    case $reapers in *" $parent "*) return 0 ;; esac
    look_at $parent
  done
  return 1
}
family() {
  found=' '
  for process in $known; do
    look_at \${process%:*}
    [ "$start" = \${process#*:} ] && [ $state != Z ] && found="$found\${process%:*} "
  done
  for file in $(grep -Fls -- "$1" /proc/[0-9]*/environ); do
    file=\${file#/proc/}
    case $found in *" \${file%%/*} "*) continue ;; esac
    if descends \${file%%/*}; then found="$found\${file%%/*} "; fi
  done
  more=$found
  while [ -n "$more" ]; do
    next=
    for pid in $more; do
      for file in /proc/$pid/task/*/children; do
        children=
        { read -r children <"$file"; } 2>/dev/null
        for child in $children; do
          case $found in *" $child "*) ;; *) found="$found$child " next="$next $child" ;; esac
        done
      done
    done
    more=$next
  done
}
asked=' '
looks=0
# A process is invisible for a moment while it is started: only looks in a row are believed.
empty=0
while [ $empty -lt 3 ] && [ $looks -lt $(($3 + 300)) ]; do
  family "$1"
  empty=$((empty + 1))
  for pid in $found; do
    empty=0
    [ $looks -lt $3 ] || { kill -s KILL $pid; continue; }
    case $asked in *" $pid "*) continue ;; esac
    asked="$asked$pid "
    look_at $pid
    known="$known $pid:$start"
    kill -s $2 $pid
    kill -s CONT $pid
  done
  looks=$((looks + 1))
  sleep 0.1
done 2>/dev/null
`;
