"""An address whose question holds a NUL is refused with a page: the database takes none."""

import pytest


@pytest.mark.parametrize(
    "address", ["/audit/", "/departments/", "/departments/extensions/", "/lines/agents/", "/calls/", "/invoices/"]
)
def test_a_nul_in_what_is_asked_is_a_page_and_no_error(anna, address):
    answer = anna.get(f"{address}?text=%00&verb=a%00b")
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
    assert anna.get(f"{address}?text=%2500").status_code == 200, "these are three letters"
