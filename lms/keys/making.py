"""New keys, and the X.509 certificate of one that signs PDFs."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from lms.core import clock
from lms.keys.rules import ED25519

Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey
Public = Ed25519PublicKey | ec.EllipticCurvePublicKey

X509_YEARS = 10
LONGEST_COMMON_NAME = 64  # RFC 5280, ub-common-name


def generate(algorithm: str) -> Private:
    """A private key that never was before."""
    return Ed25519PrivateKey.generate() if algorithm == ED25519 else ec.generate_private_key(ec.SECP256R1())


def raw(public: Public) -> bytes:
    """The bytes a key's short name is made of."""
    if isinstance(public, Ed25519PublicKey):
        return public.public_bytes_raw()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def pem(public: Public) -> str:
    """A public key as it is kept and shown."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def certify(private: Private, issuer: str, address: str) -> str:
    """A certificate by which the key speaks for itself, in the issuer's name, as PEM. No authority stands behind it.

    `address` is the site's, which a reader can open to ask for the key.
    """
    now = clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer[:LONGEST_COMMON_NAME])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks differ
        .not_valid_after(now + timedelta(days=365 * X509_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(address)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    algorithm = None if isinstance(private, Ed25519PrivateKey) else hashes.SHA256()
    return made.sign(private, algorithm).public_bytes(Encoding.PEM).decode()
