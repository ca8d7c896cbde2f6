"""What a person changed in a prompt is shown word by word, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.components.prompt_words import changes_as_markdown, changes_in


class TestChanges:
    def test_name_what_was_added_and_taken_out(self) -> None:
        assert changes_in("soft light, calm", "hard light, calm place") == (
            ("taken", "soft"), ("added", "hard"), ("kept", " light, calm"), ("added", " place"),
        )  # fmt: skip

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_hold_both_texts_to_the_letter(self, generated: str, written: str) -> None:
        changes = changes_in(generated, written)

        assert "".join(text for kind, text in changes if kind != "added") == generated
        assert "".join(text for kind, text in changes if kind != "taken") == written


class TestMarkdown:
    def test_colours_what_was_changed_on_its_own_line(self) -> None:
        shown = changes_as_markdown(changes_in("one\ntwo", "one\ntwo three"))

        assert shown == "one  \ntwo :green-background[three]"

    @pytest.mark.parametrize("text", ["](javascript:1)", ":red[x]", "**b**", "<b>x</b>", "`c`"])
    def test_lets_no_text_become_markup(self, text: str) -> None:
        shown = changes_as_markdown((("added", text),))

        inner = shown.removeprefix(":green-background[").removesuffix("]")
        for sign in "[]()<>*`":
            assert inner.count(sign) == inner.count(f"\\{sign}")
