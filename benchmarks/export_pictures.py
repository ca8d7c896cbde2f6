"""A ZIP of 500 pictures, against `zipfile` and `shutil` alone, and in how much memory.

In a process of its own, so that its memory says what an export needs and nothing else.
"""

import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import Services, build_services
from core.domain.accounts import Actor
from core.domain.assets import NewAsset, Origin
from core.domain.picture_exports import ExportOptions, PictureFormat
from core.domain.products import PhotoUpload
from core.settings import Settings
from tests.support.people import signed_in
from tests.support.tasks import run_tasks

COUNT = 500
QUICK_COUNT = 50
MAX_RATIO = 12.0
MAX_MORE_MIB = 20.0
_FEW = 20
_SAMPLES = Path(__file__).parent.parent / "core" / "samples"
_WAYS = {
    "originals": ExportOptions("{id}"),
    "labelled": ExportOptions("{id}", PictureFormat.NOTED),
    "JPEG of 1,000 px": ExportOptions("{id}", PictureFormat.JPEG, longest_px=1000),
}


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure each way to export on each database."""
    count = QUICK_COUNT if is_quick else COUNT
    for kind in kinds():
        with scratch_services(kind) as services:
            settings = services.parts.settings
            actor = signed_in(services, "Ann", "ann@example.com")
            ids = _pictures(services, actor, count)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                found = alone.submit(_measured, settings, actor, ids).result()
        name = f"{LABELS[kind]}: {count} pictures as"
        for way in _WAYS:
            target = MAX_RATIO if way == "originals" else None
            yield Figure(f"{name} {way}", found[way], found["zipfile"], "zipfile alone", target)
            more = found[f"{way}.more"]
            yield Figure(f"{name} {way}, more memory", more, MAX_MORE_MIB, "the most", 1.0, "MiB")
        yield Figure(f"{name} copies", found["shutil"], found["zipfile"], "zipfile alone")
        speed = found["bytes"] / found["originals"] / 1000
        yield Figure(f"{name} originals, a second", speed, 1, "one megabyte", unit="MB")


def _pictures(services: Services, actor: Actor, count: int) -> list[int]:
    """Store as many pictures, each with its own file."""
    uploads = [PhotoUpload(path.name, path.read_bytes()) for path in _SAMPLES.glob("*.jpg")]
    kept = [services.assets.keep(actor.workspace_id, upload) for upload in uploads]
    ids = []
    for number in range(count):
        upload, facts = uploads[number % len(kept)], kept[number % len(kept)]
        key = f"w{actor.workspace_id}/{number:032x}/original.jpg"
        services.parts.storage.put(key, upload.data, mime_type="image/jpeg")
        known = {name: getattr(facts, name) for name in NewAsset.__dataclass_fields__}
        made = NewAsset(**{**known, "origin": Origin.GENERATED, "storage_key": key})
        with services.parts.database.begin() as work:
            now = work.now()
            ids.append(work.assets.add(actor.workspace_id, made, created_by=actor.user_id, now=now))
    return ids


def _measured(settings: Settings, actor: Actor, ids: list[int]) -> dict[str, float]:
    services = build_services(settings)
    try:
        stored = islice((settings.data_dir / "files").rglob("original.jpg"), len(ids))
        files = list(stored)
        with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
            found = {
                "bytes": float(sum(path.stat().st_size for path in files)),
                "zipfile": _ms(lambda: _zipped(files, Path(folder) / "plain.zip")),
                "shutil": _ms(lambda: _copied(files, Path(folder))),
            }
        for way, options in _WAYS.items():
            _export(services, actor, ids[:_FEW], options)  # what is imported once is not its own
            before = _resident_mib()
            begun = time.perf_counter()
            _export(services, actor, ids, options)
            found[way] = 1000 * (time.perf_counter() - begun)
            found[f"{way}.more"] = _resident_mib() - before
    finally:
        services.close()
    return found


def _export(services: Services, actor: Actor, ids: list[int], options: ExportOptions) -> None:
    begun = services.picture_exports.begin(actor, ids, options)
    run_tasks(services)
    done = services.picture_exports.get(actor, begun.id)
    assert done.report.exported == len(ids)  # noqa: S101 - else it measured nothing


def _zipped(files: list[Path], target: Path) -> None:
    with zipfile.ZipFile(target, "w") as opened:
        for number, path in enumerate(files):
            opened.write(path, f"{number}.jpg")


def _copied(files: list[Path], folder: Path) -> None:
    for number, path in enumerate(files):
        shutil.copyfile(path, folder / f"{number}.jpg")


def _ms(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20
