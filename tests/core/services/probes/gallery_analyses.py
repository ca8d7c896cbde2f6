"""Of what is seen in pictures."""

from core.domain.analyses import AnalysisKind, AnalysisMethod
from core.repositories.analyses import NewAnalysis
from tests.core.services.probes.world import NOBODYS, Ids, Probe, World

_SAID = {"product_type": "chair", "parts": [], "camera_angle": "frontal", "confidence": 0.5}


def _analysis_of(world: World, ids: Ids) -> int:
    """Return a look at their photo: made on the spot, since the world has none."""
    owner = {world.anns.photo: world.ann, world.bens.photo: world.ben}.get(ids.photo)
    if owner is None:
        return NOBODYS
    known = world.app.analyses.of_product(owner, ids.product)
    if known is not None:
        return known.id
    look = NewAnalysis(ids.photo, ids.product, AnalysisKind.PRODUCT, AnalysisMethod.MODEL, _SAID)
    with world.app.parts.database.begin() as work:
        return work.analyses.add(owner.workspace_id, look, created_by=owner.user_id, now=work.now())


PROBES: dict[str, list[Probe]] = {
    "analyses.begin": [
        lambda w, i: w.app.analyses.begin(w.ben, AnalysisKind.PRODUCT, asset_ids=[i.photo]),
        lambda w, i: w.app.analyses.begin(w.ben, AnalysisKind.PRODUCT, product_ids=[i.product]),
    ],
    "analyses.of_assets": [
        lambda w, i: w.app.analyses.of_assets(w.ben, [i.photo], AnalysisKind.PRODUCT)
    ],
    "analyses.of_product": [lambda w, i: w.app.analyses.of_product(w.ben, i.product)],
    "analyses.proposals": [lambda w, i: w.app.analyses.proposals(w.ben, i.product)],
    "analyses.running": [lambda w, i: w.app.analyses.running(w.ben, i.photo, AnalysisKind.PRODUCT)],
    "analyses.failure": [lambda w, i: w.app.analyses.failure(w.ben, i.photo, AnalysisKind.PRODUCT)],
    "analyses.accept": [
        lambda w, i: w.app.analyses.accept(w.ben, _analysis_of(w, i), {"tags": "x"}, version=1)
    ],
    "analyses.accept_facts": [lambda w, i: w.app.analyses.accept_facts(w.ben, _analysis_of(w, i))],
    "analyses.proposed_words": [lambda w, i: w.app.analyses.proposed_words(w.ben, [i.photo])],
    "analyses.accept_words": [lambda w, i: w.app.analyses.accept_words(w.ben, [i.photo])],
    "analyses.settings": [lambda w, i: w.app.analyses.settings(w.ben, i.photo)],
}

EVERYBODY_MAY = {
    "analyses.failure",
    "analyses.of_assets",
    "analyses.of_product",
    "analyses.proposals",
    "analyses.proposed_words",
    "analyses.running",
    "analyses.settings",
}
