"""The compose file: each container gets the secrets it works with and no other."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text())["services"]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_get_no_secret_of_owner_or_superuser(name):
    service = SERVICES[name]
    assert set(service["secrets"]) == {"role_key", "django_key"}
    assert "SCT_OWNER_KEY_FILE" not in service["environment"]
    assert "SUPERUSER_PASSWORD" not in str(service["environment"])


def test_only_the_set_up_gets_the_superuser_and_only_it_and_the_provisioner_the_owners_key():
    with_superuser = {name for name, one in SERVICES.items() if "SUPERUSER_PASSWORD" in str(one.get("environment"))}
    with_owner = {name for name, one in SERVICES.items() if "owner_key" in one.get("secrets", [])}
    assert (with_superuser, with_owner) == ({"setup"}, {"setup", "provisioner"})


@pytest.mark.parametrize("name", ["setup", "web", "worker", "provisioner"])
def test_our_containers_run_without_rights_on_a_read_only_file_system(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "USER sct" in (ROOT / "infra" / "Dockerfile").read_text()


def test_every_service_that_waits_is_watched():
    for name in ("database", "web"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
