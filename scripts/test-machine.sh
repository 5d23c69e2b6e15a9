#!/usr/bin/env bash
# What the tests need from the machine: a browser with Chinese fonts, PostgreSQL's server, Pango for PDF.
# Installs what is missing where that is possible (Debian, as root or with sudo); otherwise says what to install.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
	missing+=(chromium)
ls /usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || missing+=(postgresql)
ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || missing+=(libpango-1.0-0 libpangoft2-1.0-0)
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
	echo "The tests need: ${missing[*]} (names of Debian's packages). Install them and run again." >&2
	exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
	if ! sudo -n true 2>/dev/null; then
		echo "The tests need: ${missing[*]}. Run: sudo apt-get install ${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi
echo "Installing ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
wait=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
"${as_root[@]}" apt-get "${wait[@]}" -qq update
"${as_root[@]}" apt-get "${wait[@]}" -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
