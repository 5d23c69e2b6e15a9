#!/usr/bin/env bash
# Back up an installation with PostgreSQL, while people work.
#   backup-postgres.sh DATABASE_URL DATA_FOLDER TARGET_FOLDER
set -euo pipefail
umask 077

usage="Usage: $0 DATABASE_URL DATA_FOLDER TARGET_FOLDER"
url=${1:?"$usage"}
data=${2:?"$usage"}
target=${3:?"$usage"}
mkdir -p "$target"

name=$target/jiannuo-$(date +%Y%m%d-%H%M%S)
trap 'rm -f "$name".*.part' EXIT
pg_dump --format=custom --no-owner --file="$name.dump.part" "$url"
pg_restore --list "$name.dump.part" >/dev/null

rest=()
for part in files secret-key demo-password demonstration; do
	[ -e "$data/$part" ] && rest+=("$part")
done
[ ${#rest[@]} -eq 0 ] || tar -czf "$name.files.tar.gz.part" -C "$data" "${rest[@]}"
for part in "$name".*.part; do
	mv "$part" "${part%.part}"
	echo "${part%.part}"
done
