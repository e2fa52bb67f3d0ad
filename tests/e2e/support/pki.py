"""Certificates for the tests: a root, an intermediate, and every kind of good and bad leaf."""

import datetime
import functools
import ipaddress
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def ec_key(curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@dataclass
class Issued:
    """A certificate with its key and what stands above it in a chain (without the root)."""

    certificate: x509.Certificate
    key: object
    above: tuple = ()

    @property
    def chain_pem(self):
        return b"".join(pem(c) for c in (self.certificate, *self.above))


class Authority:
    """Issues certificates. is_ca=False makes a leaf that is then misused as an authority."""

    def __init__(self, name, key=None, parent=None, is_ca=True):
        self.key = key or rsa_key()
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = parent or self
        begin, end = now() - DAY, now() + 3650 * DAY
        builder = _builder(self.subject, issuer.subject, self.key.public_key(), begin, end)
        builder = builder.add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        if is_ca:
            builder = builder.add_extension(_ca_usage(), critical=True)
        self.certificate = builder.sign(issuer.key, hashes.SHA256())
        self.above = () if parent is None else (self.certificate, *parent.above)

    def issue(self, names, key=None, begin=None, end=None):
        key = key or rsa_key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
        builder = _builder(
            subject, self.subject, key.public_key(), begin or now() - DAY, end or now() + 90 * DAY
        )
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(n) for n in names]), critical=False
        )
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        return Issued(builder.sign(self.key, hashes.SHA256()), key, self.above)


def _builder(subject, issuer, public_key, begin, end):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _ca_usage():
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class Pki:
    """One root with an intermediate below it, a stranger, and server contexts made of them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.lock = threading.Lock()
        self.contexts = {}
        self.root = Authority("Test Root CA")
        self.middle = Authority("Test Intermediate CA", parent=self.root)
        self.leaf_key = rsa_key()
        self.bundle = self.write("ca.pem", pem(self.root.certificate))

    @functools.cached_property
    def stranger(self):
        return Authority("Unknown Root CA")

    @functools.cached_property
    def leaf_as_ca(self):
        return Authority("leaf.example", parent=self.middle, is_ca=False)

    @functools.cached_property
    def ec_root(self):
        return Authority("Test EC Root CA", key=ec_key(ec.SECP384R1))

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        path.chmod(0o644)
        return str(path)

    def crowd(self, count):
        """A bundle of so many certificates, ours the last, as a distribution ships them."""
        key = ec_key()
        others = [Authority(f"Bystander CA {i}", key=key).certificate for i in range(count - 1)]
        return b"# a comment, as bundles have them\n".join(pem(c) for c in [*others, self.root.certificate])

    def good(self, name):
        return self.middle.issue([name], key=self.leaf_key)

    def expired(self, name):
        return self.middle.issue([name], key=self.leaf_key, begin=now() - 30 * DAY, end=now() - DAY)

    def not_yet_valid(self, name):
        return self.middle.issue([name], key=self.leaf_key, begin=now() + DAY, end=now() + 30 * DAY)

    def from_stranger(self, name):
        return self.stranger.issue([name], key=self.leaf_key)

    def small_rsa(self, name):
        return self.middle.issue([name], key=rsa_key(1024))

    def below_leaf(self, name):
        return self.leaf_as_ca.issue([name], key=self.leaf_key)

    def sha1(self, name):
        """Signed with SHA-1, which the library refuses to make: openssl makes it."""
        return self._signed_by_openssl(name, "sha1")

    def md5(self, name):
        return self._signed_by_openssl(name, "md5")

    def _signed_by_openssl(self, name, digest):
        stem = f"{digest}-{abs(hash(name)):x}"
        key = self.write(f"{stem}.key", key_pem(self.leaf_key))
        ca_key = self.write("middle.key", key_pem(self.middle.key))
        ca = self.write("middle.pem", pem(self.middle.certificate))
        extensions = self.write(f"{stem}.ext", f"subjectAltName=DNS:{name}\n".encode())
        request = subprocess.run(
            ["openssl", "req", "-new", "-key", key, "-subj", f"/CN={name[:64]}"],
            check=True,
            capture_output=True,
        ).stdout
        certificate = subprocess.run(
            ["openssl", "x509", "-req", f"-{digest}", "-days", "30", "-CA", ca, "-CAkey", ca_key]
            + ["-set_serial", "77", "-extfile", extensions],
            input=request,
            check=True,
            capture_output=True,
        ).stdout
        return Issued(x509.load_pem_x509_certificate(certificate), self.leaf_key, self.middle.above)

    def context(self, issued, versions=None, ciphers=None, sigalgs=None):
        """A server's context. versions: (lowest, highest) of ssl.TLSVersion."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Security level 0: the server may be as weak as a test wants; the client has to refuse.
        context.set_ciphers((ciphers or "DEFAULT") + ":@SECLEVEL=0")
        low, high = versions or (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        context.minimum_version = low
        context.maximum_version = high
        with self.lock:
            path = self.write("chain.tmp", issued.chain_pem + key_pem(issued.key))
            context.load_cert_chain(path)
        return context

    def context_for(self, name):
        """The usual context: a good certificate for whatever name the client asks for."""
        with self.lock:
            known = self.contexts.get(name)
        if known is None:
            known = self.context(self.good(name))
            with self.lock:
                self.contexts[name] = known
        return known
