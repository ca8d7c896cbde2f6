"""Of what is said of pictures, and of where they come from."""

from tests.core.services.probes.world import NOBODYS, Ids, Probe, World


def _comment_of(world: World, ids: Ids) -> int:
    """Return a comment of whose the ids are: made on the spot, since the world has none."""
    owner = {world.anns.photo: world.ann, world.bens.photo: world.ben}.get(ids.photo)
    if owner is None:
        return NOBODYS
    known = world.app.comments.of(owner, ids.photo).items
    return known[0].id if known else world.app.comments.add(owner, ids.photo, "Look")


def _talk(world: World, ids: Ids) -> object:
    comment_id = world.app.comments.add(world.ben, ids.photo, "Nice")
    world.app.comments.delete(world.ben, comment_id)
    return "said"


PROBES: dict[str, list[Probe]] = {
    "lineage.of": [lambda w, i: w.app.lineage.of(w.ben, i.picture)],
    "lineage.shots": [lambda w, i: w.app.lineage.shots(w.ben, i.picture)],
    "lineage.history": [lambda w, i: w.app.lineage.history(w.ben, i.photo)],
    "comments.of": [lambda w, i: w.app.comments.of(w.ben, i.photo)],
    "comments.add": [_talk],
    "comments.edit": [lambda w, i: w.app.comments.edit(w.ben, _comment_of(w, i), "Look")],
    "comments.delete": [lambda w, i: w.app.comments.delete(w.ben, _comment_of(w, i))],
    "comments.mark_seen": [lambda w, i: w.app.comments.mark_seen(w.ben, [_comment_of(w, i)])],
}

EVERYBODY_MAY = frozenset(PROBES)
"""Every member may talk and look; whose a comment is, the tests of comments say."""
