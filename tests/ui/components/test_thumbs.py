"""One of the thumbs is chosen, from the first run on."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def script(chosen: str) -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.components.thumbs import Thumb, pick_thumb  # noqa: PLC0415 - likewise

    thumbs = [Thumb("oak", "<b>Oak</b>", "/files/1"), Thumb("pine", "Pine", fill="#ffffff")]
    st.text(pick_thumb("Wood", thumbs, key="wood", chosen=chosen))


class TestPickThumb:
    def test_begins_with_the_one_it_was_told(self) -> None:
        at = AppTest.from_function(script, args=("pine",)).run()

        assert at.text[0].value == "pine"

    @pytest.mark.parametrize(("picked", "current"), [("oak", "oak"), ("gone", "pine")])
    def test_keeps_what_was_picked_as_long_as_it_is_there(self, picked: str, current: str) -> None:
        at = AppTest.from_function(script, args=("pine",))
        at.session_state["wood"] = {"picked": picked}

        at.run()

        assert at.text[0].value == current

    def test_hands_labels_over_as_text(self) -> None:
        at = AppTest.from_function(script, args=("oak",)).run()

        [thumbs] = at.get("bidi_component")
        assert json.loads(thumbs.proto.json)[1][0]["label"] == "<b>Oak</b>"
