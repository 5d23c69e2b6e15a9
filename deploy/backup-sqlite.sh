#!/usr/bin/env bash
# Back up an installation with the embedded database, while people work.
#   backup-sqlite.sh DATA_FOLDER TARGET_FOLDER
set -euo pipefail
umask 077

data=${1:?"Usage: $0 DATA_FOLDER TARGET_FOLDER"}
target=${2:?"Usage: $0 DATA_FOLDER TARGET_FOLDER"}
database=$data/jiannuo.sqlite3
[ -f "$database" ] || { echo "There is no database $database" >&2; exit 1; }
command -v sqlite3 >/dev/null || { echo "The program sqlite3 is missing. On Debian: apt-get install sqlite3" >&2; exit 1; }
mkdir -p "$target"

work=$(mktemp -d "$target/.backup-XXXXXX")
trap 'rm -rf "$work"' EXIT
sqlite3 -cmd ".timeout 20000" "$database" "VACUUM INTO '$work/jiannuo.sqlite3'"
check=$(sqlite3 "$work/jiannuo.sqlite3" "PRAGMA integrity_check")
[ "$check" = ok ] || { echo "The copy is damaged: $check" >&2; exit 1; }

rest=()
for name in files secret-key demo-password demonstration; do
	[ -e "$data/$name" ] && rest+=("$name")
done
archive=$target/jiannuo-$(date +%Y%m%d-%H%M%S).tar.gz
tar -czf "$archive.part" -C "$work" jiannuo.sqlite3 -C "$data" "${rest[@]}"
mv "$archive.part" "$archive"
echo "$archive"
