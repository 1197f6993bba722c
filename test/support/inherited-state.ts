/** What a process inherits, as the process itself sees it: for comparing a launched one with one of a shell. */

/**
 * Script for `sh -c` that prints its inherited state: signal masks, soft limit of open files, umask, working
 * directory, process group and session, blocking mode of stdio, and the descriptors from 3 to 9.
 */
export const STATE_SCRIPT = `
while read -r key value; do case $key in SigBlk:|SigIgn:|Umask:) echo "$key $value" ;; esac; done </proc/$$/status
read -r stat </proc/$$/stat; set -- $stat; echo "group $5 session $6"
ulimit -Sn; ulimit -Hn; pwd
for n in 0 1 2; do while read -r key value; do case $key in flags:) echo "stdio $n $value" ;; esac; done </proc/$$/fdinfo/$n; done
for n in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$n ] || echo "descriptor $n"; done
`;
