"""Nothing personal leaves the machine, and unsafe settings are refused."""

from support import manage

from config.errors import without_personal_data
from tenants.isolation.checks import unclassified_models, unsafe_server, unsafe_settings
from tenants.isolation.context import inside


def test_an_error_report_carries_the_municipality_and_no_personal_data(caldes):
    event = {
        "message": "call from +34 612 345 678 to anna@example.org failed",
        "request": {
            "url": "http://caldes.localhost/people/accept/a-token-of-an-invitation/?number=612345678",
            "method": "POST",
            "cookies": {"sessionid": "x"},
            "data": "secret",
        },
        "user": {"email": "anna@example.org"},
        "exception": {
            "values": [{"value": "612345678", "stacktrace": {"frames": [{"vars": {"caller": "612345678"}}]}}]
        },
    }
    with inside(caldes):
        sent = without_personal_data(event)
    assert (sent["tags"]["municipality"], sent["tags"]["schema"]) == ("caldes", caldes.schema_name)
    told = str(sent)
    for personal in ("612", "anna", "sessionid", "secret", "a-token"):
        assert personal not in told


def test_a_demonstration_on_a_real_host_is_refused_with_a_sentence():
    done = manage("check", check=False, SCT_DEMONSTRATION="1", SCT_BASE_HOST="sct.example.org")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("SCT_DEMONSTRATION is on for a real host")


def test_cookies_that_travel_between_hosts_are_refused(settings):
    settings.SESSION_COOKIE_DOMAIN = ".example.org"
    assert [e.id for e in unsafe_settings()] == ["isolation.E001"]


def test_cache_keys_without_the_town_are_refused(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert [e.id for e in unsafe_settings()] == ["isolation.E002"]


def test_a_model_nobody_classified_is_refused(monkeypatch):
    monkeypatch.delitem(__import__("tenants.isolation.checks", fromlist=["x"]).MUNICIPALITY_TABLES, "calls.Call")
    assert [e.id for e in unclassified_models()] == ["isolation.E003"]


def test_a_server_that_may_lose_data_is_refused(towns, settings):
    settings.TEST_DATABASE = False  # the tests' own server is fast and unsafe on purpose
    assert {e.id for e in unsafe_server(databases=["default"])} == {"isolation.E005"}


def test_manage_check_finds_nothing_here(towns):
    assert manage("check", "--database", "default").returncode == 0


def test_wrong_settings_are_told_in_one_sentence():
    for name, value in (
        ("PORT", "abc"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgres://x:y@127.0.0.1:abc/sct"),
        ("DATABASE_URL", "postgres://x:y@[::1/sct"),
        ("DATABASE_URL", "postgres://x:y@127.0.0.1/sct?sslmode=require"),
        ("SCT_BASE_HOST", "https://sct.example.org"),
        ("SCT_DEMONSTRATION", "perhaps"),
        ("TENANT_DB_MODE", "x"),
    ):
        done = manage("check", check=False, **{name: value})
        assert done.returncode == 1, name
        assert name in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
