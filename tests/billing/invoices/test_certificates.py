"""Where the key to sign invoices comes from, and what is said when it does not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from fixtures.invoices import issue

from billing.invoices.actions import UnableToIssueInvoice
from billing.invoices.certificates import signer
from billing.invoices.models import Counter, Invoice
from billing.invoices.signing import UnableToSign, from_pem, test_certificate
from config.invoicing import Signing
from tenants.isolation.context import CONSOLE, inside

made_certificate = test_certificate
del test_certificate  # or pytest takes it for a test


@pytest.fixture
def pem():
    return made_certificate("Prova", datetime.now(UTC))


def test_a_demonstration_makes_its_own_once_and_for_its_owner_alone(settings):
    path = settings.INVOICE_SIGNING.test
    with ThreadPoolExecutor(8) as pool:
        made = {one.fingerprint for one in pool.map(lambda _number: signer(), range(8))}
    assert len(made) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_pem_files_and_a_pkcs12_file_give_the_same_signer(settings, tmp_path, pem):
    one = from_pem(pem, pem)
    for name, content in (
        ("both.pem", pem),
        ("word", b"secret\n"),
        ("both.p12", pkcs12.serialize_key_and_certificates(
            b"x", one.key, one.certificates[0], None, BestAvailableEncryption(b"secret")
        )),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    settings.INVOICE_SIGNING = Signing(certificate=tmp_path / "both.pem", key=tmp_path / "both.pem")
    assert signer().fingerprint == one.fingerprint
    settings.INVOICE_SIGNING = Signing(pkcs12=tmp_path / "both.p12", password=tmp_path / "word")
    assert signer().fingerprint == one.fingerprint
    (tmp_path / "word").write_text("wrong")
    with pytest.raises(UnableToSign, match="cannot be opened"):
        signer()


def test_without_files_it_says_which_settings_are_missing(settings):
    settings.INVOICE_SIGNING = Signing()
    with pytest.raises(UnableToSign, match="set SCT_INVOICE_CERTIFICATE_FILE"):
        signer()


def test_a_file_that_is_gone_is_told_without_its_path(settings, tmp_path):
    settings.INVOICE_SIGNING = Signing(pkcs12=tmp_path / "gone.p12")
    with pytest.raises(UnableToSign) as told:
        signer()
    assert str(told.value) == "A file to sign invoices with cannot be read: No such file or directory."


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: made_certificate("Prova", datetime.now(UTC) - timedelta(days=4_000)), "expired on 20"),
        (lambda: made_certificate("Prova", datetime.now(UTC) + timedelta(days=9)), "is not valid before 20"),
        (lambda: b"nothing", "cannot be read"),
    ],
)
def test_a_wrong_certificate_issues_nothing_and_uses_no_number(caldes, ledger, settings, tmp_path, made, sentence):
    path = tmp_path / "own.pem"
    path.write_bytes(made())
    settings.INVOICE_SIGNING = Signing(certificate=path, key=path)
    with pytest.raises(UnableToIssueInvoice, match=sentence):
        issue(caldes)
    with inside(CONSOLE):
        assert not Invoice.objects.exists()
        assert not Counter.objects.exists()


def test_the_key_is_in_no_table(caldes, ledger, settings):
    from support import owner_connection

    issue(caldes)
    secret = settings.INVOICE_SIGNING.test.read_text().splitlines()[1]
    assert len(secret) > 60
    with owner_connection() as owner:
        tables = owner.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', %s)", [caldes.schema_name]
        )
        for schema, table in tables.fetchall():
            found = owner.execute(f"SELECT count(*) FROM {schema}.{table} t WHERE strpos(t::text, %s) > 0", [secret])
            assert found.fetchone()[0] == 0, table
