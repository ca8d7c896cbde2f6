"""What came of a preset, and what differs between two of its versions, in words."""

from collections.abc import Sequence
from typing import Any

from core.domain.presets import Preset, PresetResults
from core.domain.setting_layers import ADDED_UP, SettingsLayer
from ui.components.counted import counted
from ui.components.layer_words import FIELD_LABELS, layer_summary, setting_words
from ui.components.preset_faces import faces_of, texts_of
from ui.format import cents

MIN_FOR_PERCENT = 5
"""Of fewer pictures a percentage would say more than is known."""
NOT_SET = "not set"


def results_words(results: PresetResults) -> str:
    """Return what came of a preset, such as "71 % approved of 24, $0.19 per approved"."""
    made, approved = results.made, results.approved
    if not made:
        return "No pictures yet"
    if made < MIN_FOR_PERCENT:
        said = f"{counted(made, 'picture')}, {approved:,} approved"
    else:
        said = f"{round(100 * approved / made)} % approved of {made:,}"
    if approved and results.cost_micros:
        return f"{said}, {cents(results.cost_micros // approved)} per approved"
    return said


def whose(preset: Preset) -> str:
    """Return in a word or two who may see a preset, or who shared it."""
    if preset.is_own:
        return "Shared" if preset.is_shared else "Only you"
    return f"By {preset.maker}" if preset.maker else "Shared"


def description_of(text: str, layer: SettingsLayer) -> str:
    """Return what a card says of a preset: its description, else the values that it sets."""
    seen = [face.value for face in faces_of(layer)]
    more = [f"{label.lower()} {value}" for label, value in texts_of(layer)]
    return text or ", ".join((*seen, *more)) or "Nothing is set yet."


def holds_words(words: Sequence[str], name: str, text: str, layer: SettingsLayer) -> bool:
    """Say whether a preset holds all words, given in small letters, in its name or settings."""
    values = (part for pair in layer_summary(layer) for part in pair)
    whole = " ".join((name, text, *values)).casefold()
    return all(word in whole for word in words)


def layer_changes(before: SettingsLayer, after: SettingsLayer) -> tuple[tuple[str, str, str], ...]:
    """Return what differs, as a setting's name, what it was and what it is, in words.

    What a layer says nothing of is "not set".
    """
    changes = []
    for name, label in FIELD_LABELS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            was, now = _words(name, old), _words(name, new)
            changes.append((label, was, f"others: {now}" if was == now else now))
    for name in ADDED_UP:
        anew = name in after.starts_anew
        if anew != (name in before.starts_anew):
            on_top, alone = "on top of other levels", "instead of other levels"
            was, now = (on_top, alone) if anew else (alone, on_top)
            changes.append((FIELD_LABELS[name], was, now))
    return tuple(changes)


def _words(name: str, value: Any) -> str:  # noqa: ANN401 - of the field's own type
    return NOT_SET if value is None else setting_words(name, value)
