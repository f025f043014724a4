# Sourced by ops/up, ops/test and .ci/run: what this machine must have, and how it gets it. Debian 12.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# What a build and a running server need; what each is for:
#   postgresql-15 the embedded cluster's programs    libpq-dev the database client
#   libqrcodegen-dev, libpango1.0-dev, fonts-noto-cjk printed receipts    tzdata China time
#   libzip-dev, libexpat1-dev, libxlsxwriter-dev reading and writing XLSX, looking into DOCX    libreadstat-dev files of SPSS
#   zlib1g-dev pages sent compressed    libcurl4-openssl-dev mails and webhooks
#   the rest: what the Swift compiler links with, and fetching packages
run_packages=(postgresql-15 libpq-dev libqrcodegen-dev libpango1.0-dev fonts-noto-cjk tzdata zlib1g-dev
    libcurl4-openssl-dev libzip-dev libexpat1-dev libxlsxwriter-dev libreadstat-dev
    pkg-config binutils libc6-dev libstdc++-12-dev git ca-certificates)
test_packages=(chromium procps python3-venv nginx-light openssl faketime python3-aiosmtpd)
# What a server can do without, and says so: pandoc (170 MB) reads drafts as DOCX. The tests want it.
optional_packages=(pandoc)

say() { printf '%s\n' "$*" >&2; }

# Names a missing or too old compiler, with the way to get a new one.
need_swift() {
    local found
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    if [ -z "$found" ]; then
        say "Swift was not found. Minyi needs Swift 6.2 or newer."
    elif [ "$(printf '%s\n' 6.2 "$found" | sort -V | head -n 1)" != 6.2 ]; then
        say "Swift $found is too old. Minyi needs Swift 6.2 or newer."
    else
        return 0
    fi
    say "Get it from https://www.swift.org/install/linux/ (Debian 12), or with swiftly:"
    say "    curl -O https://download.swift.org/swiftly/linux/swiftly-\$(uname -m).tar.gz"
    say "    tar zxf swiftly-\$(uname -m).tar.gz && ./swiftly init"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "This needs root, and sudo is not installed: $*"
        exit 1
    fi
}

# need_packages NAME…: installs the missing ones; does nothing, quickly, when there are none.
need_packages() {
    local name installed missing=()
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qx "installed $name" <<<"$installed" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -q || say "apt-get update failed; trying with the lists this machine has."
    if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
        # Minyi runs a cluster of its own. Debian would start one on port 5432 as well; nobody asked for that.
        as_root apt-get install -q -y --no-install-recommends postgresql-common
        as_root sed -i 's/^#\?create_main_cluster *=.*/create_main_cluster = false/' \
            /etc/postgresql-common/createcluster.conf
    fi
    as_root apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# The release build, made when a source is newer, and its place in $binary. With Swift's libraries within: it runs where there is no
# Swift, and a tenth faster, since a call into them is then a call.
need_release_build() {
    # Even a build with nothing to do takes seconds; the sources' times say whether it is worth asking.
    local stamp=$root/.build/minyi-release.stamp
    binary=$root/.build/release/minyi
    if [ ! -x "$binary" ] || [ ! -e "$stamp" ] ||
        [ -n "$(find "$root/Package.swift" "$root/Sources" -newer "$stamp" -print -quit)" ]; then
        say "Building Minyi (the first time takes some minutes)"
        mkdir -p "$root/.build"
        touch "$stamp.new"
        swift build --package-path "$root" -c release --static-swift-stdlib --product minyi >&2
        mv "$stamp.new" "$stamp"
    fi
}

# need_python_tools [PLACE REQUIREMENTS]: pinned tools in a place of their own under var/; without words those of the tests.
need_python_tools() {
    local venv=$root/var/${1:-venv} wanted=$root/ops/${2:-test-requirements.txt}
    if ! cmp -s "$wanted" "$venv/installed-requirements.txt"; then
        say "Installing Python tools into ${venv#"$root/"}"
        mkdir -p "$root/var"
        [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
        cp "$wanted" "$venv/installed-requirements.txt"
    fi
    PATH=$venv/bin:$PATH
}
