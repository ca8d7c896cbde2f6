"""The list of keys says what the code does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.components.shortcuts import SHORTCUTS

ROOT = Path(__file__).parents[3]
LISTED = {key.casefold() for keys in SHORTCUTS.values() for key in keys}
# Where a shortcut is a variable, a loop beside it names the keys.
LOOPS = {
    "ui/components/product_panels.py": {"j", "k"},
    "ui/components/asset_facts.py": {"left", "right"},
    "ui/components/review_panel.py": {"a", "e", "x"},
}


def arguments() -> Iterator[tuple[str, ast.expr]]:
    """Yield all that stands after `shortcut=`, with the file where it does."""
    for folder in ("ui", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "shortcut":
                    yield path.relative_to(ROOT).as_posix(), node.value


def test_every_button_that_has_a_key_is_listed() -> None:
    found = {
        constant.value.casefold()
        for _, value in arguments()
        for constant in ast.walk(value)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }

    assert found
    assert found <= LISTED


def test_keys_that_stand_in_variables_are_known() -> None:
    variables = {file for file, value in arguments() if isinstance(value, ast.Name)}

    assert variables == set(LOOPS)
    assert set().union(*LOOPS.values()) <= LISTED


@pytest.mark.parametrize("file", LOOPS)
def test_those_keys_stand_in_the_file(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").casefold()

    assert all(f'"{key}"' in text for key in LOOPS[file])


def test_every_key_of_a_products_pictures_is_listed() -> None:
    script = (ROOT / "ui/components/review_grid.js").read_text(encoding="utf-8")
    [keys] = re.findall(r"const KEYS = \{(.*?)\}", script, re.DOTALL)
    letters = set(re.findall(r"(\w):", keys))

    assert {"a", "e", "x", "u"} <= letters
    assert letters <= LISTED
