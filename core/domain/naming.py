"""File names by a rule with holes, such as "{sku}/{sku}_{shot}_{n}": safe, telling, each once."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.errors import InvalidInputError

HOLES: Mapping[str, str] = {
    "sku": "the product's SKU",
    "product": "the product's name",
    "collection": "its collection",
    "category": "the product's category",
    "shot": "the shot it is of",
    "n": "counts pictures whose name is otherwise the same",
    "date": "the day it was made",
    "id": "its number in Epox",
    "state": "whether it is approved",
    "model": "the image model or tool that made it",
    "w": "its width in pixels",
    "h": "its height in pixels",
    "preset": "the preset it was made with",
    "tag": "its first tag",
}
"""What a rule may name in braces, with what each is replaced by."""

DEFAULT_RULE = "{sku}_{shot}_{n}"
MAX_RULE_CHARS = 160
MAX_FOLDERS = 4
MAX_PART_CHARS = 120
MAX_PART_BYTES = 200
MAX_NAME_CHARS = 220
_MAX_VALUE_CHARS = 60
_MAX_DIGITS = 6
_NUMBER_CHARS = len("_") + _MAX_DIGITS
_COUNTED = {"n", "id"}
_UNNAMED_FILE = "picture"
_UNNAMED_FOLDER = "other"

_PIECES = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_WIDTH = re.compile(r"0([1-9])")
_KEPT_SIGNS = frozenset("-_.+(),'&!")
_GAPS = re.compile(r"-{2,}")
# What a hole without a value leaves behind: two separators beside each other, or one at an end.
_DOUBLE = re.compile(r"[-_. ]*([-_. ])[-_. ]*")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789\u00b9\u00b2\u00b3"}
)


@dataclass(frozen=True)
class Hole:
    """A value that a rule asks for; numbers get zeros in front up to `digits`."""

    name: str
    digits: int = 0


Part = tuple[Hole | str, ...]
"""What stands between two slashes of a rule."""


@dataclass(frozen=True)
class NamingRule:
    """A rule that was understood: folders, and in the end the file's name without its ending."""

    text: str
    parts: tuple[Part, ...]

    @property
    def holes(self) -> frozenset[str]:
        """Return the names of its holes."""
        return frozenset(p.name for part in self.parts for p in part if isinstance(p, Hole))

    @classmethod
    def parse(cls, text: str) -> "NamingRule":
        """Return the rule, or raise a sentence that says what in it cannot be understood."""
        text = unicodedata.normalize("NFC", text.strip())
        if not text:
            raise _wrong("Please say how files are to be called, such as {sku}_{n}.")
        if len(text) > MAX_RULE_CHARS:
            raise _wrong(f"Please shorten the rule: at most {MAX_RULE_CHARS} characters fit.")
        parts = text.split("/")
        if any(not part.strip() for part in parts):
            raise _wrong("There is a name missing before or after a “/” in the rule.")
        if len(parts) > MAX_FOLDERS + 1:
            raise _wrong(f"At most {MAX_FOLDERS} folders can lie in each other.")
        return cls(text, tuple(_part(part) for part in parts))


@dataclass
class NameBook:
    """Gives each file of one export its name; none is given twice, whatever the case of letters.

    The same pictures in the same order get the same names. `renamed` counts those that would have
    been called as another one, and got a number.
    """

    rule: NamingRule
    taken: Iterable[str] = ()
    renamed: int = 0
    _given: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the names that something else has in the same place."""
        self._given.update(map(_key, self.taken))

    def name_for(self, values: Mapping[str, str | int], ending: str) -> str:
        """Return the next picture's path in the export: folders with "/", ending included."""
        if "n" in self.rule.holes:
            return self._counted(values, ending)
        name = _path(self.rule, values, ending)
        if self._take(name):
            return name
        self.renamed += 1
        return self._numbered(name, ending)

    def _counted(self, values: Mapping[str, str | int], ending: str) -> str:
        blank = self._stem({**values, "n": 0}, ending)
        last = ""
        # One of so many different names is free.
        first = self._numbers.get(blank, 0) + 1
        for number in range(first, first + len(self._given) + 1):
            name = _path(self.rule, {**values, "n": number}, ending)
            if self._take(name):
                self._numbers[blank] = number
                return name
            if name == last:
                break  # too long a name loses its end, and the number with it: it gets another
            last = name
        return self._numbered(last, ending)

    def _stem(self, values: Mapping[str, str | int], ending: str) -> str:
        """Return what is counted for: a JPEG and a PNG of the same name are two of it."""
        return _key(_path(self.rule, values, ending).removesuffix(f".{ending}"))

    def _numbered(self, name: str, ending: str) -> str:
        folder, slash, last = name.rpartition("/")
        # With room for any number: all names that are the same so far share one count.
        stem = _shortened(last.removesuffix(f".{ending}"), _NUMBER_CHARS + len(ending) + 1)
        base = f"{folder}{slash}{stem}"
        counted = _key(f"{base}.{ending}")
        first = self._numbers.get(counted, 2)
        for number in range(first, first + len(self._given) + 1):
            new = f"{base}_{number}.{ending}"
            if self._take(new):
                self._numbers[counted] = number + 1
                return new
        raise AssertionError("of so many different names one is free")

    def _take(self, name: str) -> bool:
        key = _key(name)
        if key in self._given:
            return False
        self._given.add(key)
        return True


