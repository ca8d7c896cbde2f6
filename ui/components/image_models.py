"""Image models as administrators steer them: state, limits, pause, another try."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from core.domain.accounts import Actor
from core.domain.queueing import ModelLimits, ModelState
from core.errors import ModelAuthError
from core.image_models.base import ImageModelSpec
from core.image_models.prices import gemini_rows
from core.services.model_states import MAX_CALLS_AT_ONCE, MAX_PER_MINUTE
from core.services.notices import for_administrators
from ui.components.moments import clock, until
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown, money

Colour = Literal["green", "orange", "red", "gray"]
_GEMINI = frozenset(row.id for row in gemini_rows())
_SAME_KEY = "Same key"


def show_image_models(actor: Actor) -> None:
    """Draw a card for each image model that can be used or is held up, the default first."""
    specs = {spec.id: spec for spec in services().generation.models()}
    states = services().model_states.states(actor)
    st.subheader("Image models", anchor=False)
    shown = [state for state in states if state.image_model in specs or _is_touched(state)]
    refused = _with_refused_key(states, specs)
    with st.grid(2, min_column_width=320, gap="small") as columns:
        for state in shown:
            with columns.cell():
                _show_card(actor, state, specs, refused)
    unusable = [state.image_model for state in states if state not in shown]
    if unusable:
        names = ", ".join(_label(name, specs) for name in unusable)
        st.caption(escape_markdown(f"Set GEMINI_API_KEY to use {names}."))


def _show_card(
    actor: Actor, state: ModelState, specs: Mapping[str, ImageModelSpec], refused: str
) -> None:
    name, label = state.image_model, _label(state.image_model, specs)
    shares_key = bool(refused) and name in _GEMINI
    word, colour = _word(state, shares_key=shares_key)
    with st.container(border=True, gap="xsmall", key=f"model.{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            default = " :gray-badge[Default]" if next(iter(specs), "") == name else ""
            st.markdown(
                f"**{escape_markdown(label)}** :{colour}-badge[{word}]{default}", width="content"
            )
            st.space("stretch")
            _show_switch(actor, state, label)
        st.caption(escape_markdown(" · ".join((name, *_prices(specs.get(name))))))
        for sentence in _sentences(state):
            st.markdown(f":small[{escape_markdown(sentence)}]")
        if word == _SAME_KEY:
            text = f"It has the same key as {refused}, which was refused: it will be stopped too."
            st.markdown(f":small[{escape_markdown(text)}]")
        _show_limits(actor, state, label)


def _show_switch(actor: Actor, state: ModelState, label: str) -> None:
    name, shown = state.image_model, escape_markdown(label)
    is_parked = _is_parked(state)
    text, icon = ("Resume", "play_arrow") if state.paused_at else ("Try again", "refresh")
    with expected_errors():
        if (
            state.paused_at is None
            and not is_parked
            and st.button(
                "Pause", icon=":material/pause:", type="tertiary", key=f"model.{name}.pause"
            )
        ):
            services().model_states.pause(actor, name)
            announce(f"{shown} is paused. What is on its way is finished.")
            st.rerun()
        if (state.paused_at is not None or is_parked or _rests(state)) and st.button(
            text, icon=f":material/{icon}:", type="primary", key=f"model.{name}.resume"
        ):
            services().model_states.resume(actor, name)
            announce(f"{shown} is in use again.")
            st.rerun()


def _show_limits(actor: Actor, state: ModelState, label: str) -> None:
    name, own, default = state.image_model, state.limits, _defaults(state.image_model)
    with (
        st.form(f"model.{name}.limits", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        limits = ModelLimits(
                _number(
                    "Requests a minute", own.requests_per_minute, default.requests_per_minute,
                    MAX_PER_MINUTE, f"model.{name}.requests",
                ),
                _number(
                    "Pictures a minute", own.images_per_minute, default.images_per_minute,
                    MAX_PER_MINUTE, f"model.{name}.images",
                ),
                _number(
                    "Calls at once", own.calls_at_once, default.calls_at_once,
                    MAX_CALLS_AT_ONCE, f"model.{name}.calls",
                ),
            )  # fmt: skip
        is_sent = st.form_submit_button("Save", key=f"model.{name}.save")
    with expected_errors():
        if is_sent:
            services().model_states.set_limits(actor, name, limits)
            announce(f"The limits of {escape_markdown(label)} are saved.")
            st.rerun()


def _number(label: str, own: int | None, default: int | None, highest: int, key: str) -> int | None:
    # One that begins with a number cannot be emptied: emptying means "as at the beginning".
    st.session_state.setdefault(key, own)
    return st.number_input(
        label, min_value=1, max_value=highest, value=None, step=1, key=key, width=130,
        placeholder="No limit" if default is None else f"{default:,} (default)",
    )  # fmt: skip


def _defaults(name: str) -> ModelLimits:
    if name not in _GEMINI:
        return ModelLimits()
    settings = services().parts.settings
    return ModelLimits(
        settings.gemini_requests_per_minute,
        settings.gemini_images_per_minute,
        settings.gemini_calls_at_once,
    )


def _with_refused_key(states: Sequence[ModelState], specs: Mapping[str, ImageModelSpec]) -> str:
    """Return the name of a model whose key was refused, or ""; all of Gemini have one key."""
    refused = (
        _label(state.image_model, specs)
        for state in states
        if _is_parked(state)
        and state.parking is not None
        and state.parking.code == ModelAuthError.code
        and state.image_model in _GEMINI
    )
    return next(refused, "")


def _word(state: ModelState, *, shares_key: bool) -> tuple[str, Colour]:
    if _is_parked(state):
        return "Stopped", "red"
    if state.paused_at is not None:
        return "Paused", "orange"
    if shares_key:
        return _SAME_KEY, "orange"
    return ("Resting", "gray") if _rests(state) else ("Works", "green")


def _sentences(state: ModelState) -> list[str]:
    found, parking = [], state.parking
    if parking is not None and _is_parked(state):
        ends = "" if parking.until is None else f"; asked again by itself at {clock(parking.until)}"
        why = for_administrators(parking.reason)
        found.append(f"{why} Stopped since {clock(parking.since)}{ends}.")
    if state.paused_at is not None:
        found.append(f"Paused since {clock(state.paused_at)}.")
    if state.resting_until is not None and _rests(state):
        found.append(f"The model asked us to slow down: it rests {until(state.resting_until)}.")
    return found


def _is_parked(state: ModelState) -> bool:
    parking = state.parking
    return parking is not None and (parking.until is None or parking.until > datetime.now(UTC))


def _rests(state: ModelState) -> bool:
    return state.resting_until is not None and state.resting_until > datetime.now(UTC)


def _is_touched(state: ModelState) -> bool:
    return state != ModelState(state.image_model)


def _prices(spec: ImageModelSpec | None) -> list[str]:
    if spec is None:
        return ["cannot be used without its key"]
    return [f"{size} {money(price)}" for size, price in spec.price_micros.items()]


def _label(name: str, specs: Mapping[str, ImageModelSpec]) -> str:
    labels = {row.id: row.label for row in gemini_rows()}
    spec = specs.get(name)
    return labels.get(name, name) if spec is None else spec.label
