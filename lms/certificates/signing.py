"""The seal on a certificate's file: a PAdES signature (level B-B, ETSI EN 319 142-1) that any PDF program can check.

The key is behind a small protocol, so that it may lie in a file, a card or another machine.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from lms.keys import service as keys
from lms.keys.rules import Purpose
from lms.keys.signing import Signer

FIELD = "Seal"
RESERVED = (
    8192  # hexadecimal figures kept free for the signature, more than one with a chain needs; else it is made twice
)


class PdfSigner(Protocol):
    """A key on the curve P-256 that signs files, and the certificates that name it."""

    @property
    def certificate(self) -> x509.Certificate:
        """Whose key it is."""
        ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Who vouches for it, nearest first; empty when it vouches for itself."""
        ...

    def sign(self, content: bytes) -> bytes:
        """ECDSA over the SHA-256 of `content`, in DER."""
        ...


@dataclass(frozen=True, slots=True)
class KeptKey:
    """The key for files from the vault, or from whatever stands in its place."""

    signer: Signer
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def sign(self, content: bytes) -> bytes:
        """ECDSA over the SHA-256 of `content`, in DER."""
        both = self.signer.sign(content)
        half = len(both) // 2
        return encode_dss_signature(int.from_bytes(both[:half], "big"), int.from_bytes(both[half:], "big"))


def open_sealer(db: Session) -> PdfSigner | None:
    """The newest key for files, ready to sign; None where there is none, and files stay unsealed. Raises Unusable."""
    found = keys.open_key(db, Purpose.PDF)
    if found is None:
        return None
    row, signer = found
    own, *chain = x509.load_pem_x509_certificates((row.certificate or "").encode())
    return KeptKey(signer, own, tuple(chain))


def seal(content: bytes, signer: PdfSigner, *, reason: str) -> bytes:
    """`content` with an invisible signature added at its end; what stood before stays as it was, octet for octet."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    # PDF/A asks that it may be printed and is not hidden; it has no size, so nothing is to be seen.
    unseen = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        name=_common_name(signer.certificate),
    )
    sealed = signers.sign_pdf(
        writer,
        metadata,
        signer=_pyhanko(signer),
        new_field_spec=fields.SigFieldSpec(FIELD, invis_sig_settings=unseen),
        bytes_reserved=RESERVED,
    )
    return bytes(sealed.getvalue())


def _pyhanko(signer: PdfSigner) -> Any:
    """The signer as pyHanko asks for one."""
    from asn1crypto.algos import SignedDigestAlgorithm
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own, *others = (Certificate.load(each.public_bytes(Encoding.DER)) for each in (signer.certificate, *signer.chain))

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(others)

    class Ours(Signer):  # type: ignore[misc, unused-ignore]
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return signer.sign(data)

    return Ours(
        signing_cert=own,
        cert_registry=store,
        signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
    )


def _common_name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()