EXAMPLE: Mapping[str, str | int] = {
    "sku": "OAK-CHAIR-1",
    "product": "Oak dining chair",
    "collection": "Spring 2027",
    "category": "Chairs",
    "shot": "Front",
    "n": 1,
    "date": "2026-11-26",
    "id": 4711,
    "state": "approved",
    "model": "gemini-3-pro-image",
    "w": 2048,
    "h": 2048,
    "preset": "Calm morning",
    "tag": "hero",
}
"""What a rule shows as long as there is no picture to show it with."""


def example_of(
    rule: NamingRule, values: Mapping[str, str | int] = EXAMPLE, ending: str = "jpg"
) -> str:
    """Return how the first file of these values would be called."""
    return NameBook(rule).name_for(values, ending)


def safe_name(text: str, unnamed: str = _UNNAMED_FILE, *, max_chars: int = 80) -> str:
    """Return text as one part of a path that any system takes, `unnamed` when nothing is left."""
    return _safe_part(_safe_value(text)[:max_chars]) or unnamed


def _part(text: str) -> Part:
    pieces: list[Hole | str] = []
    for hole, plain, brace in _PIECES.findall(text):
        if brace:
            raise _wrong(f"A “{brace}” in the rule stands alone: write {{sku}} with both braces.")
        pieces.append(_literal(plain) if plain else _hole(hole))
    return tuple(pieces)


def _hole(text: str) -> Hole:
    name, colon, form = (part.strip() for part in text.partition(":"))
    name = name.lower()
    if name not in HOLES:
        known = ", ".join(f"{{{hole}}}" for hole in HOLES)
        shown = re.sub(r"[^\w:]", "", name)[:20]
        raise _wrong(f"Nothing is called {{{shown}}}. There are {known}.")
    if not colon:
        return Hole(name)
    width = _WIDTH.fullmatch(form)
    if name not in _COUNTED or width is None or int(width[1]) > _MAX_DIGITS:
        raise _wrong(
            f"Only {{n}} and {{id}} take digits, as in {{n:03}}; at most {_MAX_DIGITS} of them."
        )
    return Hole(name, int(width[1]))


def _literal(text: str) -> str:
    found = next((char for char in text if not _may_stand(char) and char != " "), None)
    if found is not None:
        shown = found if found.isprintable() else f"U+{ord(found):04X}"
        raise _wrong(f"A file's name cannot hold “{shown}”. Please leave it out of the rule.")
    return text


def _wrong(sentence: str) -> InvalidInputError:
    return InvalidInputError("naming rule", user_message=sentence)


def _path(rule: NamingRule, values: Mapping[str, str | int], ending: str) -> str:
    *folders, file = rule.parts
    parts = [_filled(part, values) or _UNNAMED_FOLDER for part in folders]
    stem = _filled(file, values) or _UNNAMED_FILE
    name = "/".join([*parts, f"{_shortened(stem, len(ending) + 1)}.{ending}"])
    most = MAX_NAME_CHARS - _NUMBER_CHARS
    if len(name) > most:
        each = (most - len(ending) - 1 - len(parts)) // (len(parts) + 1)
        parts = [_safe_part(part[:each]) or _UNNAMED_FOLDER for part in parts]
        name = "/".join([*parts, f"{_safe_part(stem[:each]) or _UNNAMED_FILE}.{ending}"])
    return name


def _filled(part: Part, values: Mapping[str, str | int]) -> str:
    filled, is_gappy = "", False
    for piece in part:
        text = piece if isinstance(piece, str) else _value(piece, values)
        is_gappy |= not text
        filled += text
    if is_gappy:
        filled = _DOUBLE.sub(r"\1", filled).strip("-_. ")
    return _safe_part(_shortened(filled, 0))


def _value(hole: Hole, values: Mapping[str, str | int]) -> str:
    value = values.get(hole.name, "")
    if isinstance(value, int):
        return f"{value:0{hole.digits}}" if hole.digits else str(value)
    return _safe_value(value)[:_MAX_VALUE_CHARS].rstrip("-. ")


def _safe_value(text: str) -> str:
    """Return a value without what leads elsewhere, is not seen, or turns text around."""
    text = unicodedata.normalize("NFC", text[: 4 * _MAX_VALUE_CHARS])
    kept = "".join(_kept(char) for char in text)
    return _GAPS.sub("-", unicodedata.normalize("NFC", kept)).strip("-. ")


def _kept(char: str) -> str:
    if _may_stand(char):
        return char
    return "" if unicodedata.category(char) in ("Cf", "Cs", "Co", "Cn") else "-"


def _may_stand(char: str) -> bool:
    return char in _KEPT_SIGNS or unicodedata.category(char)[0] in "LMN"


def _safe_part(text: str) -> str:
    text = text.strip("-. ")
    if text.partition(".")[0].rstrip().casefold() in _RESERVED:
        return f"_{text}"
    return text


def _shortened(text: str, room: int) -> str:
    """Return as much of the text as a part of a path may hold beside `room` more characters."""
    text = text[: MAX_PART_CHARS - room]
    encoded = text.encode()
    if len(encoded) > MAX_PART_BYTES - room:
        text = encoded[: MAX_PART_BYTES - room].decode(errors="ignore")
    return text.rstrip("-. ")


def _key(name: str) -> str:
    """Return what two names share that some system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
