"""What may be wrong with a cut-out, as sentences for the person."""

CUT_OFF = "The product touches the edge of its photo: please check that nothing is cut off."
HARDLY_DIFFERS = "The product hardly differs from its backdrop: please check the cut-out's edge."
UNCLEAR = "The product's outline is unclear: please check the cut-out."
BUSY = "The photo is busy: please check that the whole product was cut out."

DOUBTS = frozenset({CUT_OFF, HARDLY_DIFFERS, UNCLEAR, BUSY})
