"""Invoices outlive their municipality, so tests take them away themselves, as the owner."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def certificate(tmp_path, settings):
    """A certificate of the test's own, and an issuer."""
    from fixtures.invoices import use_test_certificate

    use_test_certificate(settings, tmp_path)


@pytest.fixture
def ledger(towns):
    """The database with invoices in it, empty again afterwards."""
    from fixtures.invoices import forget_invoices

    forget_invoices()
    yield
    forget_invoices()


@pytest.fixture(autouse=True)
def in_english():
    """Sentences of actions as they are written; pages speak what their request asks for."""
    with translation.override("en"):
        yield
