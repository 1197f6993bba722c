# Starts a command again whenever it has ended, and looks every 0.2 s whether it lives. Usage: watchdog.sh SECONDS COMMAND...
end=$(($(date +%s%N) / 1000000 + $1 * 1000))
shift
child=
while [ $(($(date +%s%N) / 1000000)) -lt "$end" ]; do
  if [ -z "$child" ] || ! kill -0 "$child" 2>/dev/null; then
    "$@" &
    child=$!
  fi
  sleep 0.2
done
kill "$child" 2>/dev/null
wait
