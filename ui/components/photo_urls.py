"""Addresses of the photos that jobs were made from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.accounts import Actor
from core.errors import NotFoundError
from ui.context import services
from ui.state import state_of

_MAX_KNOWN = 2000


@dataclass
class PhotoUrlState:
    """The photos that were looked up already: an asset never changes. "" is one that is gone."""

    urls: dict[int, str] = field(default_factory=dict)


def photo_urls(
    actor: Actor, asset_ids: Iterable[int], *, rendition: str = "w160"
) -> dict[int, str]:
    """Return the photos' addresses by their ids; "" for one that is not there any more.

    Each is looked up once a session, so a list that is drawn every few seconds asks nothing.
    """
    known = state_of(PhotoUrlState).urls
    if len(known) > _MAX_KNOWN:
        known.clear()
    ids = set(asset_ids)
    for asset_id in ids - known.keys():
        known[asset_id] = _url(actor, asset_id)
    return {asset_id: known[asset_id].replace("/w160", f"/{rendition}") for asset_id in ids}


def _url(actor: Actor, asset_id: int) -> str:
    try:
        return services().assets.get(actor, asset_id).ref.url("w160")
    except NotFoundError:
        return ""
