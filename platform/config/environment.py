"""Typed readers of the process environment: a wrong value stops the start with one clear sentence."""

import os
import re
from pathlib import Path

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")


class UnusableSetting(Exception):
    """A setting of the environment that cannot be used; the text says which one, what was expected and what to do."""


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or ``default`` when it is not set or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A yes/no value: 1, true, yes, on or 0, false, no, off."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise UnusableSetting(f"{name} is “{value}”, but must be one of: 1, true, yes, on, 0, false, no, off.")


def whole_number(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    """A whole number between ``low`` and ``high``."""
    value = text(name)
    if not value:
        return default
    if not value.isdigit() or not low <= int(value) <= high:
        raise UnusableSetting(f"{name} is “{value}”, but must be a whole number from {low} to {high}.")
    return int(value)


def host_name(name: str, default: str) -> str:
    """A host name in small letters: no scheme, no port, no path."""
    value = text(name, default).lower()
    if not _HOST.fullmatch(value):
        raise UnusableSetting(f"{name} is “{value}”, but must be a host name such as sct.example.org and nothing else.")
    return value


def state_folder() -> Path:
    """Where everything local lives: SCT_HOME, else the user's state folder.

    Root has a closed home that the database's own system user cannot reach, so root's state lives in /var/lib.
    """
    chosen = text("SCT_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/sct")
    return Path(text("XDG_STATE_HOME", "~/.local/state")).expanduser().absolute() / "sct"
