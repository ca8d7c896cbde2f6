"""What pictures of a job would cost once more."""

from collections.abc import Sequence

from core.domain.jobs import GenerationJob, GenerationSlot
from ui.context import services


def price_of(job: GenerationJob, slots: Sequence[GenerationSlot]) -> int:
    """Return what making these pictures again costs at most, in millionths of a US dollar.

    Of a model that can be used no more, nobody knows: the mean of what was expected stands in.
    """
    settings = job.settings
    spec = next(
        (spec for spec in services().generation.models() if spec.id == settings.image_model), None
    )
    if spec is None or settings.size not in spec.price_micros:
        return job.estimate_micros * len(slots) // max(1, len(job.slots))
    references = 2 if settings.backdrop.kind in ("room", "picture") else 1
    return sum(spec.cost_range(settings.size, references, len(slot.prompt))[1] for slot in slots)
