"""A key for sealing certificates, with a certificate that vouches for itself; made anew for each run."""

from __future__ import annotations

from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from lms.certificates.signing import KeptKey
from lms.keys import making
from lms.keys.signing import FileSigner


@cache
def signer(name: str = "Fieldfare Peer Learning") -> KeptKey:
    """A key of that name."""
    private = ec.generate_private_key(ec.SECP256R1())
    own = x509.load_pem_x509_certificate(making.certify(private, name, "https://learn.example.org").encode())
    return KeptKey(FileSigner("test", private), own, ())
