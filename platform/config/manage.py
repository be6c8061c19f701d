"""The command line `manage`: starts the embedded database when needed and speaks in sentences."""

import hashlib
import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import NoReturn

from kit.cli import complaint, unreadable_arguments

# Commands that may change roles and schemas, or act for the owner of the database. Everything else signs in as the
# role of the municipality it works for.
OWNER_COMMANDS = {
    "set_up_database",
    "open_municipality",
    "close_municipality",
    "open_applications",
    "lengthen_trial",
    "migrate",
    "makemigrations",
    "run_provisioner",
    "load_demonstration",
}
WITHOUT_DATABASE = {"help", "version", "--help", "--version", "compilemessages", "makemessages", "collectstatic"}

STARTS_DATABASE_ITSELF = {"serve"}  # once it knows that nobody else does


def _complain(sentence: str) -> int:
    print(complaint(sentence, as_json="--json" in sys.argv), file=sys.stderr)  # noqa: T201
    return 1


def _execute(arguments: list[str]) -> None:
    """Runs one command as Django does; what is wrong with its name or its arguments is an error like every other."""
    from django.core.management import BaseCommand, CommandError, CommandParser, ManagementUtility, get_commands

    class Utility(ManagementUtility):
        def fetch_command(self, subcommand: str) -> BaseCommand:
            if subcommand not in get_commands():
                raise CommandError(f"No command is called “{subcommand}”; `manage help` tells them all.")
            return super().fetch_command(subcommand)

    def refuse(parser: ArgumentParser, message: str) -> NoReturn:
        raise CommandError(unreadable_arguments(message, parser.prog.split()[-1]))

    CommandParser.error = refuse  # type: ignore[method-assign,assignment]
    Utility(arguments).execute()


def main() -> None:
    """Runs one command; an error that people can do something about is one sentence and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["TENANT_DB_MODE"] = "owner"
    elif os.environ.get("TENANT_DB_MODE") == "owner":  # started by one of them, which does not pass its rights on
        del os.environ["TENANT_DB_MODE"]

    from config import environment
    from config.embedded.binaries import NoDatabasePrograms
    from config.embedded.server import UnableToStartDatabase

    try:
        if command not in WITHOUT_DATABASE | STARTS_DATABASE_ITSELF:
            start_database(command)
        # With --traceback Django lets errors through, and they are told below, without the name of their class.
        told_here = [] if command in WITHOUT_DATABASE | {"procrastinate"} else ["--traceback"]
        _execute([*sys.argv, *told_here])
    except (environment.UnusableSetting, UnableToStartDatabase, NoDatabasePrograms) as error:
        sys.exit(_complain(str(error)))
    except OSError as error:
        if os.environ.get("SCT_TRACE") or not _is_about_state_folder(error):
            raise
        sys.exit(
            _complain(
                f"{environment.state_folder()} cannot be used for SCT's state: {error.strerror}. Choose another folder with SCT_HOME."
            )
        )
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("SCT_TRACE") or not _is_expected(error):
            raise
        sys.exit(_complain(str(error)))


def start_database(command: str) -> None:
    """Starts the embedded database, set up for this code, unless DATABASE_URL names another one."""
    from config import database, environment

    if environment.text("DATABASE_URL"):
        return
    database.embedded().start()
    ready = environment.state_folder() / "postgres" / "set-up-with"
    if command != "set_up_database" and (not ready.exists() or ready.read_text() != _fingerprint()):
        done = subprocess.run([sys.executable, sys.argv[0], "set_up_database"], stdout=sys.stderr, check=False)
        if done.returncode:
            sys.exit(done.returncode)
        ready.write_text(_fingerprint())


def _fingerprint() -> str:
    """Changes when a migration or a rule of isolation changes: then the database is set up again."""
    root = Path(__file__).resolve().parents[2]
    files = sorted([*root.glob("*/*/migrations*/0*.py"), *root.glob("tenants/isolation/*.py")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _is_about_state_folder(error: OSError) -> bool:
    """A folder that is read-only, closed to us, or whose name is too long."""
    from config import environment

    named = Path(os.fsdecode(error.filename)) if error.filename else None
    home = environment.state_folder()
    return named is not None and (named.is_relative_to(home) or home.is_relative_to(named))


def _is_expected(error: Exception) -> bool:
    """Errors whose text was written for people, plus a database that does not answer or cannot hold a value."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import DataError, OperationalError

    expected = DataError | OperationalError | ImproperlyConfigured | CommandError
    return isinstance(error, expected) or type(error).__name__.startswith("UnableTo")


if __name__ == "__main__":
    main()
