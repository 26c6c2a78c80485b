#!/usr/bin/env bash
# Starts the built images as the cluster does (numeric user, read-only root, no capabilities, tokens required), waits until each is healthy, trains a small
# model and explains its test images. Blobs are in an Azurite on this machine, the database is on a tmpfs. Prints the image sizes.
#   CONTAINER_TOOL, REPOSITORY, TAG   as in build.sh
#   RUN_OPTIONS      more options for the run command, such as --gpus all
#   PORT             first of five free ports (default 5600)
set -euo pipefail
cd "$(dirname "$0")/../.."
tool=(${CONTAINER_TOOL:-podman})
repository=${REPOSITORY:-linnaeus}
tag=${TAG:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)}
port=${PORT:-5600}
services=(registry trainer explainer portal)
work=$(mktemp -d)
names=()
exec 3>&2

finish() {
  status=$?
  for name in ${names[@]+"${names[@]}"}; do
    [ $status -eq 0 ] || { printf -- '-- %s\n' "$name"; "${tool[@]}" logs --tail 20 "$name" 2>&1; } >&2
    "${tool[@]}" rm -f "$name" >/dev/null 2>&1
  done
  [ -z "${azurite:-}" ] || kill "$azurite"
  rm -rf "$work"
}
trap finish EXIT
stop() { echo "check.sh: $*" >&3; exit 1; }

start() { # SERVICE [OPTION ...]: listens on $port + its position in services
  local service=$1 image=$repository/$1:$tag place
  shift
  user=$("${tool[@]}" image inspect -f '{{.Config.User}}' "$image")
  [[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || stop "$image runs as '$user', expected a numeric user other than root."
  for ((place = 0; place < ${#services[@]}; place++)); do [ "${services[place]}" != "$service" ] || break; done
  names+=("linnaeus-check-$$-$service")
  "${tool[@]}" run -d --name "linnaeus-check-$$-$service" --network host --read-only --cap-drop all --security-opt no-new-privileges \
    --tmpfs /tmp:rw,noexec,nosuid,size=256m,mode=1777 -e ASPNETCORE_URLS="http://+:$((port + place))" -e Access__Mode=required \
    -e services__registry__http__0="http://localhost:$port" ${RUN_OPTIONS:-} "$@" "$image" >/dev/null
  wait_for "$service is healthy" 60 curl -fsS -o /dev/null "localhost:$((port + place))/health"
}

wait_for() { # WHAT SECONDS COMMAND ...
  local what=$1 seconds=$2 began=$SECONDS
  shift 2
  until "$@" 2>"$work/errors"; do
    [ $((SECONDS - began)) -lt "$seconds" ] || stop "timed out after $seconds s waiting for: $what. $(cat "$work/errors")"
    sleep 0.5
  done
  printf '%s (%d s)\n' "$what" $((SECONDS - began))
}

token() { printf 'lin_%s' "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"; }
ask() { curl -sS --fail-with-body -H "Authorization: Bearer $admin" -H 'content-type: application/json' "$@"; }

[ -d AppHost/azurite/node_modules ] || npm ci --prefix AppHost/azurite --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
key=$(head -c 64 /dev/urandom | base64 -w0)
blobs=$((port + 4))
AZURITE_ACCOUNTS=check:$key node AppHost/azurite/node_modules/azurite/dist/src/blob/main.js --blobHost 127.0.0.1 --blobPort "$blobs" --location "$work/blobs" \
  --skipApiVersionCheck --silent --disableTelemetry >"$work/azurite.log" &
azurite=$!

admin=$(token) trainer=$(token) explainer=$(token)
start registry --tmpfs /data:rw,noexec,nosuid,size=256m,mode=1777 -e Registry__DataDirectory=/data -e Access__BootstrapToken="$admin" \
  -e Access__ServiceTokens__trainer="$trainer" -e Access__ServiceTokens__explainer="$explainer" \
  -e ConnectionStrings__blobs="DefaultEndpointsProtocol=http;AccountName=check;AccountKey=$key;BlobEndpoint=http://127.0.0.1:$blobs/check;"
start trainer --tmpfs /cache:rw,noexec,nosuid,size=1g,mode=1777 -e Access__Token="$trainer" -e Trainer__CacheDirectory=/cache
start explainer --tmpfs /cache:rw,noexec,nosuid,size=1g,mode=1777 -e Access__Token="$explainer" -e Explainer__CacheDirectory=/cache
start portal -e services__explainer__http__0="http://localhost:$((port + 2))" -e Portal__SessionSecret="$(token)"
[ "$(curl -s -o /dev/null -w '%{http_code}' "localhost:$port/api/jobs")" = 401 ] || stop "the Registry answers without a token."

answer=$(ask "localhost:$port/api/jobs" -d '{"kind": "train", "spec": {"model": "check", "dataset": "synthetic-flowers", "image_size": 32, "epochs": 1,
  "synthetic": {"classes": 2, "train_per_class": 8, "val_per_class": 4, "test_per_class": 4}, "batch_size": 8, "explain_images": 1}}') ||
  stop "the job was rejected: $answer"
job=$(sed 's/.*"id": *"\([0-9a-f]*\)".*/\1/' <<<"$answer")
trained() {
  answer=$(ask "localhost:$port/api/jobs/$job")
  [[ $answer != *'"FAILED"'* ]] || stop "the run failed: $answer"
  [[ $answer == *'"SUCCEEDED"'* ]]
}
explained() { [[ $(ask "localhost:$port/api/explanations?model=models:/check/1") == *'"method"'* ]]; }
wait_for "a model was trained" 180 trained
wait_for "its test image was explained" 120 explained
[[ $(curl -fsSL "localhost:$((port + 3))/") == *"<form"* ]] || stop "the Portal does not show the sign-in page."

printf '\n%-28s %10s\n' image MB
for service in "${services[@]}"; do
  printf '%-28s %10d\n' "$repository/$service:$tag" $(($("${tool[@]}" image inspect -f '{{.Size}}' "$repository/$service:$tag") / 1000000))
done
