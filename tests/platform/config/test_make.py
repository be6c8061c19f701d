"""`make` on a machine where something is missing: one sentence with the line that installs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def _make(*arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is missing")
    return subprocess.run(
        [make, "--silent", *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("target", ["run", "test", "lint"])
def test_without_python_the_apt_line_is_told(target, tmp_path):
    for name in ("sh", "env"):  # a machine that has a shell and nothing else
        (tmp_path / name).symlink_to(shutil.which(name) or "/bin/sh")
    done = _make(target, path=str(tmp_path))
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "Python is missing: apt install python3 python3-venv"
    assert done.stdout == ""


def test_without_venv_the_apt_line_is_told(tmp_path):
    code = f"import runpy, sys; sys.modules['venv'] = None; runpy.run_path({str(ROOT / 'bin/setup')!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "Python's venv is missing: apt install python3-venv"
