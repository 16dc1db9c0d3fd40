#!/usr/bin/env bash
# Builds etcd, kube-apiserver and kube-controller-manager from Go modules for test_control_plane.py, into the folder that
# is named, or into Go's own. It takes some 15 minutes on two processors, and 10 GB below Go's caches.
set -euo pipefail
readonly kubernetes=1.35.4 etcd=3.6.16
into=${1:-$(go env GOPATH)/bin}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mkdir -p "$into" "$build/kubernetes" "$build/etcd"

# The module replaces its parts by folders of its own repository; each of them is published as a module too.
cd "$build/kubernetes"
source=$(go mod download -json "k8s.io/kubernetes@v$kubernetes" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')
sed -E -e 's|^module .*|module control.plane|' \
    -e "s|(k8s\.io/[a-z0-9-]+) => \./staging/src/k8s\.io/[a-z0-9-]+|\1 => \1 v0.${kubernetes#1.}|" "$source" >go.mod
printf '\nrequire k8s.io/kubernetes v%s\n' "$kubernetes" >>go.mod
cat >programs.go <<'GO'
//go:build programs

package programs

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
GO
go mod tidy
for program in kube-apiserver kube-controller-manager; do
    go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$kubernetes" \
        -o "$into/$program" "k8s.io/kubernetes/cmd/$program"
done

cd "$build/etcd"
go mod init control.plane/etcd
cat >main.go <<'GO'
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
GO
go get "go.etcd.io/etcd/server/v3@v$etcd"
go mod tidy
go build -trimpath -ldflags '-s -w' -o "$into/etcd" .
