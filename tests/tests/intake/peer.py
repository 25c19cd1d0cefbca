"""python-tuf, the reference implementation of TUF, as the other side.

peer.py verify REPOSITORY ROOT TARGET     believes what `parvis-content publish` wrote, or exits with 1
peer.py sign REPOSITORY PACKED RECORD [FAULT]   signs a release of its own; FAULT: expired, threshold, tampered,
                                                name=NAME (signs a target of that name, too)
"""

import datetime
import hashlib
import json
import os
import sys
import tempfile

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError, RepositoryError
from tuf.api.metadata import (
    Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp,
)
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface

BASE = "http://repository/"


class FolderFetcher(FetcherInterface):
    """Reads a folder as if it were a server."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = os.path.join(self.folder, url.removeprefix(BASE))
        if not os.path.isfile(path):
            raise DownloadHTTPError("not found", 404)
        with open(path, "rb") as file:
            yield file.read()


def verify(repository, root, target):
    with tempfile.TemporaryDirectory() as folder, open(root, "rb") as file:
        updater = Updater(
            folder, BASE + "metadata/", folder, BASE + "targets/",
            fetcher=FolderFetcher(repository), bootstrap=file.read(),
        )
        updater.refresh()
        info = updater.get_targetinfo(target)
        path = updater.download_target(info)
        print(json.dumps({"bytes": os.path.getsize(path), "custom": sorted(info.custom)}))


def sign(repository, packed, record, fault):
    signer = CryptoSigner.generate_ed25519()
    other = CryptoSigner.generate_ed25519()
    days = -1 if fault == "expired" else 30
    expires = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=days)
    root = Root(expires=expires, consistent_snapshot=True)
    for role in ("root", "targets", "snapshot", "timestamp"):
        root.add_key(signer.public_key, role)
    if fault == "threshold":
        root.add_key(other.public_key, "targets")
        root.roles["targets"].threshold = 2
    with open(packed, "rb") as file:
        data = file.read()
    with open(record, "rb") as file:
        custom = json.load(file)
    name = "content-1.parvis.zst"
    target = TargetFile.from_data(name, data, ["sha256"])
    target.unrecognized_fields["custom"] = custom
    targets = Targets(expires=expires, targets={name: target})
    if fault and fault.startswith("name="):
        bad = fault.removeprefix("name=")
        targets.targets[bad] = TargetFile.from_data(bad, data, ["sha256"])
    snapshot = Snapshot(expires=expires)
    timestamp = Timestamp(expires=expires)
    metadata = os.path.join(repository, "metadata")
    os.makedirs(metadata)
    os.makedirs(os.path.join(repository, "targets"))
    digest = hashlib.sha256(data).hexdigest()
    with open(os.path.join(repository, "targets", f"{digest}.{name}"), "wb") as file:
        file.write(data)

    def write(file_name, role):
        signed = Metadata(role)
        signed.sign(signer)
        if fault == "tampered" and role is targets:
            signed.signed.version = 2
        signed.to_file(os.path.join(metadata, file_name))
        with open(os.path.join(metadata, file_name), "rb") as file:
            return file.read()

    write("1.root.json", root)
    bytes_ = write("1.targets.json", targets)
    if fault == "tampered":
        targets.version = 1
        os.rename(os.path.join(metadata, "1.targets.json"), os.path.join(metadata, "2.targets.json"))
        snapshot.meta["targets.json"] = MetaFile(2)
    else:
        snapshot.meta["targets.json"] = MetaFile(1, len(bytes_))
    bytes_ = write("1.snapshot.json", snapshot)
    timestamp.snapshot_meta = MetaFile(1, len(bytes_))
    write("timestamp.json", timestamp)


def main():
    command, *arguments = sys.argv[1:]
    if command == "verify":
        try:
            verify(*arguments)
        except RepositoryError as error:
            sys.exit(f"{type(error).__name__}: {error}")
    else:
        sign(*arguments[:3], arguments[3] if len(arguments) > 3 else None)


main()
