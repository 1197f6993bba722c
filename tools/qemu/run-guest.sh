#!/bin/sh
# Boots a small Linux with cgroup v2 alone, runs an sh script in it as root, and prints what that prints.
# Usage: run-guest.sh DIRECTORY SCRIPT    DIRECTORY becomes /app of the guest; SCRIPT is a path below it
# Status: that of the script; 99 when the guest did not get so far.
# NODE: path of the node to take along. GUEST_SECONDS: when to give up (default 300).
# Without KVM, which is often absent or broken inside of virtual machines. 4 CPUs: two cores of two threads.
set -eu
kernel=$("$(dirname "$0")/fetch-kernel.sh" --cached)
node=${NODE:-$(command -v node)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

root=$work/root
mkdir -p "$root/bin" "$root/usr/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/app"
cp "$(command -v busybox)" "$root/bin/busybox"
cp -L "$node" "$root/usr/bin/node"
# That of busybox makes no cgroup namespace, and its sh prefers it to any other of the same name.
cp -L /usr/bin/unshare "$root/usr/bin/util-linux-unshare"
for library in $(ldd "$node" /usr/bin/unshare | grep -o '/lib[^ ]*' | grep -v ':$' | sort -u); do
  mkdir -p "$root${library%/*}"
  cp -L "$library" "$root$library"
done
cp -a "$1/." "$root/app/"

cat >"$root/init" <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/usr/bin:/bin HOME=/tmp NO_COLOR=1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t cgroup2 -o nsdelegate,nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
echo '+cpu +cpuset +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
cd /app
echo @@begin
sh '/app/$2'
echo "@@status \$?"
# The serial line needs a moment.
sleep 1
echo o >/proc/sysrq-trigger
sleep 60
INIT
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet >"$work/initramfs")

# no_timer_check: on a busy machine the kernel would take the timer for broken, and panic.
# An Intel model: QEMU tells the guest about two threads per core only with one of those.
timeout "${GUEST_SECONDS:-900}" qemu-system-x86_64 -nodefaults -no-user-config -display none -serial stdio -no-reboot \
  -accel tcg,thread=multi -cpu Haswell-v4 -smp 4,sockets=1,cores=2,threads=2 -m 1024 \
  -kernel "$kernel" -initrd "$work/initramfs" \
  -append 'console=ttyS0 quiet loglevel=3 panic=-1 no_timer_check cgroup_no_v1=all' </dev/null 2>"$work/errors" >"$work/console" ||
  cat "$work/errors" "$work/console" >&2
tr -d '\r' <"$work/console" | awk '/^@@status /{exit} begun{print} /^@@begin$/{begun=1}'
status=$(tr -d '\r' <"$work/console" | sed -n 's/^@@status //p')
[ -n "$status" ] || tail -n 20 "$work/console" >&2
exit "${status:-99}"
