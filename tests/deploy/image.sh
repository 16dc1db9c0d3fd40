#!/usr/bin/env bash
# Builds the image with buildah, and runs it as deploy/README.md asks: as its own user, with no right, on a root that
# cannot be written to. Needs root, and: apt-get install buildah debootstrap. Neither Docker nor a registry of images is
# needed: a base that is not among buildah's images is made from Debian's packages, whose Python has the same version.
set -euo pipefail
cd "$(dirname "$0")/../.."
export BUILDAH_ISOLATION=chroot
base=docker.io/library/$(sed -n 's/^FROM \(python:[^ ]*\).*/\1/p' deploy/Dockerfile | tail -n 1)
scratch=$(mktemp -d)
container=
trap '[ -z "$container" ] || buildah rm "$container" >/dev/null; rm -rf "$scratch"' EXIT

if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "${base##*-}" "$scratch/base" >"$scratch/log" ||
        { tail "$scratch/log"; exit 1; }
    rm -rf "$scratch"/base/var/cache/apt/archives/*.deb "$scratch"/base/var/lib/apt/lists/*
    ln -s /usr/bin/python3 "$scratch/base/usr/local/bin/python"
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$scratch/base" / >/dev/null
    buildah config --env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    buildah commit --quiet --rm "$container" "$base" >/dev/null
fi

# The machine's certificates, for those whose package index is behind a proxy of their own.
buildah bud --quiet --pull-never --format docker --volume /etc/ssl/certs:/etc/ssl/certs:ro \
    --file deploy/Dockerfile --tag newswire . >/dev/null
container=$(buildah from --pull-never newswire)
root=$(buildah mount "$container")
mapfile -t environment < <(buildah inspect --format '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' "$container")
mapfile -t health < <(buildah inspect --format '{{range .Docker.Config.Healthcheck.Test}}{{println .}}{{end}}' "$container")

# in_image NAME COMMAND…: in namespaces of its own, where loopback is the only network, and /tmp and the data folder are
# the only folders that can be written to.
in_image() {
    echo "== $1"
    # shellcheck disable=SC2016  # the inner shell knows $root and $@
    root=$root unshare --mount --net --pid --ipc --uts --fork --kill-child bash -euc '
        ip link set lo up
        mount --rbind "$root" "$root"
        mount -o remount,bind,ro,nosuid,nodev "$root"
        mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
        mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
        mkdir -m 1777 "$root/dev/shm"
        for device in null zero random urandom; do
            touch "$root/dev/$device"
            mount --bind "/dev/$device" "$root/dev/$device"
        done
        mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
        mount -t tmpfs -o mode=750,uid=10001,gid=10001,nosuid,nodev tmpfs "$root/var/lib/newswire"
        exec env -i "$@"' -- "${environment[@]}" chroot "$root" setpriv --reuid=10001 --regid=10001 --clear-groups \
        --inh-caps=-all --bounding-set=-all --no-new-privs sh -euc 'cd "$HOME" && exec "$@"' -- "${@:2}"
}

in_image 'the version' newswire --version
in_image 'what can be written to' sh -euc '
    id
    grep -E "^(NoNewPrivs|CapEff|CapBnd)" /proc/self/status
    folders=$(find / -path /proc -prune -o -type d -writable -print 2>/dev/null | sort)
    echo "$folders"
    [ "$(echo $folders)" = "/dev/shm /tmp /var/lib/newswire" ]'
in_image 'the sample newsroom' newswire demo --no-serve
ask='import http.client
asked = http.client.HTTPConnection("127.0.0.1", 8088)
asked.request("GET", "/v1/changes", headers={"Authorization": "Bearer " + open("/tmp/key").read().strip()})
answer = asked.getresponse()
assert answer.status == 200
print(answer.read().decode())'
in_image 'the API answers, is healthy, and ends when asked' env ASK="$ask" sh -euc '
    newswire migrate
    newswire keys create check >/tmp/key
    newswire serve &
    until python -c "$ASK" 2>/dev/null; do
        kill -0 $!
        sleep 0.5
    done
    "$@"
    kill $!
    wait $!' -- "${health[@]:1}"

echo '== bytes: the base and the whole; of that, the largest packages'
buildah images --format '{{.Name}} {{.Size}}' | grep -E "^(localhost/newswire|${base%:*}) "
du --summarize --bytes "$root"/opt/newswire/lib/python3*/site-packages/*/ | sort -rn | head -n 10 |
    sed -E 's|/.*/([^/]+)/$|\1|'
