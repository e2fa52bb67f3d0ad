"""Whose certificate is taken for a server's, and whose is not (RFC 5280, RFC 9525)."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from support.pki import DAY, Authority, Issued, ca_constraints, ec_key, now, pem, rsa_key, usage
from support.steps import change

HOST = "ssm.eu-west-1.amazonaws.com"
DOMAIN = "eu-west-1.amazonaws.com"


@pytest.fixture
def app(world):
    return world.ssm.put_many("/app/", 12)


def present(world, issued):
    world.ssm.context = world.pki.context(issued)


def bundle(world, *certificates):
    text = b"".join(pem(certificate) for certificate in certificates).decode()
    return {"AWS_CA_BUNDLE": world.file("bundle.pem", text)}


def leaf(pki, names=(HOST,), **options):
    return pki.middle.issue(list(names), key=pki.leaf_key, **options)


def below(pki, **options):
    """A good leaf of an intermediate that is made as a test wants it."""
    return Authority("Another Intermediate CA", parent=pki.root, **options).issue([HOST], key=pki.leaf_key)


def with_root(pki):
    issued = pki.good(HOST)
    issued.above = (*issued.above, pki.root.certificate)
    return issued


SERVER = x509.ExtendedKeyUsageOID.SERVER_AUTH
CLIENT = x509.ExtendedKeyUsageOID.CLIENT_AUTH
ANY = x509.ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE


def purpose(*purposes):
    return x509.ExtendedKeyUsage(purposes)


def three_levels(pki):
    first = Authority("First Intermediate CA", parent=pki.root)
    second = Authority("Second Intermediate CA", parent=first)
    return Authority("Third Intermediate CA", parent=second).issue([HOST], key=pki.leaf_key)


def shuffled(pki, order):
    """The certificates above the server's own in another order than each one's issuer after it."""
    issued = three_levels(pki)
    assert len(issued.above) == 3
    issued.above = tuple(issued.above[i] for i in order)
    return issued


def with_strangers(pki, count=5):
    issued = three_levels(pki)
    strangers = [Authority(f"Stranger {i}").certificate for i in range(count - len(issued.above))]
    issued.above = (strangers[0], issued.above[2], *strangers[1:], issued.above[0], issued.above[1])
    return issued


def with_namesake(pki):
    """Two intermediates of one name: only the second one's issuer is trusted."""
    issued = pki.good(HOST)
    name = pki.middle.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    issued.above = (Authority(name, parent=Authority("Unknown Root CA")).certificate, *issued.above)
    return issued


GOOD = {
    "RSA 2048 below an intermediate": lambda p: p.good(HOST),
    "straight from the root": lambda p: p.root.issue([HOST], key=p.leaf_key),
    "P-256": lambda p: p.middle.issue([HOST], key=ec_key()),
    "P-384": lambda p: p.middle.issue([HOST], key=ec_key(ec.SECP384R1)),
    "RSA 3072": lambda p: p.middle.issue([HOST], key=rsa_key(3072)),
    "RSA 4096": lambda p: p.middle.issue([HOST], key=rsa_key(4096)),
    "a wildcard": lambda p: leaf(p, ["*." + DOMAIN]),
    "in capitals": lambda p: leaf(p, [HOST.upper()]),
    "one of many names": lambda p: leaf(p, [f"n{i}.example" for i in range(40)] + [HOST]),
    "another common name": lambda p: leaf(p, common_name="somebody.example"),
    "after an address": lambda p: leaf(p, ["192.0.2.1", HOST]),
    "the root sent along": with_root,
    "keyUsage as it should be": lambda p: leaf(p, more=[(usage(digital_signature=True), True)]),
    "an unknown extension": lambda p: leaf(p, more=[(UNKNOWN, False)]),
    "for whatever": lambda p: leaf(p, purposes=()),
    "for servers": lambda p: leaf(p, purposes=(), more=[(purpose(SERVER), False)]),
    "for servers, critical": lambda p: leaf(p, purposes=(), more=[(purpose(SERVER), True)]),
    "for clients and servers, critical": lambda p: leaf(p, purposes=(), more=[(purpose(CLIENT, SERVER), True)]),
    "for anything": lambda p: leaf(p, purposes=(), more=[(purpose(ANY), True)]),
    "an intermediate for servers, critical": lambda p: below(p, extensions=[*ca_constraints(), (purpose(SERVER), True)]),
    "in the wrong order": lambda p: shuffled(p, (2, 1, 0)),
    "in another wrong order": lambda p: shuffled(p, (1, 0, 2)),
    "with strangers between": with_strangers,
    "an intermediate twice": lambda p: shuffled(p, (0, 0, 1, 2)),
    "sixteen certificates": lambda p: with_strangers(p, 15),
    "a second issuer of the same name": with_namesake,
    "as many levels as are allowed": lambda p: below(p, extensions=ca_constraints(0)),
}
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")


