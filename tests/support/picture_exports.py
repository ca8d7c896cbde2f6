"""Pictures that were made here, quickly, and what is in the ZIP of an export of them."""

import csv
import io
import json
import zipfile
from typing import Any

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.assets import MadeBy, NewAsset, Origin
from core.domain.picture_exports import ExportOptions, PictureExport
from core.domain.products import PhotoUpload
from core.services.picture_exports import Source
from tests.images import photo_bytes
from tests.support.tasks import run_tasks

PROMPT = "A sofa, soft morning light"


def made_picture(  # noqa: PLR0913 - what a test may want to say of it
    services: Services,
    actor: Actor,
    product_id: int | None = None,
    *,
    data: bytes | None = None,
    origin: Origin = Origin.GENERATED,
    parent_id: int | None = None,
    tool: str = "",
    image_model: str = "gemini-3-pro-image",
    label: str = "made.jpg",
) -> int:
    """Return the id of a picture with its files, as if a model or a tool had just made it."""
    stored = services.assets.keep(
        actor.workspace_id, PhotoUpload(label, data or photo_bytes(400, 300))
    )
    facts = {name: getattr(stored, name) for name in NewAsset.__dataclass_fields__}
    made = NewAsset(
        **{
            **facts,
            "origin": origin,
            "product_id": product_id,
            "parent_asset_id": parent_id,
            "prompt": PROMPT,
            "tool": tool,
            "made_by": MadeBy(
                image_model=image_model if origin is Origin.GENERATED else "", cost_micros=39_000
            ),
        }
    )
    with services.parts.database.begin() as work:
        return work.assets.add(actor.workspace_id, made, created_by=actor.user_id, now=work.now())


def exported(
    services: Services, actor: Actor, source: Source, options: ExportOptions, title: str = ""
) -> PictureExport:
    """Return an export of these pictures that a worker has made."""
    begun = services.picture_exports.begin(actor, source, options, title)
    run_tasks(services)
    return services.picture_exports.get(actor, begun.id)


def zip_of(services: Services, actor: Actor, export: PictureExport) -> zipfile.ZipFile:
    """Return the ZIP of a finished export, whose checksums are right."""
    _, chunks = services.picture_exports.stream(actor, export.id)
    opened = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
    assert opened.testzip() is None
    return opened


def table(opened: zipfile.ZipFile, name: str = "pictures.csv") -> list[dict[str, str]]:
    """Return the rows of a table in a ZIP."""
    text = opened.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def objects(opened: zipfile.ZipFile) -> list[dict[str, Any]]:
    """Return what the JSON file in a ZIP says of each picture."""
    found = json.loads(opened.read("pictures.json"))
    assert isinstance(found, list)
    return found
