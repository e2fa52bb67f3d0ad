# What a boot loader's first program does, sourced by the machine's /init before it becomes antechamber.

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs tmp /tmp
mount -t securityfs security /sys/kernel/security

for module in /modules/*; do
    [ -f "$module" ] && insmod "$module"
done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2

set -a
. /environ
set +a
