#!/usr/bin/env bash
# Succeeds when the service in this container is ready: GET /health/ready (or the path given) answers 200.
# Plain bash, since the image has no HTTP client.
set -eu

url=${EventBus__Health__Url:-http://127.0.0.1:${ASPNETCORE_HTTP_PORTS:-8080}}
port=${url##*:}
port=${port%%[!0-9]*}

exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${1:-/health/ready}" >&3
read -r _ status _ <&3
[ "$status" = 200 ]
