"""Reading the pictures that a request shows to the model."""

from core.domain.generation import (
    GenerationRequest,
    ReferenceImage,
    ReferenceRole,
    SlotWork,
)
from core.errors import InvalidRequestError
from core.imaging.room_files import room_picture
from core.storage.base import AssetStorage
from core.unit_of_work import Database


class ReferenceReader:
    """Turns the work of a slot into the request for the model, with the pictures' bytes."""

    def __init__(self, database: Database, storage: AssetStorage) -> None:
        self._database = database
        self._storage = storage

    def request_for(self, todo: SlotWork) -> GenerationRequest:
        """Return all inputs of one call; a picture that is gone raises `InvalidRequestError`."""
        settings = todo.settings
        photo = self._asset(todo.workspace_id, settings.photo_id, ReferenceRole.PRODUCT)
        return GenerationRequest(
            prompt=todo.prompt,
            references=(photo, *self._backdrop(todo)),
            backdrop=settings.backdrop,
            aspect_ratio=settings.aspect_ratio,
            size=settings.size,
            image_model=settings.image_model,
            seed=todo.seed,
            variant=todo.position,
            dimensions=todo.dimensions,
        )

    def _backdrop(self, todo: SlotWork) -> tuple[ReferenceImage, ...]:
        backdrop = todo.settings.backdrop
        if backdrop.kind == "picture":
            asset_id = int(backdrop.value)
            return (self._asset(todo.workspace_id, asset_id, ReferenceRole.BACKDROP),)
        if backdrop.kind == "room":
            return (room_picture(backdrop.value),)
        return ()

    def _asset(self, workspace_id: int, asset_id: int, role: ReferenceRole) -> ReferenceImage:
        with self._database.read() as work:
            found = work.assets.find_file(workspace_id, asset_id)
        if found is None:
            raise InvalidRequestError(
                f"asset {asset_id} is gone",
                user_message="A picture that this one is made from was deleted. Choose another.",
            )
        key, mime_type, sha256, _label, _sku = found
        return ReferenceImage(role, self._storage.get(key), mime_type, sha256)
