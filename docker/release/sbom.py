"""The SBOMs of a release, SPDX 2.3 and CycloneDX, written and validated by the libraries of those formats."""

import configparser
import hashlib
import subprocess
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from spdx_tools.common.spdx_licensing import spdx_licensing
from spdx_tools.spdx.model import (
    Actor,
    ActorType,
    Checksum,
    ChecksumAlgorithm,
    CreationInfo,
    Document,
    Package,
    PackagePurpose,
    Relationship,
    RelationshipType,
    SpdxNoAssertion,
)
from spdx_tools.spdx.writer.write_anything import write_file

PROJECT = "antechamber"
LICENCE = "MIT"


@dataclass
class Part:
    """A work of somebody else that is in the executables."""

    name: str
    version: str
    home: str
    sha256: str = ""  # of the archive, or of the files that are compiled in
    copyright: str = ""
    architectures: tuple = field(default=("amd64", "arm64"))


def _wrapped(root, name, title, copyright):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(root / "third_party" / f"{name}.wrap")
    entry = parser["wrap-file"]
    version = entry["directory"].rpartition("-")[2]
    return Part(title, version, entry["source_url"], entry["source_hash"], copyright)


def _musl(architecture, folder):
    package = f"musl-dev:{architecture}"
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], check=True, capture_output=True, text=True
    ).stdout
    digest = hashlib.sha256(Path(folder, "libc.a").read_bytes()).hexdigest()
    return Part("musl", version, "https://musl.libc.org/", digest, "2005-2020 Rich Felker, et al.", (architecture,))


def parts(root):
    roots = sorted((root / "third_party" / "roots").glob("*.pem"))
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in roots)).hexdigest()
    return [
        _wrapped(root, "bearssl", "BearSSL", "2016 Thomas Pornin"),
        _wrapped(root, "jsmn", "jsmn", "2010 Serge A. Zaitsev"),
        _musl("amd64", "/usr/lib/x86_64-linux-musl"),
        _musl("arm64", "/usr/lib/aarch64-linux-musl"),
        Part("amazon-trust-services-roots", str(len(roots)), "https://www.amazontrust.com/repository/", digest),
    ]


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _spdx_package(identifier, name, version, location, digest, copyright, purpose):
    licence = spdx_licensing.parse(LICENCE) if copyright else SpdxNoAssertion()
    return Package(
        spdx_id=f"SPDXRef-{identifier}",
        name=name,
        version=version,
        download_location=location,
        files_analyzed=False,
        checksums=[Checksum(ChecksumAlgorithm.SHA256, digest)],
        license_concluded=licence,
        license_declared=licence,
        copyright_text=f"Copyright (c) {copyright}" if copyright else SpdxNoAssertion(),
        primary_package_purpose=purpose,
    )


def write_spdx(path, version, executables, parts, moment):
    digests = [_sha256(e.path) for e in executables]
    unique = hashlib.sha256("".join(digests).encode()).hexdigest()[:32]
    info = CreationInfo(
        spdx_version="SPDX-2.3",
        spdx_id="SPDXRef-DOCUMENT",
        name=f"{PROJECT}-{version}",
        document_namespace=f"https://spdx.org/spdxdocs/{PROJECT}-{version}-{unique}",
        creators=[Actor(ActorType.TOOL, f"{PROJECT}-release-{version}")],
        created=datetime.fromtimestamp(moment, timezone.utc).replace(tzinfo=None),
    )
    packages, relations = [], []
    for executable, digest in zip(executables, digests, strict=True):
        identifier = f"{executable.program}-{executable.architecture}"
        packages.append(
            _spdx_package(
                identifier,
                executable.path.name,
                version,
                SpdxNoAssertion(),
                digest,
                "2026 antechamber contributors",
                PackagePurpose.APPLICATION,
            )
        )
        relations.append(
            Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, f"SPDXRef-{identifier}")
        )
    for part in parts:
        suffix = f"-{part.architectures[0]}" if len(part.architectures) == 1 else ""
        identifier = part.name + suffix
        packages.append(
            _spdx_package(
                identifier, part.name, part.version, part.home, part.sha256, part.copyright, PackagePurpose.LIBRARY
            )
        )
        relations += [
            Relationship(
                f"SPDXRef-{e.program}-{e.architecture}", RelationshipType.CONTAINS, f"SPDXRef-{identifier}"
            )
            for e in executables
            if e.architecture in part.architectures
        ]
    write_file(Document(info, packages=packages, relationships=relations), str(path), validate=True)


def _component(name, version, kind, digest, home="", licensed=True, reference=""):
    references = [ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(home))] if home else []
    return Component(
        name=name,
        version=version,
        type=kind,
        bom_ref=reference or name,
        licenses=[LicenseExpression(LICENCE)] if licensed else [],
        hashes=[HashType.from_hashlib_alg("sha256", digest)],
        external_references=references,
    )


def write_cyclonedx(path, version, executables, parts, moment):
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, "".join(_sha256(e.path) for e in executables)))
    bom.metadata.timestamp = datetime.fromtimestamp(moment, timezone.utc)
    bom.metadata.component = Component(
        name=PROJECT,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=PROJECT,
        licenses=[LicenseExpression(LICENCE)],
    )
    files = [
        _component(e.path.name, version, ComponentType.APPLICATION, _sha256(e.path)) for e in executables
    ]
    for component in files:
        bom.components.add(component)
    contents = {architecture: [] for architecture in ("amd64", "arm64")}
    for part in parts:
        reference = part.name + (f"-{part.architectures[0]}" if len(part.architectures) == 1 else "")
        component = _component(
            part.name, part.version, ComponentType.LIBRARY, part.sha256, part.home, bool(part.copyright), reference
        )
        bom.components.add(component)
        for architecture in part.architectures:
            contents[architecture].append(component)
    for executable, component in zip(executables, files, strict=True):
        bom.register_dependency(component, contents[executable.architecture])
    bom.register_dependency(bom.metadata.component, files)
    JsonV1Dot6(bom).output_to_file(str(path), allow_overwrite=False, indent=1)
