"""`make run` starts the stand-in in demonstrations without a key, tells web and worker its secret, and takes it along."""

import os
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from servers import free_port

DEMONSTRATION = {"SCT_DEMONSTRATION": "1", "PATH": os.environ["PATH"]}


def answers(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).status == 200
    except OSError:
        return False


def wait_for(what):
    until = time.monotonic() + 20
    while not what() and time.monotonic() < until:
        time.sleep(0.05)
    return what()


@pytest.fixture
def command(settings, tmp_path, monkeypatch):
    from config.management.commands.serve import Command

    monkeypatch.setenv("SCT_DEMONSTRATION", "1")
    settings.STRIPE_DOUBLE_PORT, settings.STRIPE_API_KEY, settings.SCT_HOME = free_port(), "", tmp_path
    command = Command()
    command._double_port = settings.STRIPE_DOUBLE_PORT
    return command


def test_the_stand_in_lives_as_long_as_the_demonstration_and_its_secret_is_told(command, settings):
    port = settings.STRIPE_DOUBLE_PORT
    with command._stripe_double(DEMONSTRATION) as told:
        assert wait_for(lambda: answers(port))
        assert told["STRIPE_WEBHOOK_SECRETS"].startswith("whsec_")
        assert told["STRIPE_DOUBLE_PORT"] == str(port)
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        assert told["STRIPE_WEBHOOK_SECRETS"] not in listed
    assert wait_for(lambda: not answers(port))


@pytest.mark.parametrize(("surroundings", "key"), [({"SCT_DEMONSTRATION": "0"}, ""), (DEMONSTRATION, "sk_test_x")])
def test_with_real_payments_or_without_demonstration_there_is_no_stand_in(
    command, settings, monkeypatch, surroundings, key
):
    monkeypatch.setenv("SCT_DEMONSTRATION", surroundings["SCT_DEMONSTRATION"])
    settings.STRIPE_API_KEY = key
    with command._stripe_double(surroundings) as told:
        assert told == surroundings
        assert not answers(settings.STRIPE_DOUBLE_PORT)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"STRIPE_API_KEY": "pk_live_x"}, "must be a secret key of Stripe"),
        ({"STRIPE_API_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRETS": " , "}, "STRIPE_WEBHOOK_SECRETS is not"),
        ({"STRIPE_TIMEOUT": "0"}, "STRIPE_TIMEOUT"),
    ],
)
def test_settings_that_cannot_work_stop_the_start_with_one_sentence(environment, sentence):
    from support import manage

    done = manage("check", check=False, **environment)
    assert done.returncode != 0
    assert sentence in done.stderr + done.stdout


def test_the_stand_in_is_plain_python():
    import billing.payments.double as double

    for path in Path(double.__file__).parent.glob("*.py"):
        assert "import django" not in path.read_text()
        assert "import stripe" not in path.read_text()
