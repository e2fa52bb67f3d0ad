"""An OCI image layout with one image for each architecture (OCI Image Specification 1.1)."""

import hashlib
import io
import json
import tarfile
from datetime import datetime, timezone

MEDIA = "application/vnd.oci.image."
USER = "65532"
LABELS = {
    "org.opencontainers.image.title": "antechamber",
    "org.opencontainers.image.description": "The entrypoint that gives a container its secrets",
    "org.opencontainers.image.licenses": "MIT",
}


def _add(archive, name, content, moment, mode=0o644):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(content), moment, mode
    archive.addfile(entry, io.BytesIO(content))


def _tar(files, moment):
    """files: (name, bytes, mode). Owned by root, in the order given."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content, mode in files:
            _add(archive, name, content, moment, mode)
    return target.getvalue()


def _json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Layout:
    def __init__(self):
        self.blobs = {}

    def add(self, content, kind, **more):
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        return {"mediaType": MEDIA + kind, "digest": f"sha256:{digest}", "size": len(content), **more}


def _manifest(layout, architecture, executable, labels, moment):
    layer = _tar([("antechamber", executable.read_bytes(), 0o755)], moment)
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": labels["org.opencontainers.image.created"],
        "config": {"Entrypoint": ["/antechamber"], "User": USER, "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
        "history": [{"created": labels["org.opencontainers.image.created"], "created_by": "COPY antechamber /"}],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MEDIA + "manifest.v1+json",
        "config": layout.add(_json(config), "config.v1+json"),
        "layers": [layout.add(layer, "layer.v1.tar")],
        "annotations": labels,
    }
    platform = {"architecture": architecture, "os": "linux"}
    return layout.add(_json(manifest), "manifest.v1+json", platform=platform)


def write_layout(path, version, executables, moment):
    """One tar file: executables is {architecture: path}; moment, seconds since 1970, is every time in it."""
    created = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    labels = {
        **LABELS,
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.created": created,
    }
    layout = Layout()
    manifests = [_manifest(layout, a, e, labels, moment) for a, e in sorted(executables.items())]
    images = {"schemaVersion": 2, "mediaType": MEDIA + "index.v1+json", "manifests": manifests}
    reference = {"org.opencontainers.image.ref.name": f"antechamber:{version}"}
    index = {
        "schemaVersion": 2,
        "mediaType": MEDIA + "index.v1+json",
        "manifests": [layout.add(_json(images), "index.v1+json", annotations=reference)],
    }
    files = [("oci-layout", _json({"imageLayoutVersion": "1.0.0"}), 0o644), ("index.json", _json(index), 0o644)]
    files += [(f"blobs/sha256/{digest}", content, 0o644) for digest, content in sorted(layout.blobs.items())]
    path.write_bytes(_tar(files, moment))
