"""The settings of invoices: whole, right, or refused with one sentence that names the variable."""

import pytest

from config import invoicing
from config.environment import UnusableSetting

SELLER = {
    "NAME": "Serveis d'Exemple SL",
    "TAX_ID": "b-12345674",
    "STREET": "Carrer d'Exemple, 1",
    "POSTAL_CODE": "08140",
    "TOWN": "Caldes de Montbui",
    "PROVINCE": "Barcelona",
    "IBAN": "ES07 0012 0345 0300 0006 7890",
}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """environment(TAX_ID="...") sets the data of the seller, with changes; None leaves one out."""
    monkeypatch.setenv("SCT_HOME", str(tmp_path))

    def set_all(**changes):
        for name, value in {**SELLER, **changes}.items():
            if value is None:
                monkeypatch.delenv(f"SCT_SELLER_{name}", raising=False)
            else:
                monkeypatch.setenv(f"SCT_SELLER_{name}", value)

    return set_all


def test_a_whole_seller_is_taken_with_numbers_as_they_are_written_in_xml(environment):
    environment()
    found = invoicing.seller(is_demonstration=False)
    assert (found["tax_id"], found["iban"]) == ("B12345674", "ES0700120345030000067890")
    assert found["street"] == "Carrer d'Exemple, 1"


def test_where_nothing_is_set_nothing_is_invoiced_but_in_a_demonstration(environment):
    environment(**dict.fromkeys(SELLER))
    assert invoicing.seller(is_demonstration=False) is None
    assert "DEMOSTRACIÓN" in invoicing.seller(is_demonstration=True)["name"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"IBAN": None, "TOWN": None}, "set SCT_SELLER_TOWN, SCT_SELLER_IBAN too"),
        ({"TAX_ID": "B12345675"}, "SCT_SELLER_TAX_ID is “B12345675”, but its control character is wrong"),
        ({"IBAN": "ES0700120345030000067891"}, "SCT_SELLER_IBAN is “ES0700120345030000067891”"),
        ({"POSTAL_CODE": "8140"}, "SCT_SELLER_POSTAL_CODE is “8140”, but must have five digits"),
    ],
)
def test_what_is_wrong_with_the_seller_is_said(environment, changes, sentence):
    environment(**changes)
    with pytest.raises(UnusableSetting) as refused:
        invoicing.seller(is_demonstration=False)
    assert sentence in str(refused.value)


def test_the_demonstrations_own_numbers_have_right_control_digits(environment):
    environment(**dict.fromkeys(SELLER))
    environment(**{name.upper(): value for name, value in invoicing.seller(is_demonstration=True).items()})
    assert invoicing.seller(is_demonstration=False)


def test_a_file_that_is_not_there_stops_the_start(environment, monkeypatch, tmp_path):
    monkeypatch.setenv("SCT_INVOICE_PKCS12_FILE", str(tmp_path / "none.p12"))
    with pytest.raises(UnusableSetting, match=r"SCT_INVOICE_PKCS12_FILE is “.*”, but there is no such file"):
        invoicing.signing(is_demonstration=False)


def test_the_files_are_one_pair_or_one_bundle(environment, monkeypatch, tmp_path):
    path = tmp_path / "x"
    path.write_text("")
    monkeypatch.setenv("SCT_INVOICE_CERTIFICATE_FILE", str(path))
    with pytest.raises(UnusableSetting, match="are needed together"):
        invoicing.signing(is_demonstration=False)
    monkeypatch.setenv("SCT_INVOICE_KEY_FILE", str(path))
    assert invoicing.signing(is_demonstration=True).test is None
    monkeypatch.setenv("SCT_INVOICE_PKCS12_FILE", str(path))
    with pytest.raises(UnusableSetting, match="or SCT_INVOICE_CERTIFICATE_FILE"):
        invoicing.signing(is_demonstration=False)


def test_only_a_demonstration_signs_with_a_certificate_of_its_own(environment, tmp_path):
    assert invoicing.signing(is_demonstration=False).test is None
    assert invoicing.signing(is_demonstration=True).test == tmp_path / "secrets" / "invoice_test_key.pem"


@pytest.mark.parametrize("prefix", ["sct", "S CT", "SCT/1", "ABCDEFGHIJK", "Ñ"])
def test_a_series_that_no_number_can_begin_with_is_refused(environment, monkeypatch, prefix):
    monkeypatch.setenv("SCT_INVOICE_SERIES", prefix)
    with pytest.raises(UnusableSetting, match="capital letters and digits"):
        invoicing.series()


def test_the_qr_of_a_demonstration_leads_to_the_agencys_page_for_tests(environment):
    assert "prewww2" in invoicing.verification_address(is_demonstration=True)
    assert "agenciatributaria" in invoicing.verification_address(is_demonstration=False)
