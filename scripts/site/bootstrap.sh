# Sourced by the commands beside it: finds or installs what they need, then Python takes over (scripts/site).
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
OWN=$ROOT/.dlt-sync

say() { printf '%s\n' "$*" >&2; }

die() {
    say "Cannot go on: $*"
    exit 1
}

has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

python_fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13 /usr/bin/python3; do
        if has "$name" && python_fits "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# The packages that lack for a purpose: python, php, pgsql, mariadb, phpunit, chromium, git.
missing_for() {
    case $1 in
        python) find_python >/dev/null || echo python3 python3-venv ;;
        php) missing_php ;;
        pgsql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || has initdb || echo postgresql ;;
        mariadb) { has mariadbd && has mariadb-install-db; } || echo mariadb-server ;;
        phpunit)
            [ -e /usr/share/php/PHPUnit/Autoload.php ] || echo phpunit
            [ -e /usr/share/php/org/bovigo/vfs/autoload.php ] || echo php-mikey179-vfsstream
            [ -e /usr/share/i18n/locales/en_AU ] || echo locales
            ;;
        git) has git || echo git ca-certificates ;;
        chromium) has chromium || echo chromium fonts-dejavu-core ;;
        shellcheck) has shellcheck || echo shellcheck ;;
    esac
}

missing_php() {
    local loaded extension
    has php || echo php-cli
    loaded=$(php -m 2>/dev/null || true)
    for extension in curl:curl gd:gd intl:intl mbstring:mbstring mysqli:mysql pgsql:pgsql soap:soap SimpleXML:xml zip:zip; do
        grep -qix "${extension%:*}" <<<"$loaded" || echo "php-${extension#*:}"
    done
}

# install_missing PURPOSE...: installs only what is not there.
install_missing() {
    local purpose packages=() as_root=()
    for purpose in "$@"; do
        read -r -d '' -a found < <(missing_for "$purpose") || true
        packages+=("${found[@]}")
    done
    [ ${#packages[@]} -gt 0 ] || return 0
    has apt-get || die "these are missing, and this system has no apt-get to install them with: ${packages[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "these packages are missing: ${packages[*]}. Install them as root: apt-get install ${packages[*]}"
        as_root=(sudo)
    fi
    say "Installing what is missing: ${packages[*]} (log: .dlt-sync/apt.log)"
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get)
    {
        "${as_root[@]}" update -q &&
            "${as_root[@]}" install -y -q --no-install-recommends "${packages[@]}"
    } >"$OWN/apt.log" 2>&1 || {
        tail -n 5 "$OWN/apt.log" >&2
        die "these packages could not be installed: ${packages[*]}. Install them, then run this again."
    }
}

# ensure_venv [EXTRA]: a Python environment with dlt-sync in it, made anew when its requirements change.
ensure_venv() {
    local venv=$OWN/venv extra=${1:-} python wanted
    python=$(find_python) || die "Python 3.11 or newer is missing"
    wanted="$(cat "$ROOT/setup.cfg" "$ROOT/pyproject.toml" | sha256sum) $ROOT"
    if [ "$(cat "$venv/stamp-$extra" 2>/dev/null)" = "$wanted" ]; then return; fi
    if [ -z "$extra" ] && grep -qsxF "$wanted" "$venv"/stamp-*; then return; fi
    say "Making the Python environment .dlt-sync/venv"
    # One that was interrupted, or was made elsewhere, has no stamp and is made anew.
    grep -qsF " $ROOT" "$venv"/stamp-* || rm -rf "$venv"
    [ -d "$venv" ] || "$python" -m venv "$venv" || die "$python could not make $venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -e "$ROOT${extra:+[$extra]}" >&2 ||
        die "the Python packages could not be installed (is the package index reachable?)"
    printf '%s' "$wanted" >"$venv/stamp-$extra"
}

# Whether Moodle's code would have to be fetched.
moodle_is_missing() { [ -z "${MOODLE_DIR:-}" ] && [ ! -e "$HOME/.cache/dlt-sync/moodle/version.php" ]; }

# site COMMAND...: hand over to Python.
site() {
    cd "$ROOT" || exit 1
    exec "$OWN/venv/bin/python" -m scripts.site "$@"
}

[ -d "$OWN" ] || mkdir -m 711 "$OWN"
