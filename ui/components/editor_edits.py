"""Edits by words: what they cost, and handing them to the image model."""

from collections.abc import Mapping
from typing import Any, cast

from core.domain.accounts import Actor
from core.domain.edit_settings import EditMode
from core.domain.edits import EDIT_ROLES, Edit, EditPlan
from core.domain.generation import AspectRatio, ChosenReference, ImageSize, ReferenceRole
from core.errors import EpoxError, InvalidInputError
from ui.components.counted import counted
from ui.components.editor_state import EditorState, tell
from ui.context import services
from ui.format import amounts, duration
from ui.state import state_of

ROLE_WORDS: Mapping[ReferenceRole, str] = {
    ReferenceRole.OBJECT: "To put in",
    ReferenceRole.PRODUCT: "The product",
    ReferenceRole.STYLE: "Style",
    ReferenceRole.SCENE: "Scene",
    ReferenceRole.PALETTE: "Colours",
}


def quote_of(actor: Actor, asset_id: int, event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the edit costs and keeps, in sentences, or why it cannot be made.

    A mask that is painted but not sent yet is asked about as if there were none.
    """
    quote = {"key": event.get("key"), "refusal": "", "sentence": "", "keeps": ""}
    try:
        plan = services().edits.plan(actor, edit_of(asset_id, event.get("edit")))
    except EpoxError as error:
        return {**quote, "refusal": error.user_message}
    return {**quote, "sentence": _cost_words(plan), "keeps": plan.keeps}


def submit_edit(actor: Actor, asset_id: int, event: Mapping[str, Any]) -> None:
    """Hand the edit to the image model; raises the sentence for what is refused."""
    plan = services().edits.plan(actor, edit_of(asset_id, event.get("edit")))
    key = str(event.get("number", ""))[:64]
    job_id = services().edits.submit(actor, plan, idempotency_key=key)
    state_of(EditorState).work[asset_id] = ("job", job_id)
    tell()


def edit_of(asset_id: int, said: object) -> Edit:
    """Return the edit that the browser asked for, or raise a sentence for what cannot be meant."""
    if not isinstance(said, Mapping):
        raise InvalidInputError(user_message="Choose what to do with the picture.")
    return Edit(
        asset_id=asset_id,
        mode=cast("EditMode", said.get("mode")),
        instruction=str(said.get("instruction", "")),
        mask_id=said.get("mask_id"),
        feather_px=said.get("feather_px", 0) if said.get("mask_id") else 0,
        references=_references(said.get("references", [])),
        aspect_ratio=cast("AspectRatio", said.get("aspect_ratio") or None),
        size=cast("ImageSize", said.get("size")),
        image_model=str(said.get("image_model", "")),
        count=said.get("count", 1),
        across=said.get("place", 0.5),
        down=said.get("place", 0.5),
    )


def _references(said: object) -> tuple[ChosenReference, ...]:
    return tuple(map(_reference, said if isinstance(said, list) else [said]))


def _reference(said: object) -> ChosenReference:
    match said:
        case [str(role), int(asset_id)] if role in {each.value for each in EDIT_ROLES}:
            return ChosenReference(ReferenceRole(role), asset_id)
    raise InvalidInputError(user_message="Choose what each picture is shown for.")


def _cost_words(plan: EditPlan) -> str:
    low, high = amounts(plan.plan.cost_low_micros, plan.plan.cost_high_micros)
    cost = low if low == high else f"{low} to {high}"
    time = f"{duration(plan.plan.seconds_low)} to {duration(plan.plan.seconds_high)}"
    size = "" if plan.width_px is None else f" {plan.width_px} \u00d7 {plan.height_px} px."
    return f"{counted(plan.plan.count, 'picture')} for {cost}, in about {time}.{size}"
