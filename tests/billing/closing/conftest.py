"""An issuer with a certificate, and a day on which September to November 2026 are over."""

from datetime import date

import pytest
from django.utils import translation

SECOND_OF_DECEMBER = date(2026, 12, 2)


@pytest.fixture(autouse=True)
def issuer(tmp_path, settings, monkeypatch):
    from fixtures.invoices import use_test_certificate

    use_test_certificate(settings, tmp_path)
    settings.SECOND_FACTOR_REQUIRED = False
    for module in ("billing.invoices.actions", "billing.closing.queries", "billing.closing.views"):
        monkeypatch.setattr(f"{module}.today", lambda: SECOND_OF_DECEMBER)
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def ledger(towns):
    """No invoices before and after."""
    from fixtures.invoices import forget_invoices

    forget_invoices()
    yield
    forget_invoices()
