import socket

import pytest

from lecture_lib import lab


@pytest.fixture
def started(monkeypatch):
    """The calls that would have run JupyterLab."""
    calls = []
    monkeypatch.setattr(lab, "_run", lambda *call: calls.append(call))
    return calls


@pytest.fixture
def taken():
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_options_reach_jupyterlab(started, monkeypatch):
    monkeypatch.setattr(lab, "_refusal", lambda port: "")
    assert lab.main(["--no-browser", "--port", "8899", "--ip", "0.0.0.0"]) == 0
    assert started == [(8899, False, ["--ip", "0.0.0.0"])]


def test_a_taken_port_is_refused_in_a_sentence(started, taken, capsys):
    assert lab.main(["--port", str(taken)]) == 1
    assert f"port {taken} cannot be used: another program" in capsys.readouterr().err
    assert not started


def test_without_a_port_the_next_free_one_is_taken(started, taken, monkeypatch, capsys):
    monkeypatch.setattr(lab, "FIRST_PORT", taken)
    assert lab.main([]) == 0
    port, open_browser, _ = started[0]
    assert port > taken and open_browser
    shown = capsys.readouterr().out
    assert f"{taken} is taken" in shown and f"uses {port}." in shown


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1"])
def test_no_port_at_all(started, port, capsys):
    with pytest.raises(SystemExit):
        lab.main([f"--port={port}"])
    assert f"got '{port}'" in capsys.readouterr().err


def test_an_incomplete_folder_is_named(started, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    assert lab.main([]) == 1
    assert "notebooks/start.md" in capsys.readouterr().err
    assert not started
