"""XAdES-EPES signatures of e-invoices, with the policy of Facturae 3.1. Knows nothing of Django."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm
from signxml.exceptions import InvalidInput, SignXMLException
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSignaturePolicy, XAdESSigner, XAdESVerifier

from billing.invoices.facturae import ROOT, SIGNATURE_NAMESPACE, parsed

# The policy's document and the digest of it, as the policy itself states them (SHA-1, base64).
POLICY = XAdESSignaturePolicy(
    Identifier="http://www.facturae.es/politica_de_firma_formato_facturae/politica_de_firma_formato_facturae_v3_1.pdf",
    Description="Política de Firma FacturaE v3.1",
    DigestMethod=DigestAlgorithm.SHA1,
    DigestValue="Ohixl6upD6av8N7pEvDABhEL6hM=",
)
_TEST_CERTIFICATE_YEARS = 10


_XADES = "http://uri.etsi.org/01903/v1.3.2#"


class _FacturaeSigner(XAdESSigner):
    """The policy of Facturae asks for SigningCertificate with issuer and serial number, which later standards replaced."""

    def add_signing_certificate(self, signed_signature_properties: Any, sig_root: Any, signing_settings: Any) -> None:
        certificate = signing_settings.cert_chain[0]
        holder = etree.SubElement(signed_signature_properties, f"{{{_XADES}}}SigningCertificate")
        one = etree.SubElement(holder, f"{{{_XADES}}}Cert")
        digest = etree.SubElement(one, f"{{{_XADES}}}CertDigest")
        etree.SubElement(digest, f"{{{SIGNATURE_NAMESPACE}}}DigestMethod", Algorithm=DigestAlgorithm.SHA256.value)
        value = etree.SubElement(digest, f"{{{SIGNATURE_NAMESPACE}}}DigestValue")
        value.text = b64encode(certificate.fingerprint(hashes.SHA256())).decode()
        issuer = etree.SubElement(one, f"{{{_XADES}}}IssuerSerial")
        name = etree.SubElement(issuer, f"{{{SIGNATURE_NAMESPACE}}}X509IssuerName")
        name.text = certificate.issuer.rfc4514_string()
        serial = etree.SubElement(issuer, f"{{{SIGNATURE_NAMESPACE}}}X509SerialNumber")
        serial.text = str(certificate.serial_number)


class UnableToSign(Exception):
    """There is no key and certificate to sign with; one sentence says why."""


class WrongSignature(Exception):
    """The signature does not vouch for the invoice; one sentence says why."""


@dataclass(frozen=True)
class Signer:
    """A key, its certificate, and the certificates above it."""

    key: rsa.RSAPrivateKey
    certificates: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return fingerprint(self.certificates[0])


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def from_pem(certificate: bytes, key: bytes, password: bytes | None = None) -> Signer:
    """A signer of PEM files. Raises UnableToSign."""
    try:
        certificates = tuple(x509.load_pem_x509_certificates(certificate))
        private = serialization.load_pem_private_key(key, password)
    except (ValueError, TypeError) as error:
        raise UnableToSign(f"The certificate or the key to sign invoices with cannot be read: {error}.") from error
    return _signer(private, certificates)


def from_pkcs12(content: bytes, password: bytes | None) -> Signer:
    """A signer of a PKCS#12 file (.p12, .pfx). Raises UnableToSign."""
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(content, password)
    except ValueError as error:
        raise UnableToSign(f"The PKCS#12 file to sign invoices with cannot be opened: {error}.") from error
    return _signer(private, tuple(one for one in (certificate, *others) if one is not None))


def _signer(private: Any, certificates: tuple[x509.Certificate, ...]) -> Signer:
    if not isinstance(private, rsa.RSAPrivateKey) or not certificates:
        raise UnableToSign("Invoices are signed with an RSA key and its certificate, and the files hold no such pair.")
    if certificates[0].public_key() != private.public_key():
        raise UnableToSign("The certificate to sign invoices with belongs to another key.")
    return Signer(private, certificates)


def test_certificate(name: str, now: datetime) -> bytes:
    """A key and a certificate that vouches for itself, as one PEM, for demonstrations only."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _TEST_CERTIFICATE_YEARS))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def check_validity(signer: Signer, now: datetime) -> None:
    """Raises UnableToSign when the certificate is not valid now."""
    certificate = signer.certificates[0]
    if now > certificate.not_valid_after_utc:
        raise UnableToSign(
            f"The certificate to sign invoices with expired on {certificate.not_valid_after_utc:%Y-%m-%d}: "
            "put the renewed one in its place."
        )
    if now < certificate.not_valid_before_utc:
        raise UnableToSign(
            f"The certificate to sign invoices with is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}."
        )


def sign(root: etree._Element, signer: Signer, now: datetime | None = None) -> bytes:
    """The invoice with its signature, as the bytes that are kept and sent. Raises UnableToSign."""
    check_validity(signer, now or datetime.now(UTC))
    xades = _FacturaeSigner(
        signature_policy=POLICY,
        claimed_roles=["emisor"],
        data_object_format=XAdESDataObjectFormat(Description="Factura electrónica", MimeType="text/xml"),
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed = xades.sign(root, key=signer.key, cert=list(signer.certificates))
    return bytes(etree.tostring(signed, encoding="UTF-8", xml_declaration=True))


def certificate_in(root: etree._Element) -> x509.Certificate:
    """The certificate that a signed invoice carries. Raises WrongSignature."""
    found = root.find(f".//{{{SIGNATURE_NAMESPACE}}}X509Certificate")
    if found is None or not found.text:
        raise WrongSignature("The invoice is not signed.")
    body = "\n".join(found.text.split())
    try:
        return x509.load_pem_x509_certificate(
            f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n".encode()
        )
    except ValueError as error:
        raise WrongSignature(f"The certificate of the signature cannot be read: {error}.") from error


def verify(xml: bytes, expected_fingerprint: str = "") -> x509.Certificate:
    """The certificate that signed exactly these bytes' content. Raises WrongSignature.

    With ``expected_fingerprint`` it must be that certificate. Whether it has expired since does not matter here.
    """
    certificate = certificate_in(parsed(xml))
    if expected_fingerprint and fingerprint(certificate) != expected_fingerprint:
        raise WrongSignature("The invoice is signed with another certificate than the one it was issued with.")
    try:
        parts = XAdESVerifier().verify(xml, x509_cert=certificate, expect_references=3, expect_signature_policy=POLICY)
    except (SignXMLException, InvalidInput, etree.LxmlError, ValueError) as error:
        raise WrongSignature(f"The signature does not fit what the invoice says: {error}") from error
    if not any(part.signed_xml is not None and part.signed_xml.tag == ROOT for part in parts):
        raise WrongSignature("The signature is of something else than the whole invoice.")
    return certificate
