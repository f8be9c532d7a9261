"""The world's certificates, and what TLSA records say of them."""
import datetime
import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DER = serialization.Encoding.DER
PEM = serialization.Encoding.PEM


class Certificate:
    """`issuer` None: self-signed. `days`: from when to when it is valid, counted from now."""

    def __init__(self, names, issuer=None, days=(-1, 30), authority=False, subject=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.issuer, self.names = issuer, names
        now = datetime.datetime.now(datetime.timezone.utc)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject or names[0])])
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.certificate.subject if issuer else subject)
                   .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now + datetime.timedelta(days=days[0])).not_valid_after(now + datetime.timedelta(days=days[1]))
                   .add_extension(x509.BasicConstraints(authority, None), True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False))
        if issuer:
            builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)
        if not authority:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        self.certificate = builder.sign((issuer or self).key, hashes.SHA256())

    def tlsa(self, usage, selector, matching):
        """The record's data in presentation form."""
        whole = self.certificate.public_bytes(DER)
        spki = self.key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        octets = [whole, spki][selector]
        return f"{usage} {selector} {matching} " + [octets.hex(), hashlib.sha256(octets).hexdigest(), hashlib.sha512(octets).hexdigest()][matching]

    def write(self, folder, name, with_issuers=False):
        """(certificate, key) as files; the chain's issuers behind the leaf where asked for."""
        chain, one = self.certificate.public_bytes(PEM), self.issuer
        while with_issuers and one:
            chain, one = chain + one.certificate.public_bytes(PEM), one.issuer
        files = Path(folder) / f"{name}.pem", Path(folder) / f"{name}.key"
        files[0].write_bytes(chain)
        files[1].write_bytes(self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return files
