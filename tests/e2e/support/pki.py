"""Certificates for the tests: a root, an intermediate, and every kind of good and bad leaf."""

import datetime
import functools
import ipaddress
import ssl
import subprocess
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)
SERVER_AUTH = (ExtendedKeyUsageOID.SERVER_AUTH,)


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
    if isinstance(name, x509.GeneralName):
        return name
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@dataclass
class Issued:
    """A certificate with its key and the certificates above it in a chain (without the root)."""

    certificate: x509.Certificate
    key: object
    above: tuple = ()

    @property
    def chain_pem(self):
        return b"".join(pem(c) for c in (self.certificate, *self.above))


class Authority:
    """Issues certificates. extensions: its own, as pairs (extension, critical)."""

    def __init__(self, name, key=None, parent=None, end=None, extensions=None):
        self.key = key or rsa_key()
        self.subject = _common_name(name)
        issuer = parent or self
        builder = _builder(
            self.subject, issuer.subject, self.key.public_key(), now() - DAY, end or now() + 3650 * DAY
        )
        for extension, critical in extensions or [*ca_constraints(), (usage(key_cert_sign=True), True)]:
            builder = builder.add_extension(extension, critical)
        self.become(builder.sign(issuer.key, hashes.SHA256()), parent)

    def become(self, certificate, parent):
        self.certificate = certificate
        self.above = () if parent is None else (certificate, *parent.above)

    def issue(self, names, key=None, begin=None, end=None, common_name=None, purposes=SERVER_AUTH, more=()):
        """
        names: of hosts, or GeneralName objects; none at all: no subjectAltName. purposes: of the extended key
        usage; none at all: no such extension. more: further pairs
        (extension, critical).
        """
        key = key or rsa_key()
        subject = _common_name(common_name or str(names[0])[:64])
        builder = _builder(
            subject, self.subject, key.public_key(), begin or now() - DAY, end or now() + 90 * DAY
        )
        extensions = [*more]
        if purposes:
            extensions.insert(0, (x509.ExtendedKeyUsage(purposes), False))
        if names:
            extensions.append((x509.SubjectAlternativeName([_alternative(n) for n in names]), False))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return Issued(builder.sign(self.key, hashes.SHA256()), key, self.above)


def _common_name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


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


def ca_constraints(path_length=None):
    return [(x509.BasicConstraints(ca=True, path_length=path_length), True)]


def usage(**allowed):
    """keyUsage with these bits and no other."""
    bits = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{bit: allowed.get(bit, False) for bit in bits.split()})


def _openssl(*arguments, input=None):
    return subprocess.run(["openssl", *arguments], input=input, check=True, capture_output=True).stdout


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
        """As most leaves are: with basicConstraints that say it is no CA."""
        no_ca = [(x509.BasicConstraints(ca=False, path_length=None), True)]
        return Authority("leaf.example", parent=self.middle, extensions=no_ca)

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
        return self._weakly_signed(name, "sha1")

    def md5(self, name):
        return self._weakly_signed(name, "md5")

    def _weakly_signed(self, name, digest):
        names = f"subjectAltName=DNS:{name}"
        certificate = self._sign_by_openssl(name[:64], self.leaf_key, self.middle, digest, names)
        return Issued(certificate, self.leaf_key, self.middle.above)

    def sha1_middle(self):
        """An intermediate that is itself signed with SHA-1; what it signs is not."""
        name = "Old Intermediate CA"
        authority = Authority(name, parent=self.root)
        constraints = "basicConstraints=critical,CA:true"
        certificate = self._sign_by_openssl(name, authority.key, self.root, "sha1", constraints)
        authority.become(certificate, self.root)
        return authority

    def _sign_by_openssl(self, name, key, issuer, digest, extension):
        """With digests for which the library makes no signature."""
        key = self.write("weak.key", key_pem(key))
        ca = self.write("weak-ca.pem", pem(issuer.certificate))
        ca_key = self.write("weak-ca.key", key_pem(issuer.key))
        extensions = self.write("weak.ext", extension.encode() + b"\n")
        request = _openssl("req", "-new", "-key", key, "-subj", f"/CN={name}")
        line = ["x509", "-req", f"-{digest}", "-days", "30", "-CA", ca, "-CAkey", ca_key]
        line += ["-set_serial", "77", "-extfile", extensions]
        return x509.load_pem_x509_certificate(_openssl(*line, input=request))

    def context(self, issued, versions=None, ciphers=None):
        """A server's context. versions: (lowest, highest) of ssl.TLSVersion."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Security level 0: the server may be as weak as a test wants; the client has to refuse.
        context.set_ciphers((ciphers or "DEFAULT") + ":@SECLEVEL=0")
        low, high = versions or (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of TLS 1.1, which the client has to refuse
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
