"""The pictures that a request shows to the model: which they are, and reading them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.domain.edit_settings import EditSettings
from core.domain.generation import (
    GenerationRequest,
    GenerationSettings,
    ReferenceImage,
    ReferenceRole,
    room_label,
)
from core.domain.jobs import SlotWork
from core.domain.plans import PlannedReference
from core.errors import InvalidRequestError
from core.imaging.room_files import room_picture
from core.services.edit_pictures import sent_pictures
from core.storage.base import AssetStorage
from core.unit_of_work import Database

MASK_LABEL = "Mask"
Pictures = Mapping[int, tuple[str, str, bool]]
"""Label, hash and whether it is in the trash, of each asset by its id."""


@dataclass(frozen=True)
class ShownPicture:
    """A picture that a request shows: an asset of the workspace, a room that ships, or a mask.

    A mask without an id is that of an expansion: it follows from the picture's size.
    """

    role: ReferenceRole
    asset_id: int | None = None
    room: str = ""
    mask_id: int | None = None
    mask_sha256: str = ""


_ORDER = (
    ReferenceRole.PRODUCT, ReferenceRole.STYLE, ReferenceRole.SCENE, ReferenceRole.PALETTE,
)  # fmt: skip


def shown_pictures(settings: GenerationSettings) -> tuple[ShownPicture, ...]:
    """Return what a request with these settings shows, in the order in which it is sent.

    The product's photo comes first, then its other sides, the backdrop, and what else was chosen,
    by what it is shown for; with the pixels locked the product itself is not shown. Of an edit the
    picture comes first, then its mask, then what else was chosen. Plans and requests are both made
    from this: what was shown is what is sent.
    """
    if settings.edit is not None:
        return _shown_for_edit(settings, settings.edit)
    photo = ShownPicture(ReferenceRole.PRODUCT, settings.photo_id)
    # The backdrop is a setting of its own; a picture chosen for it here shows a scene.
    chosen = [
        ShownPicture(
            ReferenceRole.SCENE if each.role is ReferenceRole.BACKDROP else each.role,
            each.asset_id,
        )
        for each in settings.references
    ]
    sides, *others = (
        [shown for shown in chosen if shown.role is role and shown != photo] for role in _ORDER
    )
    rest = [shown for shown_for_it in others for shown in shown_for_it]
    if settings.is_pixel_locked:
        # The model makes the place alone: the product is put into it here, from its own photo.
        return tuple(dict.fromkeys((*_behind(settings), *rest)))
    return tuple(dict.fromkeys((photo, *sides, *_behind(settings), *rest)))


def _shown_for_edit(settings: GenerationSettings, edit: EditSettings) -> tuple[ShownPicture, ...]:
    mask = ShownPicture(ReferenceRole.MASK, mask_id=edit.mask_id, mask_sha256=edit.mask_sha256)
    return (
        ShownPicture(ReferenceRole.SOURCE, settings.photo_id),
        *((mask,) if edit.keeps_outside else ()),
        *(ShownPicture(each.role, each.asset_id) for each in settings.references),
    )


def _behind(settings: GenerationSettings) -> tuple[ShownPicture, ...]:
    backdrop = settings.backdrop
    if backdrop.kind == "picture":
        return (ShownPicture(ReferenceRole.BACKDROP, int(backdrop.value)),)
    if backdrop.kind == "room":
        return (ShownPicture(ReferenceRole.BACKDROP, room=backdrop.value),)
    return ()


def planned_references(
    settings: GenerationSettings, pictures: Pictures
) -> tuple[PlannedReference, ...]:
    """Return what will be shown, in the order in which it is sent."""
    return tuple(_planned(shown, pictures) for shown in shown_pictures(settings))


def _planned(shown: ShownPicture, pictures: Pictures) -> PlannedReference:
    if shown.role is ReferenceRole.MASK:
        return PlannedReference(shown.role, MASK_LABEL, None, shown.mask_sha256)
    if shown.asset_id is None:
        return PlannedReference(
            shown.role, room_label(shown.room), None, room_picture(shown.room).sha256
        )
    label, sha256, _ = pictures[shown.asset_id]
    return PlannedReference(shown.role, label, shown.asset_id, sha256)


class ReferenceReader:
    """Turns the work of a slot into the request for the model, with the pictures' bytes."""

    def __init__(self, database: Database, storage: AssetStorage) -> None:
        self._database = database
        self._storage = storage

    def request_for(self, todo: SlotWork) -> GenerationRequest:
        """Return all inputs of one call; a picture that is gone raises `InvalidRequestError`."""
        settings = todo.settings
        return GenerationRequest(
            prompt=todo.prompt,
            references=self._shown(todo),
            backdrop=settings.backdrop,
            aspect_ratio=settings.aspect_ratio,
            size=settings.size,
            image_model=settings.image_model,
            seed=todo.seed,
            variant=todo.position,
            dimensions=todo.dimensions,
        )

    def photo_for(self, todo: SlotWork) -> ReferenceImage:
        """Return the product's photo; one that is gone raises `InvalidRequestError`."""
        photo = ShownPicture(ReferenceRole.PRODUCT, todo.settings.photo_id)
        return self._read(todo.workspace_id, photo)

    def mask_for(self, todo: SlotWork, edit: EditSettings) -> bytes | None:
        """Return the painted mask of an edit; one that is gone raises `InvalidRequestError`."""
        if edit.mask_id is None:
            return None
        with self._database.read() as work:
            mask = work.asset_masks.find(todo.workspace_id, edit.mask_id)
        if mask is None or mask.sha256 != edit.mask_sha256:
            raise InvalidRequestError(
                f"mask {edit.mask_id} is gone",
                user_message="The mask of this edit was deleted. Please paint it again.",
            )
        return self._storage.get(mask.storage_key)

    def _shown(self, todo: SlotWork) -> tuple[ReferenceImage, ...]:
        edit = todo.settings.edit
        shown = shown_pictures(todo.settings)
        if edit is None:
            return tuple(self._read(todo.workspace_id, each) for each in shown)
        own = [each for each in shown if each.role is not ReferenceRole.MASK]
        source, *others = (self._read(todo.workspace_id, each) for each in own)
        pair = sent_pictures(todo.settings, edit, source, self.mask_for(todo, edit))
        return *pair, *others

    def _read(self, workspace_id: int, shown: ShownPicture) -> ReferenceImage:
        if shown.asset_id is None:
            return replace(room_picture(shown.room), label=room_label(shown.room))
        with self._database.read() as work:
            found = work.assets.find_file(workspace_id, shown.asset_id)
        if found is None:
            raise InvalidRequestError(
                f"asset {shown.asset_id} is gone",
                user_message="A picture that this one is made from was deleted. Choose another.",
            )
        key, mime_type, sha256, label, _sku = found
        return ReferenceImage(
            shown.role, self._storage.get(key), mime_type, sha256, shown.asset_id, label
        )
