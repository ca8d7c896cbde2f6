"""Pictures as cards: those that are there, and those that are being made."""

from collections.abc import Sequence

import streamlit as st

from core.domain.assets import AssetSummary, Origin
from core.domain.jobs import GenerationJob, SlotStatus
from ui.components.grid import GridItem, show_grid
from ui.components.job_words import slot_note, slot_sign
from ui.components.review_words import MARKS, SIGNS, TONES
from ui.components.selection import selected, toggle
from ui.format import ago
from ui.navigation import open_asset

MAX_SLOT_CARDS = 24
MAX_WAITING_CARDS = 6
"""In a gallery of everything, so many pictures that only wait are shown."""


def picture_card(asset: AssetSummary, *, names_product: bool = True) -> GridItem:
    """Return the card of a picture: what it shows and how old it is.

    Where all are of one product, its name would say nothing: there the backdrop is the title.
    """
    # A generated asset is called after its product, then after its backdrop.
    backdrop = asset.label.rpartition(" · ")[2] if asset.image_model else ""
    if asset.origin is Origin.INSPIRATION:
        backdrop = "Inspiration"
    product = asset.product_name or asset.label
    size = f"{asset.ref.width_px} \u00d7 {asset.ref.height_px}"
    title, more = (product, backdrop) if names_product else (backdrop or product, size)
    return GridItem(
        id=str(asset.ref.id),
        title=title,
        subtitle=" · ".join(filter(None, (more, ago(asset.created_at)))),
        src=asset.ref.url("w320"),
        fit="cover" if asset.image_model else "contain",
        badge=MARKS[asset.review_state],
        badge_label=SIGNS[asset.review_state].label if MARKS[asset.review_state] else "",
        badge_tone=TONES[asset.review_state],
    )


def slot_cards(jobs: Sequence[GenerationJob], *, names_product: bool = True) -> list[GridItem]:
    """Return a card for each picture that is not made yet, with what it waits for.

    Of a long queue only the first are shown: all of it is in the list of jobs. Among the pictures
    of many products even fewer of those that only wait: they would be all that is seen.
    """
    slots = [(job, slot) for job in jobs for slot in job.slots if not slot.status.is_final]
    waiting = [slot.id for _, slot in slots if slot.status is SlotStatus.QUEUED]
    left_out = set(waiting[MAX_WAITING_CARDS:] if names_product else ())
    cards = [
        GridItem(
            id=f"slot-{slot.id}",
            title=job.product_name if names_product else job.settings.backdrop.label,
            subtitle=f"{slot.position + 1} of {len(job.slots)}",
            state="running" if slot.status is SlotStatus.RUNNING else "queued",
            percent=slot.progress_percent,
            stand=slot_sign(job, slot).label if slot.status is SlotStatus.QUEUED else "",
            note=slot_note(job, slot),
        )
        for job, slot in slots
        if slot.id not in left_out
    ]
    return cards[:MAX_SLOT_CARDS]


def show_pictures(
    assets: Sequence[AssetSummary],
    jobs: Sequence[GenerationJob] = (),
    *,
    key: str,
    selectable: bool = False,
    names_product: bool = True,
) -> None:
    """Draw the pictures, those in flight first: a click opens one, a tick selects it."""
    event = show_grid(
        [
            *slot_cards(jobs, names_product=names_product),
            *(picture_card(asset, names_product=names_product) for asset in assets),
        ],
        key=f"{key}.grid",
        selected=frozenset(str(asset_id) for asset_id in selected(key)),
        selectable=selectable,
    )
    if event is None:
        return
    if event.kind == "open":
        open_asset(int(event.id))
    toggle(key, int(event.id))
    st.rerun()
