#!/usr/bin/env bash
# Makes the pictures of the README: screenshots/workbench and screenshots/approval, each as SVG and PNG, from the real
# program driven in a real terminal over a small repository made for it.
#
#   assets/packaging/screenshot.sh
#
# The commits, their author and their dates are fixed, nothing of this machine is on the screen, and no model or cluster
# is in reach; only how many milliseconds a command took is new each time. Wants rsvg-convert and DejaVu Sans Mono
# (librsvg2-bin, fonts-dejavu-core).

set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
exec </dev/null

# The directory is on the screen, so it has the same name everywhere.
DEMO=/tmp/demo
mkdir -- "$DEMO" || { echo "$DEMO is in the way: it is not ours, so it is left alone" >&2; exit 1; }
trap 'rm -rf -- "$DEMO"' EXIT
mkdir -- "$DEMO/home" "$DEMO/api"

in_demo() {
    env -C "$DEMO/api" -i PATH="$PATH" HOME="$DEMO/home" GIT_CONFIG_NOSYSTEM=1 \
        GIT_AUTHOR_NAME='Ada Lindqvist' GIT_AUTHOR_EMAIL=ada@example.org GIT_AUTHOR_DATE="${DATE:-}" \
        GIT_COMMITTER_NAME='Ada Lindqvist' GIT_COMMITTER_EMAIL=ada@example.org GIT_COMMITTER_DATE="${DATE:-}" "$@"
}

commit() { # <day> <file> <line> <subject>
    printf '%s\n' "$3" >>"$DEMO/api/$2"
    in_demo git add -- "$2"
    DATE="2025-06-$1T10:00:00+00:00" in_demo git commit --quiet --message "$4"
}

in_demo git init --quiet --initial-branch=main
commit 02 README.md 'The orders API.' 'Start the orders API'
commit 03 orders.go 'package orders' 'List orders, newest first'
commit 05 retry.go 'package orders' 'Retry a payment once before giving up'
commit 06 health.go 'package orders' 'Answer /healthz while the database is away'
commit 09 Dockerfile 'FROM scratch' 'Build a 12 MB image from scratch'
commit 10 deploy.yaml 'replicas: 3' 'Run three replicas in production'
commit 12 orders.go 'const limit = 100' 'Page long order lists'
# What would be lost.
printf '%s\n' 'const limit = 500' >>"$DEMO/api/orders.go"
printf '%s\n' 'replicas: 5' >>"$DEMO/api/deploy.yaml"

cargo build --release --bins --example picture

picture() { # <name> <steps...>
    local name=$1
    shift
    # Each begins without a history.
    rm -rf -- "$DEMO/api/.GCC"
    HOME="$DEMO/home" target/release/examples/picture --out "screenshots/$name" --bin target/release/devops-agent \
        --cwd "$DEMO/api" --cols 120 --rows 36 --env USER=ada --env TZ=UTC --env GIT_CONFIG_NOSYSTEM=1 \
        --env OLLAMA_HOST=http://127.0.0.1:1 -- "$@"
}

LOG=('wait:F1' 'wait:git main' 'type:show the last five commits' key:enter 'wait:5 commits' settle)
picture workbench "${LOG[@]}"
# The dialog comes when nobody has typed for a moment.
picture approval "${LOG[@]}" 'type:discard all my changes' key:enter 'wait:Reversible:' settle
