"""Image, compose file, proxy and guide: each container gets the secrets it works with and no other, and what the guide says is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from callhub.pbx.views import upload

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["setup", "web", "worker", "provisioner"]
DOCKERFILE = (ROOT / "infra" / "Dockerfile").read_text()
PROXY = (ROOT / "infra" / "nginx.conf").read_text()
GUIDE = (ROOT / "infra" / "operating-guide.md").read_text()


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_get_no_secret_of_owner_or_superuser(name):
    service = SERVICES[name]
    assert set(service["secrets"]) - {"publication_key"} == {"role_key", "django_key"}
    assert "SCT_OWNER_KEY_FILE" not in service["environment"]


def test_only_the_set_up_gets_the_superuser_and_only_it_and_the_provisioner_the_owners_key():
    with_superuser = {name for name, one in SERVICES.items() if "superuser_password" in one.get("secrets", [])}
    with_owner = {name for name, one in SERVICES.items() if "owner_key" in one.get("secrets", [])}
    assert (with_superuser, with_owner) == ({"database", "setup"}, {"setup", "provisioner"})


def test_only_the_worker_gets_the_key_that_published_months_are_signed_with():
    with_key = {name for name, one in SERVICES.items() if "publication_key" in one.get("secrets", [])}
    named = {name for name in OURS if "SCT_PUBLICATION_KEY_FILE" in SERVICES[name]["environment"]}
    assert with_key == named == {"worker"}


def test_no_secret_is_in_an_environment_which_anybody_with_the_engine_can_read():
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            is_secret = ("KEY" in name or "PASSWORD" in name) and not name.endswith("_FILE")
            assert not is_secret
            assert not re.search(r"postgres://(?!unused:unused@)", value)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_without_rights_on_a_read_only_file_system(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_images_user_is_a_number_that_can_be_seen_not_to_be_root_and_reads_the_keys():
    user, group = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)[0]
    assert int(user) >= 1000 and int(group) >= 1000
    assert f"chown {user} secrets/*" in GUIDE


@pytest.mark.parametrize("name", OURS)
def test_a_container_that_is_stopped_while_it_starts_ends(name):
    """The kernel keeps a signal from process 1 as long as it has no handler: another process has to be 1."""
    assert SERVICES[name]["init"] is True


@pytest.mark.parametrize("name", [*OURS, "database"])
def test_logs_do_not_fill_the_disk(name):
    assert SERVICES[name]["logging"]["driver"] == "local"


def test_every_service_that_waits_is_watched():
    for name in ("database", "web"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_web_is_reached_through_the_proxy_only():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]
    assert set(re.findall(r"proxy_pass (\S+);", PROXY)) == {"http://127.0.0.1:8000"}


def test_the_image_holds_every_source_folder():
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests"}
    assert {"tenants", "callhub"} <= folders
    assert folders | {"platform", "requirements"} <= copied


def test_the_image_starts_the_procfiles_web():
    (command,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    assert "s/^web: //p" in command
    assert re.search(r"^web: env .*gunicorn", (ROOT / "Procfile").read_text(), re.MULTILINE)


def test_the_image_has_the_certificates_that_mail_and_error_reports_are_checked_with():
    assert "ca-certificates" in DOCKERFILE.split("FROM ")[-1]


def test_the_proxy_sends_what_the_application_trusts():
    for header in ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $proxy_add_x_forwarded_for"):
        assert f"proxy_set_header {header};" in PROXY
    assert SERVICES["web"]["environment"]["SCT_BEHIND_PROXY"] == "1"
    assert SERVICES["web"]["environment"]["SCT_TRUSTED_PROXIES"] == "1"


def test_the_proxy_lets_the_largest_file_through_where_files_come():
    (most,) = re.findall(r"location = /imports/upload/ \{\s+client_max_body_size (\d+)m;", PROXY)
    assert int(most) * 2**20 > upload.largest_upload  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", OURS)
def test_settings_of_the_file_reach_every_container_of_ours(name):
    assert SERVICES[name]["env_file"] == [".env"]
    assert "> .env" in GUIDE
    assert {".env", "certificate/"} <= set((ROOT / "infra" / ".gitignore").read_text().split())


def test_every_service_and_command_that_the_guide_names_is_there():
    for name in re.findall(r"docker compose (?:exec|run|cp)(?: -T| --rm| -e \w+)* (\w+)\b", GUIDE):
        assert name in SERVICES
    commands = {path.stem for path in ROOT.glob("*/*/management/commands/*.py")} | {"check"}
    named = re.findall(r"(?:\.venv/bin/manage|--rm setup) (\w+)", GUIDE)
    assert named and set(named) <= commands
