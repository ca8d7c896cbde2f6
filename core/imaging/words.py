"""The few words of a prompt that the local compositor understands."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from core.domain.generation import ROOMS

NOT_READ = (
    "The local compositor reads only simple words such as left, close-up, warm; "
    "the rest of the prompt is kept with the picture."
)


@dataclass(frozen=True)
class Wishes:
    """What a prompt asks for; 0 or None where it says nothing.

    `side`: -1 left, 0 centre, 1 right. `zoom`: 1 closer, -1 wider. `warmth`: 1 warm, -1 cool.
    `brightness`: 1 bright, -1 dim. `hardness` of shadows: 1 hard, -1 soft. `light_side`: -1 from
    the left, 1 from the right. `is_low_sun` makes shadows long. `has_shadow` is False for
    "no shadow". `hangs` is True for a lamp that hangs. `height_m` is the usual height of what is
    named. `words` are the words that were read, in the prompt's order.
    """

    side: int | None = None
    zoom: int = 0
    warmth: int = 0
    brightness: int = 0
    hardness: int = 0
    light_side: int = 0
    is_low_sun: bool = False
    has_shadow: bool = True
    hangs: bool = False
    height_m: float | None = None
    words: tuple[str, ...] = field(default=(), compare=False)


_LEXICON: tuple[tuple[str, dict[str, Any]], ...] = (
    (r"(?:light|lit|sun(?:light)?|window) (?:comes |coming |falls |falling )?(?:from|on) the left",
     {"light_side": -1}),
    (r"(?:light|lit|sun(?:light)?|window) (?:comes |coming |falls |falling )?(?:from|on) the right",
     {"light_side": 1}),
    (r"(?:no|without(?: a| any)?) shadows?", {"has_shadow": False}),
    (r"(?:soft|diffuse|gentle)(?: \w+)? shadows?|soft light|diffused? light|overcast",
     {"hardness": -1}),
    (r"(?:hard|harsh|crisp|sharp|strong)(?: \w+)? shadows?|hard light|direct sun(?:light)?",
     {"hardness": 1}),
    (r"long shadows?|low sun", {"is_low_sun": True}),
    (r"low light|low-light", {"brightness": -1}),
    (r"close-?up|close up|closer|macro|zoomed in", {"zoom": 1}),
    (r"wide(?:-| )?(?:shot|angle|view)|wide|wider|spacious|zoomed out", {"zoom": -1}),
    (r"left", {"side": -1}),
    (r"right", {"side": 1}),
    (r"centred|centered|centre|center|middle", {"side": 0}),
    (r"golden hour|sunset", {"warmth": 1, "is_low_sun": True}),
    (r"warm|warmer|cosy|cozy|golden|candlelight|candlelit", {"warmth": 1}),
    (r"cool|cooler|cold|bluish|wintry", {"warmth": -1}),
    (r"evening|dusk", {"warmth": 1, "brightness": -1}),
    (r"night", {"warmth": -1, "brightness": -1}),
    (r"morning|dawn", {"warmth": 1, "brightness": 1, "is_low_sun": True}),
    (r"bright|airy|sunny|light-filled|daylight|brighter", {"brightness": 1}),
    (r"dim|dark|darker|moody|dramatic", {"brightness": -1}),
    (r"pendant|chandelier|ceiling (?:lamp|light)|hanging lamp", {"hangs": True}),
    (r"floor lamp", {"height_m": 1.5}),
    (r"table lamp|vase|plant", {"height_m": 0.45}),
    (r"mug|cup|candle|bowl|clock", {"height_m": 0.2}),
    (r"armchair|lounge chair|sofa|couch|settee", {"height_m": 0.85}),
    (r"dining table|desk", {"height_m": 0.75}),
    (r"coffee table|side table|stool|ottoman", {"height_m": 0.45}),
    (r"bed", {"height_m": 1.1}),
    (r"wardrobe|bookcase|bookshelf", {"height_m": 1.9}),
)  # fmt: skip
_FITTING = (
    (("bedroom", "bed ", "nightstand", "headboard"), "sage-bedroom"),
    (("dining", "kitchen"), "walnut-dining"),
    (("evening", "moody", "dusk", "lounge bar"), "evening-lounge"),
    (("studio", "plain", "cove", "backdrop"), "studio-cove"),
)
_QUIET = ("height_m", "hangs")  # what helps to guess a size, but is no wish
_NEGATED = re.compile(r"\b(?:no|not|never|without|avoid|isn't|nothing)\s+(?:\w+\s+)?$")


def read_words(prompt: str) -> Wishes:
    """Return what the prompt asks for, in simple words; the first of two that clash counts."""
    text = " ".join(prompt.lower().split())
    found: list[tuple[int, str, dict[str, Any]]] = []
    for pattern, meaning in _LEXICON:
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", text):
            if "has_shadow" in meaning or not _NEGATED.search(text[: match.start()]):
                found.append((match.start(), match.group(), meaning))
            # Two meanings never share a word: "from the left" is light and not a place.
            text = text[: match.start()] + "_" * len(match.group()) + text[match.end() :]
    return _combined(sorted(found, key=lambda each: each[0]))


def note_on(prompt: str) -> str:
    """Return a sentence on which words of the prompt the local compositor reads."""
    words = read_words(prompt).words
    if not words:
        return NOT_READ
    return f"The local compositor reads these words: {', '.join(words)}."


def fitting_room(prompt: str) -> str:
    """Return the name of the room that fits a prompt best."""
    text = prompt.lower() + " "
    for words, name in _FITTING:
        if any(word in text for word in words):
            return name
    return ROOMS[0].name


def _combined(found: list[tuple[int, str, dict[str, Any]]]) -> Wishes:
    said: dict[str, Any] = {}
    words: list[str] = []
    for _, word, meaning in found:
        new = {name: value for name, value in meaning.items() if name not in said}
        said |= new
        if word not in words and any(name not in _QUIET for name in new):
            words.append(word)
    return replace(Wishes(), **said, words=tuple(words))