@pytest.mark.parametrize("name", GOOD)
def test_good_certificates(world, app, name):
    present(world, GOOD[name](world.pki))
    assert world.run("exec", "app").succeeded().loaded == app


def test_a_root_with_an_elliptic_curve(world, app):
    present(world, world.pki.ec_root.issue([HOST], key=ec_key()))
    env = bundle(world, world.pki.ec_root.certificate)
    assert world.run("exec", "app", env=env).succeeded().loaded == app


def test_a_server_that_the_bundle_names_itself(world, app):
    """There is no CA: this certificate alone is trusted, and the name still counts."""
    name = (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
    for extensions, said in (([name], None), ([(UNKNOWN, False)], NAME)):
        itself = Authority(HOST, extensions=extensions)
        present(world, Issued(itself.certificate, itself.key))
        result = world.run("exec", "app", env=bundle(world, itself.certificate))
        if said is None:
            assert result.succeeded().loaded == app
        else:
            result.failed(100, said)


def test_a_root_with_a_short_key(world, app):
    """It is ignored, as if its bundle did not have it."""
    weak = Authority("Weak Root CA", key=rsa_key(1024))
    present(world, weak.issue([HOST]))
    both = bundle(world, weak.certificate, world.pki.root.certificate)
    world.run("exec", "app", env=both).failed(100, TRUST)
    world.run("exec", "app", env=bundle(world, weak.certificate)).failed(100, "bundle.pem", "no usable")
    present(world, world.pki.good(HOST))
    assert world.run("exec", "app", env=both).succeeded().loaded == app


UNUSABLE = {
    "Odd Root CA": (ed25519.Ed25519PrivateKey.generate, "its key is neither for RSA nor for ECDSA on P-256, P-384 or P-521"),
    "Bitcoin Root CA": (lambda: ec_key(ec.SECP256K1), "its key is neither for RSA nor for ECDSA on P-256, P-384 or P-521"),
    "Weak Root CA": (lambda: rsa_key(1024), "its RSA key has less than 2048 bits"),
}


def unusable(name):
    """A root with a key that is not supported; only an RSA key can sign the usual certificates."""
    key = UNUSABLE[name][0]()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Test"),
                         x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])  # fmt: skip
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7, now() - DAY, now() + DAY)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest)


def test_what_is_left_out_of_a_bundle_is_named(world, app):
    """With --verbose: which certificate, and why."""
    env = bundle(world, *map(unusable, UNUSABLE), world.pki.root.certificate)
    run = world.run("exec", "-v", "app", env=env).succeeded()
    assert run.loaded == app
    for i, (name, (_, why)) in enumerate(UNUSABLE.items()):
        assert f"certificate {i + 1} of the bundle, '{name}', is left out: {why}" in str(run)
    assert "is left out" not in str(world.run("exec", "app", env=env).succeeded())


@pytest.mark.parametrize("names", [list(UNUSABLE)[:1], list(UNUSABLE)], ids=len)
def test_what_is_left_out_may_explain_a_failure(world, names):
    """The CA that is wanted may be among them."""
    present(world, world.pki.from_stranger(HOST))
    env = bundle(world, world.pki.root.certificate, *map(unusable, names))
    said = f"{TRUST}.*certificates of the CA bundle that cannot be used: {len(names)}$"
    world.run("exec", "app", env=env).failed(100, said, hint="--verbose says which")
    run = world.run("exec", "app", env=bundle(world, world.pki.root.certificate))
    run.failed(100, TRUST + r" \(error 62\)$", hint="AWS_CA_BUNDLE")


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_bundle_of_nothing_usable(world, name):
    run = world.run("exec", "app", env=bundle(world, unusable(name)))
    run.failed(100, r"bundle\.pem: no usable certificate in it: " + UNUSABLE[name][1], hint="2048 bits")


