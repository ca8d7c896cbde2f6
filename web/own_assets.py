"""Our own fonts, pictures and styles: a list that is fixed at the start."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

FOLDER = Path(__file__).parent / "assets"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_ONE_YEAR = "public, max-age=31536000, immutable"
# Without a version in its address a file may be replaced by the next release.
_ONE_HOUR = "public, max-age=3600"


@dataclass(frozen=True)
class Asset:
    """A file of ours, held in memory."""

    content: bytes
    media_type: str
    digest: str
    cache_control: str


class OwnAssets:
    """Answers `/assets/{name}`; the request's name only ever looks up a list."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets = {
            path.relative_to(folder).as_posix(): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES and path.is_file()
        }

    async def get(self, request: Request) -> Response:
        """Send the file, or say that there is none."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("Not found.", 404, {"Cache-Control": "no-store"})
        is_versioned = request.query_params.get("v") == asset.digest
        headers = {
            "Content-Type": asset.media_type,
            "Cache-Control": _ONE_YEAR if is_versioned else asset.cache_control,
            "ETag": f'"{asset.digest}"',
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(asset.content, headers=headers)


def digest_of(content: bytes) -> str:
    """Return the version of a file that its address may carry as `?v=`."""
    return hashlib.sha256(content).hexdigest()[:12]


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    is_font = path.suffix == ".woff2"
    return Asset(
        content, _TYPES[path.suffix], digest_of(content), _ONE_YEAR if is_font else _ONE_HOUR
    )
