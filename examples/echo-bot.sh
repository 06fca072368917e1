#!/bin/sh
# Answers every message with its own text: each exactly once, whatever is killed and however often (docs/json.md).
#
#   echo-bot.sh STATE-FOLDER [FLAGS OF p2p listen…]
#
# p2p tells what was stored since the cursor; each answer acknowledges its message, and `once` keeps a second answer from
# being sent. So nothing is kept here but the cursor.
set -eu
state=$1
shift
mkdir -p "$state"
# One bot has the folder: what a killed one left goes.
rm -f "$state"/commands.*
commands=$state/commands.$$
mkfifo -m 600 "$commands"
trap 'rm -f "$commands"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# From an event to its answer. JSON text is copied as it stands, escapes and all. Groups are left to others.
answer='/"group":\{/d
s/^\{"type":"message","peer":\{"key":"([^"]+)".*"id":"([0-9a-f]+)".*"text":"(([^"\\]|\\.)*)".*"cursor":"([0-9]+)".*$/{"type":"message","to":"\1","text":"\3","once":"\2","ack":"\5"}/p'

p2p listen --json --cursor-file "$state/cursor" "$@" <"$commands" | sed -nuE "$answer" >"$commands"
