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
    code = f"import runpy, sys; sys.modules['venv'] = None; runpy.run_path({str(ROOT / 'bin/setup')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "Python's venv is missing: apt install python3-venv"


def test_the_command_manage_works_in_a_folder_with_blanks_and_a_long_name(tmp_path):
    root = tmp_path / "my own clone of it" / ("x" * 120)
    venv = root / ".venv"
    (venv / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages").mkdir(parents=True)
    (venv / "bin").mkdir()
    python = venv / "bin/python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    (root / "bin").mkdir()
    setup = str(shutil.copy(ROOT / "bin/setup", root / "bin/setup"))
    code = f"import runpy; runpy.run_path({setup!r}, run_name='setup')['link_sources']()"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    manage = venv / "bin/manage"
    done = subprocess.run([manage, "figures", "--queue", "a b"], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [str(manage), "figures", "--queue", "a b"], done.stderr
    compile(manage.read_text(), "manage", "exec")
