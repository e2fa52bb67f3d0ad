# What tests/run and docker/demo need before they start. To be sourced by bash, in the project's root;
# sets as_root, the words that run a command as root.

as_root=()
[[ $(id -u) == 0 ]] || as_root=(sudo)

# Those of the packages named that are not installed, one a line. "name:architecture" is one of another.
missing_packages() {
    comm -23 <(printf '%s\n' "$@" | sort -u) <(
        dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Package}:${Architecture}\n' "$@" 2>/dev/null |
            awk '$1 == "ii" { print $2; print $3 }' | sort -u
    )
}

# Tells apt of the architectures of the packages named.
add_architectures() {
    local package
    for package; do
        [[ $package != *:* ]] || "${as_root[@]}" dpkg --add-architecture "${package#*:}" || return
    done
}

# Installs those of the packages named that are missing. Says so first; what apt-get says, only when it fails.
install_packages() {
    local missing said
    mapfile -t missing < <(missing_packages "$@")
    if [[ ${#missing[@]} == 0 ]]; then
        echo "all $# packages are installed"
        return
    fi
    echo "installing with ${as_root[*]:+${as_root[*]} }apt-get: ${missing[*]}"
    said=$(
        {
            add_architectures "${missing[@]}" &&
                "${as_root[@]}" apt-get -qq update &&
                "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                    apt-get -qq install --yes --no-install-recommends "${missing[@]}"
        } 2>&1
    ) || {
        printf '%s\n' "$said"
        return 1
    }
    echo "installed ${#missing[@]} packages"
}

# Makes a Python environment, or makes it anew when its list of packages has changed: the folder
# (.venv), the list (tests/requirements.txt).
make_venv() {
    local folder=${1:-.venv} list=${2:-tests/requirements.txt}
    if ! cmp -s "$list" "$folder/requirements.txt"; then
        echo "installing $list into $folder/"
        python3 -m venv --clear "$folder" &&
            "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$list" &&
            cp "$list" "$folder/requirements.txt" || return
    fi
    echo "$(grep -c == "$list") packages of $list are in $folder/"
}
