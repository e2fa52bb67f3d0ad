#!/usr/bin/env python3
"""third_party/roots/anchors.py: usage: anchors_test.py ROOT"""

import importlib.util
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
ROOTS = ROOT / "third_party" / "roots"


def load():
    specification = importlib.util.spec_from_file_location("anchors", ROOTS / "anchors.py")
    module = importlib.util.module_from_spec(specification)
    sys.dont_write_bytecode = True
    specification.loader.exec_module(module)
    return module


anchors = load()


class Anchors(unittest.TestCase):
    def setUp(self):
        self.paths = sorted(ROOTS.glob("*.pem"))
        self.fingerprints = anchors.read_fingerprints(ROOTS / "fingerprints")

    def read(self):
        return anchors.read_certificates(self.paths, self.fingerprints)

    def test_the_five_roots(self):
        found = {name: (kind, len(parts.get("n", parts.get("q", b"")))) for name, (_, kind, parts)
                 in self.read().items()}
        self.assertEqual(
            found,
            {
                "amazon_root_ca_1": ("rsa", 256),
                "amazon_root_ca_2": ("rsa", 512),
                "amazon_root_ca_3": ("BR_EC_secp256r1", 65),
                "amazon_root_ca_4": ("BR_EC_secp384r1", 97),
                "starfield_services_root_g2": ("rsa", 256),
            },
        )

    def test_name_and_exponent(self):
        subject, _, parts = self.read()["amazon_root_ca_1"]
        self.assertEqual(subject[:2], bytes([0x30, len(subject) - 2]))
        self.assertTrue(subject.endswith(b"Amazon Root CA 1"))
        self.assertEqual(parts["e"], b"\1\0\1")

    def test_every_byte_reaches_the_table(self):
        source = anchors.c_source({"one": (bytes(range(30)), "BR_EC_secp256r1", {"q": b"\4\5"})})
        table = re.search(r"one_dn\[\] = \{(.*?)\};", source, re.S).group(1)
        self.assertEqual([int(n, 16) for n in re.findall(r"0x\w+", table)], list(range(30)))

    def test_another_fingerprint_is_refused(self):
        self.fingerprints["amazon-root-ca-1.pem"] = "0" * 64
        with self.assertRaisesRegex(anchors.Unusable, "amazon-root-ca-1.pem: its SHA-256"):
            self.read()

    def test_a_certificate_without_fingerprint_is_refused(self):
        del self.fingerprints["amazon-root-ca-1.pem"]
        with self.assertRaisesRegex(anchors.Unusable, "amazon-root-ca-1.pem"):
            self.read()

    def test_a_missing_certificate_is_refused(self):
        self.paths.pop()
        with self.assertRaisesRegex(anchors.Unusable, "no certificate for starfield"):
            self.read()

    def test_broken_der_is_refused(self):
        der = anchors.read_pem((ROOTS / "amazon-root-ca-3.pem").read_text())
        # Up to the end of the key, which the signature follows; behind it nothing is read.
        for length in range(350):
            with self.subTest(length=length), self.assertRaises(anchors.Unusable):
                anchors.read_anchor(der[:length])
        with self.assertRaises(anchors.Unusable):
            anchors.read_anchor(b"\x31" + der[1:])

    def test_two_certificates_in_a_file_are_refused(self):
        text = (ROOTS / "amazon-root-ca-3.pem").read_text()
        with self.assertRaisesRegex(anchors.Unusable, "2 certificates"):
            anchors.read_pem(text + text)


if __name__ == "__main__":
    unittest.main()
