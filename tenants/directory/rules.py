"""Which addresses a municipality may have, and which time zone it lives in. Knows nothing of Django."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LONGEST_SLUG = 40
# What a municipality may choose, the usual one first; `tokens.css` says how each looks.
COLOURS = ("teal", "sienna", "green", "navy", "plum", "ochre", "wine", "slate")
_SLUG = re.compile(r"[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]")

RESERVED_SLUGS = frozenset(
    [
        "www",
        "mail",
        "smtp",
        "imap",
        "pop",
        "ftp",
        "ns",
        "ns1",
        "ns2",
        "mx",
        "webmail",
        "autodiscover",
        "admin",
        "administrador",
        "administrator",
        "root",
        "api",
        "app",
        "apps",
        "consola",
        "console",
        "staff",
        "adtende",
        "sct",
        "static",
        "media",
        "assets",
        "cdn",
        "img",
        "files",
        "docs",
        "doc",
        "ayuda",
        "help",
        "soporte",
        "support",
        "status",
        "estado",
        "login",
        "signin",
        "acceso",
        "entrar",
        "oauth",
        "sso",
        "account",
        "accounts",
        "cuenta",
        "public",
        "publico",
        "public-site",
        "portal",
        "test",
        "tests",
        "demo",
        "sandbox",
        "staging",
        "dev",
        "pre",
        "pro",
        "localhost",
        "local",
        "internal",
        "intranet",
        "vpn",
        "ssh",
        "git",
        "ci",
        "healthz",
        "readyz",
        "metrics",
        "grafana",
        "sentry",
        "stripe",
        "pago",
        "pagos",
        "payments",
        "billing",
        "facturas",
        "seguridad",
        "security",
        "abuse",
        "postmaster",
        "hostmaster",
        "ayuntamiento",
        "ajuntament",
        "concello",
        "udala",
        "gobierno",
        "govern",
        "gov",
        "datos",
        "dades",
        "open-data",
        "opendata",
        "transparencia",
        "sede",
        "seu",
    ]
)


class Kind(StrEnum):
    """What a municipality of the platform is: a town hall, or a public body that the INE's list does not have."""

    TOWN_HALL = "TOWN_HALL"
    COUNTY_COUNCIL = "COUNTY_COUNCIL"
    ASSOCIATION = "ASSOCIATION"
    COMPANY = "COMPANY"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Body:
    """A public body as it describes itself: no list has it. ``province`` is two digits, ``population`` is whom it serves."""

    kind: Kind
    name: str
    tax_id: str
    province: str
    population: int


def code_of_body(province: str) -> str:
    """What stands for an INE code where there is none: the province, and no municipality of it."""
    return f"{province}000"


class UnusableSlug(ValueError):
    """An address that no municipality may have; the text says why."""


def check_slug(slug: str) -> str:
    """The slug itself when a municipality may have it. Raises UnusableSlug with one sentence.

    Only ASCII letters, digits and single hyphens, so that no two addresses can look alike through another alphabet or
    through punycode.
    """
    if not 3 <= len(slug) <= LONGEST_SLUG:
        raise UnusableSlug(f"An address has 3 to {LONGEST_SLUG} characters; “{slug}” has {len(slug)}.")
    if not _SLUG.fullmatch(slug):
        raise UnusableSlug(
            f"“{slug}” cannot be an address: use small letters a to z without accents, digits and single hyphens, "
            "starting with a letter."
        )
    if slug.startswith("xn-") or slug in RESERVED_SLUGS or _undisguised(slug) in RESERVED_SLUGS:
        raise UnusableSlug(f"“{slug}” is reserved or looks like a reserved address: choose another one.")
    return slug


def _undisguised(slug: str) -> str:
    """The slug with the digits and hyphens that imitate letters undone: `4dm1n` reads `admin`."""
    return slug.replace("-", "").translate(str.maketrans("013457", "oieast")).replace("vv", "w").replace("rn", "m")


def look_alike_key(slug: str) -> str:
    """Equal for two slugs that a hurried person would confuse: `sant-boi` and `santboi`, `ca1des` and `caldes`."""
    return (
        slug.replace("-", "")
        .replace("0", "o")
        .replace("1", "l")
        .replace("i", "l")
        .replace("vv", "w")
        .replace("rn", "m")
    )


def slug_of(name: str) -> str:
    """A first proposal of an address for a municipality's name: `Sant Boi de Llobregat` gives `sant-boi-de-llobregat`."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def slug_proposals(names: tuple[str, ...], province: str) -> list[str]:
    """Addresses that a municipality may like, the shortest first: its name, then with what tells it from others."""
    slugs = [slug_of(name) for name in names]
    province = province.partition("/")[0]
    made = [*slugs, *(f"{slug}-{slug_of(province)}" for slug in slugs), *(f"ajuntament-{slug}" for slug in slugs)]
    made += [f"ayuntamiento-{slug}" for slug in slugs]
    found = []
    for slug in made:
        try:
            found.append(check_slug(slug))
        except UnusableSlug:
            continue
    return list(dict.fromkeys(found))


def search_key(text: str) -> str:
    """Text as it is searched and sorted: small letters, without accents or punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9ñ ]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def time_zone_of(ine_code: str) -> str:
    """The IANA zone of a municipality, by the province in its INE code: the Canary Islands are 35 and 38."""
    return "Atlantic/Canary" if ine_code[:2] in {"35", "38"} else "Europe/Madrid"


def language_of(ine_code: str) -> str:
    """The first language of the pages: Catalan where it is co-official (Catalonia and the Balearic Islands)."""
    return "ca" if ine_code[:2] in {"08", "17", "25", "43", "07"} else "es"
