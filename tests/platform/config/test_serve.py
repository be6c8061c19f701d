"""`make run`: what its processes may know, a second start beside the first, a taken port, a start that was cut short."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers import free_port, other_server
from support import manage

from config.embedded.server import Embedded

PROCESSES = {"web": "gunicorn", "worker": "run_worker", "provisioner": "run_provisioner"}


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of state of its own, that the database's system user can reach."""
    path = Path(tempfile.mkdtemp(prefix="sct-serve-"))
    path.chmod(0o711)
    yield path
    Embedded(path).stop()
    shutil.rmtree(path)


def _environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SCT_HOME", "PORT"}}
    return {**kept, "SCT_DEMONSTRATION": "0", "PYTHONUNBUFFERED": "1", **more}


@contextmanager
def serving(port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "config.manage", "serve"],
        env=_environment(PORT=str(port), **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_for(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        finally:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).read()
            return
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise AssertionError(process.stdout.read() if process.stdout else "")


def _becomes_ready(port: int) -> bool:
    """Worker and provisioner have shown that they work."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status == 200
        except OSError:
            time.sleep(0.5)
    return False


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, children) for one in (child, *_descendants(child))]


def _environments(pid: int) -> dict[str, list[dict[str, str]]]:
    """The environment of every process of web, worker and provisioner below ``pid``."""
    found: dict[str, list[dict[str, str]]] = {name: [] for name in PROCESSES}
    for one in _descendants(pid):
        command = Path(f"/proc/{one}/cmdline").read_text().split("\0")
        if Path(command[0]).name in {"sh", "dash"}:
            continue
        for name, word in PROCESSES.items():
            if any(part.endswith(word) or word in part for part in command):
                pairs = Path(f"/proc/{one}/environ").read_text().split("\0")
                found[name].append(dict(pair.split("=", 1) for pair in pairs if "=" in pair))
    return found


def test_web_worker_and_provisioner_never_see_the_superuser_and_only_the_provisioner_the_owners_key(tmp_path):
    with other_server() as server:
        owner_key = tmp_path / "owner_key"
        owner_key.write_bytes(os.urandom(32))
        port = free_port()
        with serving(port, **server.environment, SCT_OWNER_KEY_FILE=str(owner_key)) as process:
            until = time.monotonic() + 120
            while not all((seen := _environments(process.pid)).values()) and time.monotonic() < until:
                time.sleep(0.2)
            assert all(seen.values())
            for name, environments in seen.items():
                for environment in environments:
                    assert server.password not in "\n".join(environment.values())
                    assert environment["DATABASE_URL"] == f"postgres://127.0.0.1:{server.cluster.port}/sct"
                    assert ("SCT_OWNER_KEY_FILE" in environment) == (name == "provisioner")
            assert _becomes_ready(port)


def _refused(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "config.manage", "serve"],
        env=_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_a_second_start_in_the_same_folder_is_refused_and_the_first_goes_on(home):
    port = free_port()
    with serving(port, SCT_HOME=str(home)) as first:
        assert "runs already" in _refused(SCT_HOME=str(home), PORT=str(free_port()))
        assert first.poll() is None
        assert _becomes_ready(port)
    assert not Embedded(home).is_running(), "the end of the first stops its database"
    with serving(port, SCT_HOME=str(home)):  # and the same folder serves again
        assert _becomes_ready(port)


def test_a_taken_port_is_told_in_one_sentence_and_no_database_is_left_running(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert f"Port {port} is taken" in _refused(SCT_HOME=str(home), PORT=port)
    assert not Embedded(home).is_running()


def test_a_taken_port_of_the_stand_in_for_payments_is_told_before_anything_starts(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = _refused(SCT_HOME=str(home), SCT_DEMONSTRATION="1", PORT=str(free_port()), STRIPE_DOUBLE_PORT=port)
    assert f"Port {port} is taken" in told and "STRIPE_DOUBLE_PORT=" in told
    assert not Embedded(home).is_running()


def test_a_start_that_was_cut_short_is_gone_on_with(home):
    unfinished = home / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    if owner := Embedded(home)._server_user():  # as initdb, killed, leaves it
        for path in (unfinished, unfinished / "PG_VERSION"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    done = manage("check", SCT_HOME=str(home), DATABASE_URL="")
    assert done.returncode == 0
    assert not unfinished.exists()
    (home / "postgres" / "set-up-with").unlink()  # killed after the cluster was made, before it was set up
    assert manage("check", SCT_HOME=str(home), DATABASE_URL="").returncode == 0


@pytest.mark.parametrize("folder", ["/proc/sct", "/dev/null/sct", "/tmp/" + "x" * 300])
def test_a_folder_that_cannot_hold_the_state_is_told_in_one_sentence(folder):
    assert "cannot be used for SCT's state" in _refused(SCT_HOME=folder)


def test_a_long_path_of_the_folder_is_no_hindrance(home):
    deep = home.joinpath(*["long"] * 30)
    deep.mkdir(parents=True)
    assert manage("check", SCT_HOME=str(deep), DATABASE_URL="").returncode == 0
    Embedded(deep).stop()
    shutil.rmtree(Embedded(deep).sockets)


def test_a_folder_with_blanks_and_a_comma_is_no_hindrance(home):
    strange = home / "estat, de prova"
    strange.mkdir()
    assert manage("check", SCT_HOME=str(strange), DATABASE_URL="").returncode == 0
    Embedded(strange).stop()
    shutil.rmtree(Embedded(strange).sockets)


def test_a_server_that_does_not_start_is_told_with_its_reason(home):
    assert manage("check", SCT_HOME=str(home), DATABASE_URL="").returncode == 0
    Embedded(home).stop()
    with (home / "postgres" / "data" / "postgresql.conf").open("a") as file:
        file.write("max_connections = many\n")
    done = manage("check", check=False, SCT_HOME=str(home), DATABASE_URL="")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "FATAL:" in done.stderr


def test_the_folder_of_the_sockets_of_somebody_else_is_refused(home):
    deep = home.joinpath(*["deep"] * 30)
    deep.mkdir(parents=True)
    foreign = Embedded(deep).sockets
    foreign.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    os.chown(foreign, 65534, 65534)
    try:
        done = manage("check", check=False, SCT_HOME=str(deep), DATABASE_URL="")
        assert done.returncode == 1
        assert "belongs to somebody else" in done.stderr
    finally:
        foreign.rmdir()


def test_programs_too_old_for_a_server_of_our_own_are_told_in_one_sentence(home):
    programs = home / "old" / "postgresql" / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "pg_dump", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n")
        (programs / name).chmod(0o755)
    told = _refused(SCT_HOME=str(home), SCT_PG_BIN=str(programs), PORT=str(free_port()))
    assert "15.18" in told
    assert "DATABASE_URL" in told
