"""JupyterLab in a real browser: start a server, open a notebook, run it, read what it shows."""

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import Locator, Page, sync_playwright

from lecture_lib.lab import ROOT, START_PAGE

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
# JupyterLab's own remarks on a busy machine: while it starts, and while it scrolls.
SLOW = r"Plugin .* (took|is taking) .* to activate|Item with index \d+ did not appear within"


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
    """JupyterLab as `lecture lab` starts it, for a copy of the course in `folder`; its address."""
    for part in ("lecture_lib", "notebooks", "exercises"):
        shutil.copytree(ROOT / part, folder / part)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lecture_lib.cli", "lab", "--no-browser", f"--port={port}"]
    command += ["--expose-app-in-browser", "--IdentityProvider.token="]
    log = folder / ".server.log"
    with open(log, "w") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdout=out, stderr=out
        )
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/api/status", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _environment(folder: Path) -> dict[str, str]:
    """A home of its own, so that no one's settings or trust play a part."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG"))}
    return ours | {"HOME": str(folder / ".home")}


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
        slow = re.match(SLOW, message.text, re.DOTALL)
        if message.type in ("error", "warning") and not slow:
            heard.append(f"{message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))
    return heard


def open_notebook(page: Page, address: str, name: str) -> None:
    """Show the notebook, and nothing else of JupyterLab's that needs time."""
    page.goto(f"{address}/lab/tree/{name}?reset", wait_until="domcontentloaded")
    _wait_for_notebook(page, name)


def follow_link(page: Page, address: str, name: str) -> None:
    """Open the start page, and from there the notebook that it links to."""
    page.goto(f"{address}/lab/tree/{START_PAGE}?reset", wait_until="domcontentloaded")
    page.click(f".jp-MarkdownViewer a[href*='/files/{name}']")
    _wait_for_notebook(page, name)


def _wait_for_notebook(page: Page, name: str) -> None:
    page.wait_for_function(
        """name => {
          const context = window.jupyterapp?.shell?.currentWidget?.context;
          return context?.isReady && context.path === name;
        }""",
        arg=name,
    )
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


def cells(page: Page) -> list[dict]:
    """The cells of the open notebook as they are now, with their outputs."""
    return page.evaluate("() => window.jupyterapp.shell.currentWidget.model.toJSON().cells")


def run_in_kernel(page: Page, code: str) -> None:
    """Run code beside the notebook's cells; nothing of it is shown or counted."""
    status = page.evaluate(
        """async code => {
          const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
          const request = { code, silent: true, store_history: false };
          return (await context.session.kernel.requestExecute(request).done).content;
        }""",
        code,
    )
    assert status["status"] == "ok", status


def pixels(image: Locator) -> np.ndarray:
    """What an <img> shows, (height, width, 4) bytes."""
    image.evaluate("image => image.decode()")
    height, width, text = image.evaluate(
        """image => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          const bytes = context.getImageData(0, 0, canvas.width, canvas.height).data;
          let text = "";
          for (let k = 0; k < bytes.length; k += 8192)
            text += String.fromCharCode(...bytes.subarray(k, k + 8192));
          return [canvas.height, canvas.width, btoa(text)];
        }"""
    )
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(height, width, 4)


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
