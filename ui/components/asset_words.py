"""What people say of a picture in words: its title, alt text and tags."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset, AssetSummary
from core.services.asset_words import MAX_ALT_TEXT_CHARS, MAX_TITLE_CHARS
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_TAGS_SHOWN = 12


def words_of(actor: Actor, asset: Asset) -> AssetSummary:
    """Return what people say of the picture."""
    [summary] = services().assets.summaries(actor, [asset.id])
    return summary


def show_words(actor: Actor, asset: Asset, said: AssetSummary) -> None:
    """Draw title, alt text and tags; who may edit can change them."""
    with st.container(border=True, gap="small", key="asset.words"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Title, alt text, tags", anchor=False, width="content")
            st.space("stretch")
            may_edit = actor.role.may_edit and asset.trashed_at is None
            is_open = may_edit and st.toggle(
                "Change", key=f"asset.words.{asset.id}.open", value=False
            )
        if is_open:
            _write(actor, asset, said)
        else:
            _read(said)


def _read(said: AssetSummary) -> None:
    if said.title:
        st.caption("Title")
        st.text(said.title)
    st.caption("Alt text")
    if said.alt_text:
        st.text(said.alt_text)
    else:
        st.markdown(":gray[Not described yet: shops and screen readers want it.]")
    st.caption("Tags")
    if not said.tags:
        st.markdown(":gray[No tags yet.]")
    else:
        with st.container(horizontal=True, gap="xsmall"):
            for tag in said.tags[:_TAGS_SHOWN]:
                st.badge(escape_markdown(tag), color="gray")
            if len(said.tags) > _TAGS_SHOWN:
                st.badge(f"{len(said.tags) - _TAGS_SHOWN} more", color="gray")


def _write(actor: Actor, asset: Asset, said: AssetSummary) -> None:
    key = f"asset.words.{asset.id}"
    with expected_errors(), st.form(f"{key}.form", border=False, enter_to_submit=False):
        title = st.text_input(
            "Title", said.title, max_chars=MAX_TITLE_CHARS, key=f"{key}.title",
            placeholder=said.label,
        )  # fmt: skip
        alt_text = st.text_area(
            "Alt text", said.alt_text, max_chars=MAX_ALT_TEXT_CHARS, height=100, key=f"{key}.alt",
            placeholder="What a person sees who looks at it",
        )  # fmt: skip
        tags = st.multiselect(
            "Tags", list(said.tags), default=list(said.tags), accept_new_options=True,
            key=f"{key}.tags", placeholder="Type a tag and press Enter",
        )  # fmt: skip
        if st.form_submit_button("Save", type="primary", key=f"{key}.save"):
            services().assets.set_title(actor, asset.id, title)
            services().assets.set_alt_text(actor, asset.id, alt_text)
            services().assets.set_tags(actor, [asset.id], tags)
            announce("Saved.")
            st.rerun()
