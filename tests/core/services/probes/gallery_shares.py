"""Of share links, of what looks alike, and of the rule on approvals."""

from core.domain.reviews import ReviewState, Verdict
from tests.core.services.probes.world import NOBODYS, Ids, Probe, World

_ADDRESS = "203.0.113.7"
_GUEST = {"guest_name": "Maria", "address": _ADDRESS}


def _link_of(world: World, ids: Ids) -> int:
    """Return a link of whose the ids are: made on the spot, since the world has none."""
    owner = {world.anns.photo: world.ann, world.bens.photo: world.ben}.get(ids.photo)
    if owner is None:
        return NOBODYS
    known = world.app.share_links.list(owner).items
    return known[0].id if known else world.app.share_links.create(owner, [ids.photo])[0].id


def _token(world: World) -> str:
    """Return the token of a link with a picture of Ben's."""
    return world.app.share_links.create(world.ben, [world.bens.picture])[1]


PROBES: dict[str, list[Probe]] = {
    "share_links.create": [lambda w, i: w.app.share_links.create(w.ben, [i.photo, i.picture])],
    "share_links.get": [lambda w, i: w.app.share_links.get(w.ben, _link_of(w, i)).title],
    "share_links.answers": [lambda w, i: w.app.share_links.answers(w.ben, _link_of(w, i))],
    "share_links.revoke": [lambda w, i: w.app.share_links.revoke(w.ben, _link_of(w, i))],
    "share_links.extend": [lambda w, i: w.app.share_links.extend(w.ben, _link_of(w, i), 5)],
    "share_visits.view": [
        lambda w, i: w.app.share_visits.view(_token(w), i.picture, address=_ADDRESS)
    ],
    "share_visits.file": [
        lambda w, i: w.app.share_visits.file(_token(w), i.picture, "w320", address=_ADDRESS)
    ],
    "share_visits.comment": [
        lambda w, i: w.app.share_visits.comment(_token(w), i.picture, body="Hi", **_GUEST)
    ],
    "share_visits.judge": [
        lambda w, i: w.app.share_visits.judge(_token(w), i.picture, state="approved", **_GUEST)
    ],
    "looks.similar": [lambda w, i: w.app.looks.similar(w.ben, i.picture)],
    "looks.stack_of": [lambda w, i: w.app.looks.stack_of(w.ben, i.picture)],
    "looks.set_top": [lambda w, i: w.app.looks.set_top(w.ben, i.picture)],
    "looks.unstack": [lambda w, i: w.app.looks.unstack(w.ben, [i.picture])],
    "reviews.judge": [
        lambda w, i: w.app.reviews.judge(w.ben, [i.picture], Verdict(ReviewState.REJECTED))
    ],
}

EVERYBODY_MAY = {"share_links.get", "share_links.answers", "looks.similar", "looks.stack_of"}
"""What a viewer may do; a guest of a link has no role: there the link says what is allowed."""
