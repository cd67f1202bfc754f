#!/bin/sh
# Sets up .venv for the Makefile:  setup.sh [EXTRA]
# Uses uv where it is installed, else python3 (3.11 or newer) with venv and pip.
set -eu
package=.${1:+[$1]}

stop() { printf '\n%s\n' "$*" >&2; exit 1; }

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    stop "Python 3.11 or newer is needed; python3 here is: $(python3 --version 2>&1 || true)
Install one (Debian, Ubuntu: sudo apt install python3), then run make again."
}

make_venv() {
    "$name" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "$name cannot make a virtual environment here: its venv module is not installed.
On Debian and Ubuntu:  sudo apt install $("$name" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
Then run make again."
    "$name" -m venv --clear .venv ||
        stop "$name could not make the virtual environment .venv; the reason stands above."
}

echo "Setting up .venv (once, a minute or two) ..."
if command -v uv >/dev/null; then
    .venv/bin/python -c '' 2>/dev/null || uv venv --quiet --clear --python '>=3.11' .venv ||
        stop "uv could not make the virtual environment .venv; the reason stands above."
    set -- uv pip install --quiet --python .venv/bin/python
else
    .venv/bin/python -c 'import pip' 2>/dev/null || { find_python; make_venv; }
    set -- .venv/bin/python -m pip install --quiet --disable-pip-version-check
fi
"$@" --editable "$package" ||
    stop "The packages could not be installed; the reason stands above. Is there a network? Then run make again."
# matplotlib looks through all fonts once, and says so on stderr if it takes long: not in a notebook.
.venv/bin/python -c 'import matplotlib.font_manager' 2>/dev/null || true
