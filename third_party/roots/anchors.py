#!/usr/bin/env python3
"""Compiles root certificates into C tables of BearSSL trust anchors.

usage: anchors.py FINGERPRINTS CERTIFICATE.pem... >trust_roots.c

FINGERPRINTS has a line "SHA-256, two blanks, file name" for every certificate; a certificate without
its line, or a line without its certificate, is refused. Of a certificate only what RFC 5280 section
6.1.1 calls the trust anchor goes into the table: the subject's name and the key.
"""

import base64
import hashlib
import pathlib
import re
import sys

SEQUENCE, BIT_STRING, OBJECT_ID, INTEGER, CONTEXT_0 = 0x30, 0x03, 0x06, 0x02, 0xA0

# Object identifiers in DER, by RFC 8017 appendix C and RFC 5480 section 2.1.
RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")
EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")
CURVES = {
    bytes.fromhex("2a8648ce3d030107"): "BR_EC_secp256r1",
    bytes.fromhex("2b81040022"): "BR_EC_secp384r1",
}


class Unusable(Exception):
    """A certificate that must not become a trust anchor; its text says why."""


class Der:
    """A reader over the elements of one DER value (X.690 section 10), front to back."""

    def __init__(self, data):
        self.data = data

    def element(self):
        """The next element: its tag, its contents and the whole of it."""
        if len(self.data) < 2:
            raise Unusable("the DER ends too early")
        tag, length, start = self.data[0], self.data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(self.data[2:start], "big")
        end = start + length
        if end > len(self.data):
            raise Unusable("the DER ends too early")
        whole, self.data = self.data[:end], self.data[end:]
        return tag, whole[start:], whole

    def contents(self, tag):
        found, contents, _ = self.element()
        if found != tag:
            raise Unusable(f"DER tag {found:#04x} where {tag:#04x} belongs")
        return contents

    def next_is(self, tag):
        return self.data[:1] == bytes([tag])


def read_pem(text):
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", text, re.S)
    if len(blocks) != 1:
        raise Unusable(f"{len(blocks)} certificates where 1 belongs")
    return base64.b64decode("".join(blocks[0].split()), validate=True)


def bit_string(contents):
    if contents[:1] != b"\0":
        raise Unusable("a bit string that is not made of whole bytes")
    return contents[1:]


def read_key(info):
    """SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) as the C type's members."""
    algorithm = Der(info.contents(SEQUENCE))
    key = bit_string(info.contents(BIT_STRING))
    kind = algorithm.contents(OBJECT_ID)
    if kind == RSA_ENCRYPTION:
        numbers = Der(Der(key).contents(SEQUENCE))
        modulus = numbers.contents(INTEGER).lstrip(b"\0")
        exponent = numbers.contents(INTEGER).lstrip(b"\0")
        return "rsa", {"n": modulus, "e": exponent}
    if kind == EC_PUBLIC_KEY:
        curve = algorithm.contents(OBJECT_ID)
        if curve not in CURVES:
            raise Unusable(f"an unknown curve {curve.hex()}")
        return CURVES[curve], {"q": key}
    raise Unusable(f"an unknown kind of key {kind.hex()}")


def read_anchor(der):
    """Of a certificate (RFC 5280 section 4.1) the subject's name and the key."""
    certificate = Der(Der(Der(der).contents(SEQUENCE)).contents(SEQUENCE))
    if certificate.next_is(CONTEXT_0):
        certificate.contents(CONTEXT_0)
    certificate.contents(INTEGER)
    for _ in ("signature", "issuer", "validity"):
        certificate.contents(SEQUENCE)
    _, _, subject = certificate.element()
    return subject, *read_key(Der(certificate.contents(SEQUENCE)))


def c_bytes(name, data):
    rows = [data[i : i + 12] for i in range(0, len(data), 12)]
    lines = ("\t" + " ".join(f"0x{byte:02x}," for byte in row) for row in rows)
    return "\n".join([f"static const unsigned char {name}[] = {{", *lines, "};", ""])


def c_view(name):
    # BearSSL's types have no const; it never writes through them.
    return f"(unsigned char *){name}, sizeof({name})"


def c_key(name, kind, parts):
    views = ", ".join(c_view(f"{name}_{part}") for part in parts)
    if kind == "rsa":
        return f"{{ BR_KEYTYPE_RSA, {{ .rsa = {{ {views} }} }} }}"
    return f"{{ BR_KEYTYPE_EC, {{ .ec = {{ {kind}, {views} }} }} }}"


def c_source(anchors):
    out = ["/* Made by third_party/roots/anchors.py. */", '#include "net/trust.h"', ""]
    rows = []
    for name, (subject, kind, parts) in anchors.items():
        out.append(c_bytes(f"{name}_dn", subject))
        out += [c_bytes(f"{name}_{part}", data) for part, data in parts.items()]
        key = c_key(name, kind, parts)
        rows.append(f"\t{{ {{ {c_view(name + '_dn')} }}, BR_X509_TA_CA,\n\t\t{key} }},")
    out += ["const br_x509_trust_anchor trust_roots[] = {", *rows, "};"]
    out.append("const size_t trust_roots_count = sizeof(trust_roots) / sizeof(*trust_roots);")
    return "\n".join(out) + "\n"


def read_fingerprints(path):
    lines = (line.split() for line in path.read_text().splitlines())
    return {words[1]: words[0] for words in lines if words and not words[0].startswith("#")}


def read_certificates(paths, fingerprints):
    anchors = {}
    for path in paths:
        try:
            der = read_pem(path.read_text())
            found = hashlib.sha256(der).hexdigest()
            if fingerprints.pop(path.name, "none") != found:
                raise Unusable(f"its SHA-256 {found} is not the one that is written down for it")
            anchors[re.sub(r"\W", "_", path.stem)] = read_anchor(der)
        except (Unusable, ValueError) as e:
            raise Unusable(f"{path}: {e}") from e
    if fingerprints:
        raise Unusable(f"no certificate for {', '.join(fingerprints)}")
    return anchors


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    paths = [pathlib.Path(argument) for argument in arguments]
    try:
        fingerprints = read_fingerprints(paths[0])
        sys.stdout.write(c_source(read_certificates(paths[1:], fingerprints)))
    except (OSError, Unusable) as e:
        print(f"{sys.argv[0]}: error: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
