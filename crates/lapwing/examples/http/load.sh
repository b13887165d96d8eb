#!/usr/bin/env bash
# Measures the example `http` beside nginx with wrk: in turns, each server with one worker on the
# first processor, wrk on the others.  Needs the Debian packages nginx-light and wrk.
#   crates/lapwing/examples/http/load.sh [ROUNDS [SECONDS]]
set -euo pipefail
cd "$(dirname "$0")/../../../.."
rounds=${1:-5} seconds=${2:-3} connections=64
for tool in nginx wrk taskset; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || { echo "there is no $tool"; exit 2; }
done
PATH=$PATH:/usr/sbin
cargo build --quiet --release -p lapwing --example http

work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; wait; rm -rf "$work"' EXIT
mkdir "$work/site"
chmod 755 "$work" "$work/site"
head -c 1000 /dev/urandom >"$work/site/small.html"
head -c 100000 /dev/urandom >"$work/site/large.png"
cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=500;
    open_file_cache_valid 1s;
    types { text/html html; image/png png; }
    client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work;
    uwsgi_temp_path $work; scgi_temp_path $work;
    server { listen 127.0.0.1:8092; root $work/site; }
}
END
taskset -c 0 target/release/examples/http "$work/site" 127.0.0.1:8091 1 >/dev/null & servers+=($!)
taskset -c 0 nginx -c "$work/nginx.conf" 2>/dev/null & servers+=($!)
for port in 8091 8092; do
    timeout 10 bash -c "until : 2>/dev/null <>/dev/tcp/127.0.0.1/$port; do sleep 0.1; done"
done

# Processor time of a process and its children, in hundredths of a second.
spent() {
    local process
    for process in "$1" $(cat "/proc/$1/task/$1/children"); do
        sed 's/.*) //' "/proc/$process/stat" | awk '{print $12 + $13}'
    done | awk '{all += $1} END {print all}'
}

# One run: requests per second, and microseconds of the server's time for each.
run() {
    local before text
    before=$(spent "$2")
    text=$(taskset -c "1-$(($(nproc) - 1))" \
        wrk -t 1 -c $connections -d "${seconds}s" "http://127.0.0.1:$3/$1")
    if grep -E 'Non-2xx|Socket errors' <<<"$text" >&2; then exit 1; fi
    awk -v ticks=$(($(spent "$2") - before)) '
        /requests in/ {count = $1} /Requests\/sec/ {rate = $2}
        END {printf "%d %.2f\n", rate, ticks * 10000 / count}' <<<"$text"
}

middle() { sort -n | awk '{all[NR] = $1} END {print all[int((NR + 1) / 2)]}'; }

echo "$(nproc) processors ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1))," \
    "Linux $(uname -r), $(nginx -v 2>&1 | sed 's/.*: //'), load $(cut -d ' ' -f 1 /proc/loadavg)"
echo "$connections connections, medians of $rounds rounds of $seconds s"
for ((round = 0; round < rounds; round++)); do
    for name in small.html large.png; do
        run $name "${servers[0]}" 8091 >>"$work/$name.lapwing"
        run $name "${servers[1]}" 8092 >>"$work/$name.nginx"
    done
done
echo '| file | server | requests/s | CPU µs per request |'
echo '|---|---|---|---|'
for name in small.html large.png; do
    bytes=$(stat -c %s "$work/site/$name")
    for server in lapwing nginx; do
        rate=$(cut -d ' ' -f 1 "$work/$name.$server" | middle)
        time=$(cut -d ' ' -f 2 "$work/$name.$server" | middle)
        echo "| $bytes bytes | $server | $rate | $time |"
    done
done
