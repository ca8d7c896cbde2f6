"""Archives as somebody would write them who wants to be believed."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

from core.storage.archives import MANIFEST, SUMS

Members = list[tuple[tarfile.TarInfo, bytes]]


def rewritten(path: Path, change: Callable[[Members], Members]) -> Path:
    """Write an archive anew with other members."""
    with tarfile.open(path) as archive:
        members = []
        for info in archive:
            file = archive.extractfile(info)
            members.append((info, b"" if file is None else file.read()))
    target = path.with_name("hostile.tar")
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for info, data in change(members):
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target


def with_contents(path: Path, changed: dict[str, bytes], **said: object) -> Path:
    """Write an archive anew with other contents, and with hashes and a manifest to match."""

    def change(members: Members) -> Members:
        contents = {info.name: data for info, data in members} | changed
        listed = "".join(
            f"{hashlib.sha256(data).hexdigest()}  {name}\n"
            for name, data in contents.items()
            if name not in (SUMS, MANIFEST)
        ).encode()
        manifest = {**json.loads(contents[MANIFEST]), **said}
        manifest["sums_sha256"] = hashlib.sha256(listed).hexdigest()
        contents |= {SUMS: listed, MANIFEST: json.dumps(manifest).encode()}
        return [(info, contents[info.name]) for info, _ in members]

    return rewritten(path, change)