def alone(pki):
    issued = pki.good(HOST)
    issued.above = ()
    return issued


def forged(pki, issued=None):
    """A certificate's signature with one bit changed."""
    issued = issued or pki.good(HOST)
    der = bytearray(issued.certificate.public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    return Issued(x509.load_der_x509_certificate(bytes(der)), issued.key, issued.above)


def too_deep(pki):
    """An intermediate that may have none below it has one."""
    last = Authority("Last Intermediate CA", parent=pki.root, extensions=ca_constraints(0))
    return Authority("One Too Many CA", parent=last).issue([HOST], key=pki.leaf_key)


def for_others():
    names = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.com")], excluded_subtrees=None)
    return [*ca_constraints(), (names, True)]


TRUST = "not signed by a trusted CA"
NAME = "subjectAltName lacks this host"
NO_CA = "issuer is not a CA"
PURPOSE = "extended key usage lacks serverAuth"
DATES = "expired or is not valid yet"
RSA = "RSA key has less than 2048 bits"
CRITICAL = "unknown critical extension"
ALGORITHM = "algorithm is refused"

BAD = {
    # Who signed it.
    "unknown CA": (lambda p: p.from_stranger(HOST), TRUST),
    "an impostor of the root": (lambda p: Authority("Test Root CA").issue([HOST]), TRUST),
    "a signature that is wrong": (forged, "signature is wrong"),
    "without the intermediate": (alone, TRUST),
    "signed by itself": (lambda p: Authority(HOST).issue([HOST]), TRUST),
    "a leaf as CA": (lambda p: p.below_leaf(HOST), NO_CA),
    "a CA without basicConstraints": (
        lambda p: below(p, extensions=[(usage(key_cert_sign=True), True)]), NO_CA),
    "a CA that may not sign": (
        lambda p: below(p, extensions=[*ca_constraints(), (usage(digital_signature=True), True)]), "does not let it sign"),
    "a level too many": (too_deep, NO_CA),
    "a CA for other names": (lambda p: below(p, extensions=for_others()), CRITICAL),
    # When.
    "expired": (lambda p: p.expired(HOST), DATES),
    "not yet valid": (lambda p: p.not_yet_valid(HOST), DATES),
    "an intermediate that has expired": (lambda p: below(p, end=now() - DAY / 24), DATES),
    # Its names.
    "wrong name": (lambda p: p.good("ssm.eu-west-2.amazonaws.com"), NAME),
    "a name that only begins so": (lambda p: leaf(p, [HOST + ".evil.test"]), NAME),
    "a name that only ends so": (lambda p: leaf(p, ["x" + HOST]), NAME),
    "a name with a dot at its end": (lambda p: leaf(p, [HOST + "."]), NAME),
    "NUL in a name": (lambda p: leaf(p, [x509.DNSName(HOST + "\0.evil.test")]), NAME),
    "NUL after the name": (lambda p: leaf(p, [x509.DNSName(HOST + "\0")]), NAME),
    "NUL in the common name": (lambda p: leaf(p, [], common_name=HOST + "\0.evil.test"), NAME),
    "only a common name": (lambda p: leaf(p, [], common_name=HOST), NAME),
    "a common name beside another name": (lambda p: leaf(p, ["evil.test"], common_name=HOST), NAME),
    "a common name beside an address": (lambda p: leaf(p, ["192.0.2.1"], common_name=HOST), NAME),
    "the intermediate has the name": (
        lambda p: Authority("Named CA", parent=p.root, extensions=[
            *ca_constraints(), (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
        ]).issue([], common_name=HOST), NAME),
    "a mail address": (lambda p: leaf(p, [x509.RFC822Name("a@" + HOST)]), NAME),
    "the name as a mail address": (lambda p: leaf(p, [x509.RFC822Name(HOST)]), NAME),
    "the name as a URI": (lambda p: leaf(p, [x509.UniformResourceIdentifier(HOST)]), NAME),
    "no name at all": (lambda p: leaf(p, [], common_name="evil.test"), NAME),
    "a wildcard alone": (lambda p: leaf(p, ["*"]), NAME),
    "a wildcard too high": (lambda p: leaf(p, ["*.amazonaws.com"]), NAME),
    "a wildcard too low": (lambda p: leaf(p, ["*." + HOST]), NAME),
    "a wildcard for all of com": (lambda p: leaf(p, ["*.com"]), NAME),
    "a wildcard for a part of a word": (lambda p: leaf(p, ["s*." + DOMAIN]), NAME),
    "a wildcard after a word": (lambda p: leaf(p, ["ssm*." + DOMAIN]), NAME),
    "a wildcard in the middle": (lambda p: leaf(p, ["ssm.*.amazonaws.com"]), NAME),
    "two wildcards": (lambda p: leaf(p, ["*.*.amazonaws.com"]), NAME),
    "a wildcard at the end": (lambda p: leaf(p, ["ssm.eu-west-1.amazonaws.*"]), NAME),
    # For what.
    "keyUsage without digitalSignature": (
        lambda p: leaf(p, more=[(usage(key_encipherment=True), True)]), "key usage is not a server's"),
    "an unknown critical extension": (lambda p: leaf(p, more=[(UNKNOWN, True)]), CRITICAL),
    "for clients": (lambda p: leaf(p, purposes=(), more=[(purpose(CLIENT), False)]), PURPOSE),
    "for clients, critical": (lambda p: leaf(p, purposes=(), more=[(purpose(CLIENT), True)]), PURPOSE),
    "an intermediate for mail": (
        lambda p: below(p, extensions=[
            *ca_constraints(), (purpose(x509.ExtendedKeyUsageOID.EMAIL_PROTECTION), False)]), PURPOSE),
    "for servers, and a signature that is wrong": (
        lambda p: forged(p, leaf(p, purposes=(), more=[(purpose(SERVER), True)])), "signature is wrong"),
    "seventeen certificates": (lambda p: with_strangers(p, 16), "more than 16 certificates"),
    # How strong.
    "RSA 1024": (lambda p: p.small_rsa(HOST), RSA),
    "RSA 1024 above": (lambda p: below(p, key=rsa_key(1024)), RSA),
    "SHA-1": (lambda p: p.sha1(HOST), ALGORITHM),
    "MD5": (lambda p: p.md5(HOST), ALGORITHM),
    "SHA-1 above": (lambda p: p.sha1_middle().issue([HOST], key=p.leaf_key), ALGORITHM),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_certificates(world, name):
    """
    Refused with 100, not tried again, and nothing of ours was sent. The connection that is made ahead
    of need is no attempt, so there may be two.
    """
    make, said = BAD[name]
    present(world, make(world.pki))
    world.run("exec", "app").failed(100, HOST.replace(".", r"\."), said)
    assert not world.ssm.requests
    assert len(world.ssm.connections) <= 2, "a bad certificate is no reason to try again"


@pytest.mark.parametrize("name", [
    "unknown CA", "a signature that is wrong", "without the intermediate", "expired", "wrong name",
    "only a common name", "for clients", "seventeen certificates",
])  # fmt: skip
def test_a_bad_certificate_after_a_good_one(world, app, name):
    """A chain that was accepted on one connection says nothing of another one's."""
    make, said = BAD[name]
    world.ssm.then(change(headers=[("Connection", "close")]))
    present(world, make(world.pki))
    world.ssm.next_contexts.append(world.pki.context(world.pki.good(HOST)))
    world.run("exec", "app").failed(100, HOST.replace(".", r"\."), said)
    assert len(world.ssm.requests) == 1


def test_the_same_certificate_again(world, app):
    world.ssm.then(change(headers=[("Connection", "close")]))
    assert world.run("exec", "app").succeeded().loaded == app
    assert len(world.ssm.connections) == 2


def test_another_key_for_the_next_connection(world, app):
    """Both certificates are good; each has its own key, of another kind."""
    issued = world.pki.middle.issue([HOST], key=rsa_key(2048))
    world.ssm.then(change(headers=[("Connection", "close")]))
    present(world, issued)
    world.ssm.next_contexts.append(world.pki.context(world.pki.good(HOST)))
    assert world.run("exec", "app").succeeded().loaded == app
    assert len(world.ssm.connections) == 2
