"""A picture that is not made yet says in its card what it waits for."""

import pytest

from core.domain.jobs import GenerationJob, SlotStatus
from tests.ui.sample_jobs import NOW, failed, job, made, slot
from ui.components.pictures import slot_cards


@pytest.mark.parametrize(
    ("one", "state", "stand", "note"),
    [
        (job(slot()), "queued", "Queued", "Waiting for its turn"),
        (job(slot(), paused_at=NOW), "queued", "Paused", "Waits until the job is resumed"),
        (
            job(slot(stage="Waiting: the model is busy")), "queued", "Waiting",
            "The model is busy",
        ),
        (job(slot(status=SlotStatus.RUNNING, stage="Drawing")), "running", "", "Drawing"),
    ],
)  # fmt: skip
def test_says_what_it_waits_for(one: GenerationJob, state: str, stand: str, note: str) -> None:
    [card] = slot_cards([one])

    assert (card.state, card.stand, card.note) == (state, stand, note)
    assert (card.title, card.subtitle) == ("Oak chair", "1 of 1")


def test_shows_few_of_many_that_only_wait_among_the_pictures_of_all_products() -> None:
    many = job(*(slot() for _ in range(20)), slot(status=SlotStatus.RUNNING))

    assert [card.state for card in slot_cards([many])] == ["queued"] * 6 + ["running"]
    assert len(slot_cards([many], names_product=False)) == 21


def test_leaves_out_what_is_over() -> None:
    assert slot_cards([job(made(), failed("refused"), slot(status=SlotStatus.CANCELLED))]) == []
