#!/usr/bin/env bash
# Makes history.db: six monthly snapshots of Acme Remedies, June to November 2026, from which the trend is drawn.
#
#   ./history.sh [ASSIZE]        the program to use; default: the one on PATH
#
# The tree itself is the newest state. Each script in history/ takes it one month further back, so the states are built from
# the newest to the oldest and scanned from the oldest to the newest. The same program makes the same file, byte by byte.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
assize=$(realpath "$(type -P "${1:-assize}")")
readonly MONTHS=(2026-06 2026-07 2026-08 2026-09 2026-10 2026-11)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the scripts in history/ are written in. Each refuses to change nothing: the tree has moved on, and the step with it.

# was FILE SED...: how a line read then.
was() {
  local before file=$1 expression
  shift
  for expression; do
    before=$(sha256sum "$file")
    sed -i -e "$expression" "$file"
    [[ $before != $(sha256sum "$file") ]] || { echo "history.sh: $file: nothing matches $expression" >&2 && exit 1; }
  done
}

# without FILE KEY...: the keys were not there yet, with all that is below them.
without() {
  local before file=$1 key
  shift
  for key; do
    before=$(sha256sum "$file")
    awk -v key="$key:" '
      { match($0, /^ */); indent = RLENGTH }
      inside && NF && indent <= depth { inside = 0 }
      !inside && index($0, key) == indent + 1 { inside = 1; depth = indent }
      !inside { print }' "$file" >"$work/without"
    cat "$work/without" >"$file"
    [[ $before != $(sha256sum "$file") ]] || { echo "history.sh: $file: no key $key" >&2 && exit 1; }
  done
}

# gone FILE...: it did not exist yet.
gone() { rm "$@"; }

# unread FOLDER: it was encrypted with git-crypt, and the job that scans had no key.
unread() {
  local file
  find "$1" -type f -name '*.yaml' | LC_ALL=C sort | while IFS= read -r file; do
    { printf '\0GITCRYPT\0' && sha512sum <"$file"; } >"$file.locked"
    mv "$file.locked" "$file"
  done
}

mkdir "$work/now"
tar --create --directory "$here" --exclude=./assize.db* --exclude=./history.db* --exclude=./report --exclude=./history . |
  tar --extract --directory "$work/now"
# The history is the seed, and its snapshots need no reports.
was "$work/now/assize.toml" '/^db_seed = /d' '/^reports = /d'

later=$work/now
for ((i = ${#MONTHS[@]} - 1; i >= 0; i--)); do
  month=${MONTHS[i]}
  cp --recursive "$later" "$work/$month"
  # shellcheck source=/dev/null
  (cd "$work/$month" && source "$here/history/$month.sh")
  later=$work/$month
done

rm -f "$here/history.db" "$here/history.db-wal" "$here/history.db-shm"
for month in "${MONTHS[@]}"; do
  day=$month-01
  # The folder's name is the same every month; what only that month saw is done last, so that it is in no other.
  rm -rf "$work/acme"
  cp --recursive "$work/$month" "$work/acme"
  if [[ -f $here/history/$month.only.sh ]]; then
    # shellcheck source=/dev/null
    (cd "$work/acme" && source "$here/history/$month.only.sh")
  fi
  # Nobody attests to what has not happened: paragraphs of a later day go.
  awk -v day="$day" 'BEGIN { RS = ""; ORS = "\n\n" }
    { date = ""; if (match($0, /performed_at = [0-9-]+/)) date = substr($0, RSTART + 15, 10) }
    date <= day' "$work/$month/attestations.toml" >"$work/acme/attestations.toml"
  # Scanned by a relative path and under a fixed name, so that the ledger says the same on every machine.
  (cd "$work" && SOURCE_DATE_EPOCH=$(date --utc --date "${day}T06:00:00Z" +%s) USER=scanner "$assize" scan acme --db "$here/history.db" >/dev/null)
  echo "$day"
done
