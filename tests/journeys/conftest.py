"""A real server, a real worker and a real browser for journeys."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from support import PASSWORD

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def site(towns):
    """gunicorn and the worker on this test process' own database; gives the port.

    Of a module, not of the session: a worker left running would sweep under the tests of the next file.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "SCT_DEMONSTRATION": "1"}
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "4",
           "--no-control-socket", "--log-level", "error"]  # fmt: skip
    processes = [
        subprocess.Popen(web, env=environment),
        subprocess.Popen(
            [sys.executable, "-m", "config.manage", "run_worker"], env=environment, stderr=subprocess.DEVNULL
        ),
    ]
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            break
        except OSError:
            time.sleep(0.2)
    yield port
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium():
    """Debian's browser, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shown(caldes_of_module, tmp_path_factory):
    """Caldes with something on every page: the genuine edge cases imported, people, departments, a second factor.

    Gives the parameters of its addresses, and ``codes``, the recovery codes of eva@example.org.
    """
    from fixtures.town_to_show import filled

    return filled(caldes_of_module, tmp_path_factory.mktemp("shown"))


@pytest.fixture(scope="module")
def staff(towns):
    """The e-mail address of an administrator of Adtende."""
    from tenants.isolation.context import CONSOLE, inside
    from tenants.people.models import User
    from tenants.people.rules import Role

    with inside(CONSOLE):
        known, _is_new = User.objects.get_or_create(
            email="olga@example.org", defaults={"name": "Olga Serra", "role": Role.STAFF_ADMINISTRATOR.value}
        )
        known.role, known.is_active = Role.STAFF_ADMINISTRATOR.value, True
        known.set_password(PASSWORD)
        known.save()
        yield known
        User.objects.filter(pk=known.pk).update(is_active=False)


@pytest.fixture
def page(chromium):
    """A fresh page at the size of a laptop; an error in the browser's console fails the test."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="es-ES")
    found = context.new_page()
    errors = []
    found.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield found
    context.close()
    assert errors == []
