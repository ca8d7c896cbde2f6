import pytest

from core.imaging.words import NOT_READ, Wishes, note_on, read_words


@pytest.mark.parametrize(
    ("prompt", "wishes"),
    [
        ("", Wishes()),
        ("On the left, in warm light", Wishes(side=-1, warmth=1)),
        ("right of the window", Wishes(side=1)),
        ("centred close-up", Wishes(side=0, zoom=1)),
        ("a wide shot of a bright, airy room", Wishes(zoom=-1, brightness=1)),
        ("cool and moody", Wishes(warmth=-1, brightness=-1)),
        ("evening", Wishes(warmth=1, brightness=-1)),
        ("soft morning", Wishes(warmth=1, brightness=1, is_low_sun=True)),
        ("hard shadow", Wishes(hardness=1)),
        ("soft natural shadows", Wishes(hardness=-1)),
        ("no shadow", Wishes(has_shadow=False)),
        ("light from the left", Wishes(light_side=-1)),
        ("light coming from the right, chair on the left", Wishes(light_side=1, side=-1)),
        ("low light", Wishes(brightness=-1)),
    ],
)
def test_reads_simple_words(prompt: str, wishes: Wishes) -> None:
    assert read_words(prompt) == wishes


@pytest.mark.parametrize("prompt", ["not dark", "without warm light", "a leftover", "bedroom"])
def test_leaves_alone_what_was_not_asked_for(prompt: str) -> None:
    assert read_words(prompt) == Wishes()


def test_the_first_of_two_that_clash_counts() -> None:
    assert read_words("left, then right").side == -1
    assert read_words("left, then right").words == ("left",)


def test_says_which_words_it_reads() -> None:
    note = note_on("A sofa on the LEFT of a warm room")

    assert note == "The local compositor reads these words: left, warm."


def test_says_when_it_reads_none() -> None:
    assert note_on("Marble and linen") == NOT_READ
