"""The prompt of one product, word for word: to read, and to write instead."""

from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.generation import MAX_SENT_CHARS
from core.domain.plans import PlanItem
from ui.components.counted import counted
from ui.components.plan_summary import sent_pictures
from ui.components.prompt_words import changes_as_markdown, changes_in
from ui.components.rows import show_rows
from ui.components.studio_session import SessionState
from ui.format import escape_markdown
from ui.state import state_of


@dataclass
class PromptState:
    """Whether the panel is open, and the products whose prompt is being written.

    `begun` is the generated text from which the one in the field was begun, `rounds` how often.
    `set_aside` are texts that a person went back from, by what they were of.
    """

    is_open: bool = False
    writing: set[int] = field(default_factory=set)
    begun: str = ""
    rounds: int = 0
    set_aside: dict[str, str] = field(default_factory=dict)


def typed_prompt(product_id: int, written: str, *, key: str) -> str:
    """Return the text as it is in its field by now, which is drawn after the plan of this run.

    Who types and at once makes pictures gets them of what was typed.
    """
    state = state_of(PromptState)
    text = st.session_state.get(_field(product_id, state, key))
    if not isinstance(text, str):
        return written
    text = text.strip()
    return "" if text == state.begun.strip() else text


def show_prompt(actor: Actor, item: PlanItem, *, key: str) -> str:
    """Draw, folded away, what is sent to the model, and return the text that a person wrote.

    It is "" where the generated text is sent.
    """
    state = state_of(PromptState)
    written = item.settings.written_prompt
    is_writing = bool(written) or item.product_id in state.writing
    label = "What is sent: your own text" if written else "What is sent"
    count = len(item.prompt.split())
    words = counted(count, "word") if count else "no words"
    title = f"{label} :gray[{words}, {counted(len(item.references), 'picture')}]"
    with st.container(border=True, gap="small", key=f"{key}.panel"):
        st.button(
            title, type="tertiary", key=f"{key}.open", on_click=_turn,
            icon=":material/expand_more:" if state.is_open else ":material/chevron_right:",
        )  # fmt: skip
        if not state.is_open:
            # Most of the time nobody looks.
            return typed_prompt(item.product_id, written, key=key)
        show_rows(sent_pictures(item), key=f"{key}.pictures", width_px=200)
        if is_writing:
            return _write(item, written, state, key=key)
        _read(actor, item, state, key=key)
    return written


def show_own_text(product_id: int, written: str, *, key: str) -> str:
    """Say beside the settings that a person's own text is sent, and return the text as it is then.

    It leads back to the generated text, and from there to the own one again.
    """
    state = state_of(PromptState)
    place = _place(product_id, key)
    if written:
        st.info("Your own text is sent; settings do not change it.", icon=":material/edit_note:")
        if st.button("Back to the generated text", icon=":material/undo:", type="tertiary",
                     key=f"{key}.side.back"):  # fmt: skip
            return _go_back(product_id, written, state, key)
    elif state.set_aside.get(place):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption("The generated text is sent again.", width="stretch")
            if st.button("Undo", icon=":material/undo:", type="tertiary", key=f"{key}.side.undo"):
                state.rounds += 1
                return state.set_aside.pop(place)
    return written


def show_unplanned(product_id: int, written: str, *, key: str) -> str:
    """Draw what would be sent where there is no plan; a person's own text can be put right."""
    state = state_of(PromptState)
    with st.container(border=True, gap="small", key=f"{key}.panel"):
        st.button(
            "What is sent :gray[nothing as it is now]", type="tertiary", key=f"{key}.open",
            on_click=_turn,
            icon=":material/expand_more:" if state.is_open else ":material/chevron_right:",
        )  # fmt: skip
        if not state.is_open:
            return typed_prompt(product_id, written, key=key)
        if not written:
            st.caption("Nothing can be sent yet. What has to change is said in red.")
            return written
        text = st.text_area(
            "Prompt", written, height=220, max_chars=MAX_SENT_CHARS,
            key=_field(product_id, state, key), label_visibility="collapsed",
        )  # fmt: skip
        return text.strip()


def _go_back(product_id: int, written: str, state: PromptState, key: str) -> str:
    state.set_aside[_place(product_id, key)] = written
    state.writing.discard(product_id)
    state.rounds += 1
    return ""


def _place(product_id: int, key: str) -> str:
    return f"{key}.{product_id}"


def _turn() -> None:
    state = state_of(PromptState)
    state.is_open = not state.is_open


def _read(actor: Actor, item: PlanItem, state: PromptState, *, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Exactly this text · template {escape_markdown(item.template)}")
        st.space("stretch")
        if actor.role.may_edit and st.button(
            "Write it yourself", icon=":material/edit:", type="tertiary", key=f"{key}.write"
        ):
            state.writing.add(item.product_id)
            st.rerun()
    if item.prompt:
        st.code(item.prompt, language=None, wrap_lines=True)
    else:
        st.caption("No words are sent.")


def _write(item: PlanItem, written: str, state: PromptState, *, key: str) -> str:
    generated = item.generated_prompt
    if not written and state.begun != generated:
        state.begun = generated
        state.rounds += 1
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Exactly this text is sent; the settings do not change it any more.")
        st.space("stretch")
        if st.button("Back to the generated text", icon=":material/undo:", key=f"{key}.back",
                     type="tertiary"):  # fmt: skip
            return _go_back(item.product_id, written, state, key)
    text = st.text_area(
        "Prompt", written or generated, height=220, max_chars=MAX_SENT_CHARS,
        key=_field(item.product_id, state, key), label_visibility="collapsed",
    )  # fmt: skip
    text = text.strip()
    if not text or text == generated.strip():
        return ""
    st.caption("What you changed: :green-background[added], :red-background[~~taken out~~]")
    st.markdown(changes_as_markdown(changes_in(generated, text)))
    return text


def _field(product_id: int, state: PromptState, key: str) -> str:
    # Another session has another text of the same product.
    revision = state_of(SessionState).revision
    return f"{key}.text.{product_id}.{state.rounds}.{revision}"
