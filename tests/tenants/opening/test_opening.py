"""Opening and closing a municipality from the command line."""

import json

from django.test import Client
from support import manage, owner_connection

from tenants.directory.models import Municipality
from tenants.directory.queries import forget_hosts


def _close(slug, tmp_path):
    return manage(
        "close_municipality", "--slug", slug, "--export-to", str(tmp_path / "export"), "--reason", "test", "--json"
    )


def test_opening_answers_with_schema_and_host(towns):
    answer = json.loads(manage("open_municipality", "--ine", "17079", "--slug", "girona", "--json").stdout)
    assert set(answer) == {"municipality", "schema", "slug", "host", "seconds"}
    assert answer["host"] == "girona.localhost"
    town = Municipality.objects.get(slug="girona")
    assert (town.name, town.language, town.time_zone) == ("Girona", "ca", "Europe/Madrid")


def test_a_used_a_reserved_a_look_alike_and_an_unknown_one_are_refused_in_one_sentence(towns):
    for arguments, word in [
        (("--ine", "08033", "--slug", "caldes"), "already"),
        (("--ine", "08033", "--slug", "ca1des"), "already"),
        (("--ine", "08033", "--slug", "adm1n"), "reserved"),
        (("--ine", "08033", "--slug", "Caldés"), "small letters"),
        (("--ine", "99999", "--slug", "enlloc"), "INE code"),
        (("--ine", "17079", "--slug", "enlloc", "--name", "a" * 101), "101 letters"),
        (("--ine", "17079", "--slug", "enlloc", "--reason", ""), "reason"),
    ]:
        done = manage("open_municipality", *arguments, check=False)
        assert done.returncode == 1
        assert word in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert done.stdout == ""


def test_a_town_that_was_closing_while_grants_changed_can_still_be_closed(towns, tmp_path):
    """An update leaves one that is closing alone: it may still have what earlier versions granted it by name."""
    opened = json.loads(manage("open_municipality", "--ine", "17079", "--slug", "anterior", "--json").stdout)
    schema = opened["schema"]
    with owner_connection() as owner:
        owner.execute(f"GRANT USAGE ON SCHEMA public TO {schema}")
        owner.execute(f"GRANT SELECT ON public.public_publiccount TO {schema}")
        owner.execute(f"GRANT CONNECT ON DATABASE {owner.info.dbname} TO {schema}")
    _close("anterior", tmp_path)
    with owner_connection() as owner:
        assert not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [schema]).fetchone()


def test_a_closed_town_leaves_an_export_and_a_tombstone_and_its_address_is_never_used_again(towns, tmp_path):
    schema = json.loads(manage("open_municipality", "--ine", "17079", "--slug", "passatgera", "--json").stdout)[
        "schema"
    ]
    with owner_connection() as owner:
        number = "INSERT INTO public.directory_registeredline (number, schema_name) VALUES ('+34972123456', %s)"
        owner.execute(number, [schema])
        given = "INSERT INTO public.directory_receptionnumber (number, schema_name, assigned_at) VALUES ('+34972123457', %s, now())"
        owner.execute(given, [schema])
    answer = json.loads(_close("passatgera", tmp_path).stdout)
    assert (tmp_path / "export" / "departments_department.csv").exists()
    assert "password" not in (tmp_path / "export" / "people_user.csv").read_text()
    assert answer["tables"]["people_user"] == 0
    forget_hosts()
    for path in ("/", "/account/login/", "/people/accept/a-token/"):
        told = Client(headers={"host": "passatgera.localhost", "accept-language": "en"}).get(path)
        assert told.status_code == 410
        assert "does not use this service any more" in told.content.decode()
        assert "set-cookie" not in told.headers
    assert Client(headers={"host": "passatgera.localhost.example.org"}).get("/").status_code == 404
    with owner_connection() as owner:
        assert not owner.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
        assert not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [schema]).fetchone()
        numbers = owner.execute("SELECT 1 FROM public.directory_registeredline WHERE schema_name = %s", [schema])
        assert not numbers.fetchone(), "whoever takes the number over may register it"
        given = owner.execute("SELECT 1 FROM public.directory_receptionnumber WHERE schema_name = %s", [schema])
        assert not given.fetchone(), "Adtende gives it to another"
    assert manage("open_municipality", "--ine", "17079", "--slug", "passatgera", check=False).returncode == 1
    again = json.loads(manage("open_municipality", "--ine", "17079", "--slug", "una-altra", "--json").stdout)
    assert again["schema"] > schema
