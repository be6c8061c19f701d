"""The keys of published months, from the environment: one to sign with, and those that everybody checks with."""

from pathlib import Path

from config import environment
from config.environment import UnusableSetting


def key_file(*, is_demonstration: bool) -> Path | None:
    """The file of the key to sign with; None where this process signs nothing. A demonstration makes one for itself."""
    chosen = environment.text("SCT_PUBLICATION_KEY_FILE")
    if not chosen:
        return environment.state_folder() / "secrets" / "publication_key.pem" if is_demonstration else None
    return _there("SCT_PUBLICATION_KEY_FILE", chosen)


def public_keys_file(*, is_demonstration: bool) -> Path | None:
    """The file of the keys to check with, the latest first and those before it below; None where nothing is published."""
    chosen = environment.text("SCT_PUBLICATION_PUBLIC_KEYS_FILE")
    if not chosen:
        return environment.state_folder() / "publication_keys.pem" if is_demonstration else None
    return _there("SCT_PUBLICATION_PUBLIC_KEYS_FILE", chosen)


def _there(name: str, chosen: str) -> Path:
    path = Path(chosen).absolute()
    if not path.is_file():
        raise UnusableSetting(f"{name} is “{chosen}”, but there is no such file.")
    return path
