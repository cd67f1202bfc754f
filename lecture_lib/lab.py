"""`lecture lab`: JupyterLab, opened at the start page."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
START_PAGE = "notebooks/start.md"
# No news question, and Markdown shown as a page. The user's own settings come on top.
SETTINGS = Path(__file__).with_name("lab_settings")
# Which tabs are open, for this course only; at first none, and the file browser folded away.
WORKSPACES = ROOT / "build" / "workspaces"
FIRST_LAYOUT = {
    "data": {"layout-restorer:data": {"left": {"collapsed": True, "widgets": []}}},
    "metadata": {"id": "default"},
}
FIRST_PORT = 8888


def main(argv: Sequence[str]) -> int:
    """Run JupyterLab until it is stopped. Returns 1 if it cannot be started."""
    parser = argparse.ArgumentParser(
        prog="lecture lab",
        description="Open JupyterLab at the start page. Other options go to JupyterLab.",
        allow_abbrev=False,
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.add_argument("--port", type=_port, help=f"default: {FIRST_PORT}, or the next free one")
    options, others = parser.parse_known_args(argv)
    if not (ROOT / START_PAGE).is_file():
        print(
            f"lecture lab: {START_PAGE} is not in {ROOT}; is the course's folder complete?",
            file=sys.stderr,
        )
        return 1
    port = _choose_port(options.port)
    if port is None:
        return 1
    _run(port, not options.no_browser, others)
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"got {text!r}, wanted a number from 1 to 65535")
    return int(text)


def _choose_port(wanted: int | None) -> int | None:
    """The port to listen on; None, with a sentence printed, if there is none."""
    if wanted is not None:
        if reason := _refusal(wanted):
            print(
                f"lecture lab: port {wanted} cannot be used: {reason}.\n"
                "Choose another one, or leave --port out: then a free one is found.",
                file=sys.stderr,
            )
            return None
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + 50):
        if not _refusal(port):
            if port > FIRST_PORT:
                print(f"Port {FIRST_PORT} is taken (another JupyterLab?): this one uses {port}.")
            return port
    message = f"lecture lab: ports {FIRST_PORT} to {port} are all taken; choose one with --port."
    print(message, file=sys.stderr)
    return None


def _refusal(port: int) -> str:
    """Why the server could not listen on `port`; empty if it could."""
    from tornado.netutil import bind_sockets

    try:
        sockets = bind_sockets(port, "localhost")
    except PermissionError:
        return "this user may not listen on it"
    except OSError:
        return "another program listens on it"
    for each in sockets:
        each.close()
    return ""


def _run(port: int, open_browser: bool, others: Sequence[str]) -> None:
    paths = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    # An optional check of addresses in schemas; importing it takes half of the start.
    sys.modules.setdefault("rfc3987_syntax", None)
    from jupyterlab.labapp import LabApp
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    if not WORKSPACES.exists():
        WorkspacesManager(str(WORKSPACES)).save("default", json.dumps(FIRST_LAYOUT))
    print("JupyterLab is starting. Stop it with Ctrl-C.", flush=True)
    LabApp.launch_instance(
        [
            f"--ServerApp.root_dir={ROOT}",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.open_browser={open_browser}",
            "--ServerApp.allow_root=True",  # in a container everybody is root
            "--ServerApp.answer_yes=True",  # Ctrl-C stops at once
            "--Application.log_level=ERROR",
            "--KernelManager.transport_encryption=auto",  # or each kernel warns that it has none
            f"--LabApp.default_url=/lab/tree/{START_PAGE}",
            f"--LabApp.workspaces_dir={WORKSPACES}",
            *others,
        ]
    )
