"""JupyterLab in a real browser: start a server, open a notebook, run it, read what it shows."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
SETTINGS = {  # no question about news, no look for updates
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}


@contextmanager
def chromium():
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def window(browser, width: int = 1280, height: int = 720):
    """A fresh window, closed at the end."""
    context = browser.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


@contextmanager
def server(folder: Path):
    """A JupyterLab server for the notebooks in `folder`; gives its address."""
    environment = _environment(folder)
    for name, values in SETTINGS.items():
        path = Path(environment["JUPYTERLAB_SETTINGS_DIR"], f"@jupyterlab/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".jupyterlab-settings").write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--expose-app-in-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    with open(folder / ".server.log", "w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status", process, folder / ".server.log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _environment(folder: Path) -> dict[str, str]:
    """A home of its own, so that no one's settings or trust play a part."""
    home = folder / ".home"
    ours = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
    return ours | {
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def write_notebook(path: Path, *sources: str) -> None:
    """A notebook with these code cells and no outputs."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{k}") for k, source in enumerate(sources)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(notebook, path)


def trust(path: Path, folder: Path) -> None:
    """Sign a notebook, as its own user would, for the server of `folder`."""
    command = [sys.executable, "-m", "nbformat.sign", str(path)]
    subprocess.run(command, env=_environment(folder), check=True, capture_output=True)


def watch(page: Page) -> list[str]:
    """The errors and warnings that the page's console will have shown."""
    heard: list[str] = []

    def hear(message) -> None:
        if message.type in ("error", "warning"):
            heard.append(f"{message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))
    return heard


def open_notebook(page: Page, address: str, name: str) -> None:
    """Show the notebook, and nothing else of JupyterLab's that needs time."""
    page.goto(f"{address}/lab/tree/{name}?reset", wait_until="domcontentloaded")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.context?.isReady")
    page.wait_for_selector(".jp-Notebook .jp-Cell")


def wait_for_kernel(page: Page) -> None:
    """Until the session runs a kernel that has answered; before it, a run is lost."""
    page.evaluate(
        """async () => {
          const session = window.jupyterapp.shell.currentWidget.context.sessionContext;
          await session.ready;
          await session.session.kernel.info;
        }"""
    )
    page.wait_for_function(
        """() => {
          const context = window.jupyterapp.shell.currentWidget.context;
          const kernel = context.sessionContext.session?.kernel;
          return kernel?.connectionStatus === "connected" && kernel.status === "idle";
        }"""
    )


def run_all(page: Page) -> None:
    """Run all cells, and wait until the last has finished."""
    wait_for_kernel(page)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")


def save(page: Page) -> None:
    """Save the open notebook."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")


def interrupt(page: Page) -> None:
    """Stop what the kernel is doing."""
    page.evaluate(
        """() => {
          const context = window.jupyterapp.shell.currentWidget.context;
          return context.sessionContext.session.kernel.interrupt();
        }"""
    )


def stop_kernel(page: Page) -> None:
    """End the session of the open notebook."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
