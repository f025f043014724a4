# Sourced by the benchmarks: an installation of its own under /tmp, from the release build, and its end.
#
#   start_minyi PORT [OPTION…]   `minyi up` on this port, with these options; waits until it serves
#   start_scene PORT             the same with ops/bench/scene.yaml: one open consultation on a directory of 100 rows
#   query SQL                    asks the database as its superuser; prints bare values
#
# Afterwards psql and pgbench reach the cluster as its superuser (PGHOST, PGUSER, PGPASSWORD); $url; $server (process id); $data (a folder for the benchmark's own files, too); and of the scene
# $consultation (its number) and $edition (of its draft). What else a benchmark starts it adds to started=(…).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../prerequisites.sh"

started=()
data=$(mktemp -d /tmp/minyi-bench.XXXXXX)
chmod 755 "$data" # the cluster's own user passes through

finish() {
    local process
    for process in "${started[@]}"; do
        { kill -INT "$process" && wait "$process"; } 2>/dev/null || true
    done
    rm -rf "$data"
}
trap finish EXIT

start_minyi() {
    local port=$1
    shift
    need_swift
    need_packages "${run_packages[@]}"
    need_release_build
    url=http://127.0.0.1:$port
    # Behind a proxy: a benchmark is many people, told apart by X-Forwarded-For.
    : >"$data/up.log"
    MINYI_BEHIND_PROXY=true "$binary" up --port "$port" --data "$data/minyi" "$@" >"$data/up.log" 2>&1 &
    server=$!
    started+=("$server")
    until grep -q 'Minyi is ready' "$data/up.log"; do
        kill -0 "$server" 2>/dev/null || { cat "$data/up.log" >&2; exit 1; }
        sleep 0.2
    done
    export PGHOST PGPASSWORD PGUSER=postgres
    PGHOST=$(sed -n 5p "$data/minyi/postgres/postmaster.pid")
    PGPASSWORD=$(<"$data/minyi/secrets/password-postgres")
}

start_scene() {
    local directories=$root/ops/demo/directories
    mkdir -p "$data/directories"
    cp "$root/ops/bench/scene.yaml" "$data/scene.yaml"
    # Real rows of the demo's directories, in one.
    { head -qn 1 "$directories/taxation.csv" && tail -qn +2 "$directories"/[!i]*.csv | sed -n 1,100p; } \
        >"$data/directories/rows.csv"
    start_minyi "$1" --demo "$data/scene.yaml"
    read -r consultation edition < <(query "select number, edition_id from procedures")
}

query() {
    psql -XAtq -F ' ' -v ON_ERROR_STOP=1 -d minyi -c 'set search_path = minyi, public' -c "$1"
}
