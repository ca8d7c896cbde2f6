"""Pictures that are looked at closely: one alone, or up to six compared, zoomed in step."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, get_args

import streamlit as st

from core.domain.assets import Asset, AssetRef
from core.domain.reviews import MAX_RATING
from core.imaging.base import RENDITION_WIDTHS
from ui.state import state_of

_HERE = Path(__file__).parent
_PARTS = ("compare_stage", "compare_pictures")
_compare = st.components.v2.component(
    "epox_compare_pictures",
    js="\n".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS),
    css=(_HERE / "compare_pictures.css").read_text(encoding="utf-8"),
)

Mode = Literal["single", "side", "slider"]
Action = Literal[
    "approved", "needs_edit", "rejected", "unreviewed", "rate", "remove", "clear", "back"
]
_ACTIONS: dict[str, Action] = {action: action for action in get_args(Action)}
_SHOWN = ("w640", "w1600")


@dataclass(frozen=True)
class Compared:
    """A picture that is looked at; `sources` are its files by their longest side, smallest first.

    The product's photo `is_photo`: it is not judged, has no number and cannot be taken out.
    Only what was made here `is_judged`: other pictures are compared without a verdict.
    """

    id: str
    title: str
    width: int
    height: int
    sources: tuple[tuple[int, str], ...]
    subtitle: str = ""
    review: str = "unreviewed"
    rating: int = 0
    is_photo: bool = False
    is_judged: bool = False

    @property
    def key(self) -> str:
        """Return what differs when another picture has come to the same place."""
        return self.sources[-1][1]


@dataclass(frozen=True)
class CompareEvent:
    """What a person did to a picture; `asset_id` is 0 where it is of none."""

    asset_id: int
    action: Action
    rating: int = 0


@dataclass
class CompareState:
    """By each comparison's key, the number of the last event that was answered."""

    answered: dict[str, int] = field(default_factory=dict)


def compared(
    ref: AssetRef, title: str, *, asset: Asset | None = None, is_photo: bool = False
) -> Compared:
    """Return the picture as it is looked at, with what was said of the asset."""
    longest = max(ref.width_px, ref.height_px)
    smaller = [(RENDITION_WIDTHS[name], ref.url(name)) for name in _SHOWN]
    return Compared(
        id=str(ref.id),
        title=title,
        width=ref.width_px,
        height=ref.height_px,
        sources=(
            *(source for source in smaller if source[0] < longest),
            (longest, ref.url("original")),
        ),
        review="unreviewed" if asset is None else str(asset.review.state),
        rating=0 if asset is None else asset.review.rating,
        is_photo=is_photo,
        is_judged=asset is not None and asset.origin.is_made,
    )


def show_picture_closely(picture: Compared, *, key: str, around_px: int = 200) -> None:
    """Draw one picture, to zoom into with wheel, fingers or keys down to its pixels.

    `around_px` is the height of the window that is left to other things.
    """
    _draw([picture], key, label=picture.title, mode="single", around_px=around_px,
          hint="Click, then zoom with the wheel or + and -; 0 shows all of it.")  # fmt: skip


def show_compared(  # noqa: PLR0913 - what a person may do here, by its name
    pictures: Sequence[Compared],
    *,
    key: str,
    mode: Mode = "side",
    may_review: bool = False,
    may_remove: bool = False,
    has_way_back: bool = False,
    around_px: int = 200,
    most_px: int = 0,
) -> tuple[CompareEvent, ...]:
    """Draw the pictures, zoomed and moved together, and return what was done since the last run.

    Keys are pressed faster than a page runs: the browser sends an event again until it sees that
    it was answered, and each comes back from here once. `most_px` is how high a picture may be.
    """
    hint = "1-6 choose · A approve · E needs edit · R reject · Shift+1-5 stars · + - 0 zoom"
    result = _draw(
        pictures, key, label="Compared pictures", mode=mode, may_review=may_review,
        may_remove=may_remove, has_way_back=has_way_back, around_px=around_px, most_px=most_px,
        hint=hint if may_review else "Zoom with + and -; 0 shows all of it.",
    )  # fmt: skip
    answered = state_of(CompareState).answered
    shown = {picture.id for picture in pictures if not picture.is_photo} | {"0"}
    events = []
    for number, event in _events(result):
        if number > answered.get(key, 0):
            answered[key] = number
            if str(event.asset_id) in shown:
                events.append(event)
    return tuple(events)


def _draw(  # noqa: PLR0913 - as above
    pictures: Sequence[Compared],
    key: str,
    *,
    label: str,
    mode: Mode,
    hint: str,
    around_px: int,
    most_px: int = 0,
    may_review: bool = False,
    may_remove: bool = False,
    has_way_back: bool = False,
) -> object:
    options = {
        "label": label, "mode": mode, "hint": hint, "around": around_px, "most": most_px,
        "may_review": may_review, "may_remove": may_remove, "has_way_back": has_way_back,
    }  # fmt: skip
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        [{**asdict(picture), "key": picture.key} for picture in pictures],
        options,
        state_of(CompareState).answered.get(key, 0),
    ]
    return _compare(key=key, data=data, on_events_change=_nothing).get("events")


def _nothing() -> None:
    """Make Streamlit know the events; the page reacts to the returned values."""


def _events(value: object) -> list[tuple[int, CompareEvent]]:
    if not isinstance(value, list):
        return []
    found = []
    for entry in value:
        match entry:
            case [int(number), str(picture_id), str(action), int(rating)] if (
                action in _ACTIONS
                and picture_id.isascii()
                and picture_id.isdecimal()
                and 0 <= rating <= MAX_RATING
            ):
                found.append((number, CompareEvent(int(picture_id), _ACTIONS[action], rating)))
    return found
