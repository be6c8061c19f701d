"""Who issues invoices, how they are signed and where they go, from the environment."""

from dataclasses import dataclass
from pathlib import Path

from stdnum import iban
from stdnum.es import nif

from config import environment
from config.environment import UnusableSetting

_SELLER = ("NAME", "TAX_ID", "STREET", "POSTAL_CODE", "TOWN", "PROVINCE", "IBAN")
# Nobody's company: names say that it is a demonstration, control digits are right.
_DEMONSTRATION_SELLER = {
    "NAME": "ADTENDE DEMOSTRACIÓN SL",
    "TAX_ID": "B12345674",
    "STREET": "Calle del Ejemplo, 1",
    "POSTAL_CODE": "08140",
    "TOWN": "Caldes de Montbui",
    "PROVINCE": "Barcelona",
    "IBAN": "ES0700120345030000067890",
}
_AGENCY = "https://www2.agenciatributaria.gob.es/wlpl/TIKE-CONT/ValidarQR"
_AGENCY_FOR_TESTS = "https://prewww2.aeat.es/wlpl/TIKE-CONT/ValidarQR"


@dataclass(frozen=True)
class Signing:
    """Files to sign invoices with; ``test`` is one that a demonstration makes for itself."""

    certificate: Path | None = None
    key: Path | None = None
    pkcs12: Path | None = None
    password: Path | None = None
    test: Path | None = None


def seller(*, is_demonstration: bool) -> dict[str, str] | None:
    """The issuer's name, tax number, address and account: all of it or, where nothing is invoiced, nothing."""
    given = {name: environment.text(f"SCT_SELLER_{name}") for name in _SELLER}
    if not any(given.values()):
        return {name.lower(): value for name, value in _DEMONSTRATION_SELLER.items()} if is_demonstration else None
    missing = [f"SCT_SELLER_{name}" for name, value in given.items() if not value]
    if missing:
        raise UnusableSetting(f"The data of who issues invoices are not whole: set {', '.join(missing)} too.")
    if not nif.is_valid(given["TAX_ID"]):
        raise UnusableSetting(
            f"SCT_SELLER_TAX_ID is “{given['TAX_ID']}”, but its control character is wrong: check the number."
        )
    if not iban.is_valid(given["IBAN"]):
        raise UnusableSetting(
            f"SCT_SELLER_IBAN is “{given['IBAN']}”, but its control digits are wrong: check the account."
        )
    given["TAX_ID"], given["IBAN"] = nif.compact(given["TAX_ID"]), iban.compact(given["IBAN"])
    if len(given["POSTAL_CODE"]) != 5 or not given["POSTAL_CODE"].isdigit():
        raise UnusableSetting(f"SCT_SELLER_POSTAL_CODE is “{given['POSTAL_CODE']}”, but must have five digits.")
    return {name.lower(): value for name, value in given.items()}


def signing(*, is_demonstration: bool) -> Signing:
    """The files of the key and certificate; they must be there when the process starts."""
    certificate, key = _file("SCT_INVOICE_CERTIFICATE_FILE"), _file("SCT_INVOICE_KEY_FILE")
    bundle, password = _file("SCT_INVOICE_PKCS12_FILE"), _file("SCT_INVOICE_PASSWORD_FILE")
    if bundle and (certificate or key):
        raise UnusableSetting("Set SCT_INVOICE_PKCS12_FILE, or SCT_INVOICE_CERTIFICATE_FILE and SCT_INVOICE_KEY_FILE.")
    if bool(certificate) != bool(key):
        raise UnusableSetting("SCT_INVOICE_CERTIFICATE_FILE and SCT_INVOICE_KEY_FILE are needed together.")
    is_set = bundle or certificate
    test = environment.state_folder() / "secrets" / "invoice_test_key.pem" if is_demonstration and not is_set else None
    return Signing(certificate, key, bundle, password, test)


def series() -> str:
    """What the numbers of invoices begin with."""
    prefix = environment.text("SCT_INVOICE_SERIES", "SCT")
    if not (prefix.isascii() and prefix.isalnum() and prefix.isupper() and len(prefix) <= 10):
        raise UnusableSetting(f"SCT_INVOICE_SERIES is “{prefix}”, but must be up to ten capital letters and digits.")
    return prefix


def verification_address(*, is_demonstration: bool) -> str:
    """Where the QR of an invoice leads; nothing is called."""
    return environment.text("SCT_INVOICE_QR_ADDRESS", _AGENCY_FOR_TESTS if is_demonstration else _AGENCY)


def outbox() -> Path:
    """The folder that signed invoices are put into for FACe."""
    chosen = environment.text("SCT_INVOICE_OUTBOX")
    return Path(chosen).absolute() if chosen else environment.state_folder() / "invoices" / "outbox"


def _file(name: str) -> Path | None:
    chosen = environment.text(name)
    if not chosen:
        return None
    path = Path(chosen).absolute()
    if not path.is_file():
        raise UnusableSetting(f"{name} is “{chosen}”, but there is no such file.")
    return path
