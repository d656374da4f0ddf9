#!/bin/sh
# System packages: what is missing is installed when we may (root on Debian), and otherwise named exactly.
#   requirements/system.sh run    what serving needs
#   requirements/system.sh test   what the tests need as well
#   requirements/system.sh bench  what measuring needs as well
set -eu

python=${PYTHON:-python3}

run="python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk fonts-dejavu-core"
test="$run chromium-headless-shell postgresql strace nodejs npm poppler-utils zbar-tools default-jdk-headless libjaxb-java"
bench="$test wrk"

case "${1:-run}" in
run) wanted=$run ;;
test) wanted=$test ;;
bench) wanted=$bench ;;
*) echo "usage: $0 run|test|bench" >&2; exit 2 ;;
esac

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Askwell needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv" >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not Debian, so nothing is installed for you. Askwell needs: $wanted (or your system's names for them)." >&2
    exit 0
fi

missing=""
for package in $wanted; do
    # A Python of your own brings its own venv.
    if [ "$package" = python3-venv ] && "$python" -c 'import ensurepip, venv' 2>/dev/null; then continue; fi
    # A Node of your own brings its own npm.
    case "$package" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    echo "Installing:$missing"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "These packages are missing. Install them, then run make again:" >&2
    echo "    sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
