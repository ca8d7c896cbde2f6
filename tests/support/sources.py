"""Reading our own sources as trees, for the rules that a linter does not know."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.environment import ROOT

FOLDERS = ("benchmarks", "core", "db", "migrations", "pages", "tests", "ui", "web")


@dataclass(frozen=True)
class Source:
    """One of our Python files."""

    name: str
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Say whether people who run Epox never run this."""
        return self.name.startswith(("tests/", "benchmarks/"))

    def imports(self) -> Iterator[tuple[str, bool]]:
        """Yield each imported module, and whether that happens as soon as this one is imported."""
        yield from _imports(self.tree, at_once=True)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield each call and what is called, such as `st.html`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


@cache
def sources() -> tuple[Source, ...]:
    """Return all of our Python files."""
    paths = [*ROOT.glob("*.py")]
    for folder in FOLDERS:
        paths += sorted((ROOT / folder).rglob("*.py"))
    return tuple(_read(path) for path in paths)


def product_sources() -> list[Source]:
    """Return the files that run when people use Epox."""
    return [source for source in sources() if not source.is_test]


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


def _imports(node: ast.AST, *, at_once: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from ((alias.name, at_once) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = child.module or ""
            yield from ((f"{module}.{alias.name}", at_once) for alias in child.names)
        else:
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, at_once=at_once and not is_function)
