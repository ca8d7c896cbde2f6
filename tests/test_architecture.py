"""The rules of the house that neither ruff nor import-linter can keep."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import database
from tests.support.environment import ROOT
from tests.support.sources import Source, product_sources, sources

SPEAK_TO_THE_DATABASE = ("core/repositories/", "db/", "migrations/")
WIRE_THE_DATABASE = ("core/unit_of_work.py", "core/bootstrap.py", "core/startup.py")
VENDORS = {
    "alembic": ("db/schema.py", "migrations/"),
    "boto3": ("core/storage/",),
    "botocore": ("core/storage/",),
    "cv2": ("core/imaging/",),
    "google": ("core/image_models/",),
    "numpy": ("core/imaging/",),
    "PIL": ("core/image_models/compositor.py", "core/imaging/"),
    "sqlalchemy": (*SPEAK_TO_THE_DATABASE, *WIRE_THE_DATABASE),
    "streamlit": ("app.py", "pages/", "ui/"),
    "streamlit_authenticator": ("core/services/passwords.py",),
}
"""Where each vendor's package may be imported."""

MAY_CATCH_EVERYTHING = ("core/jobs/", "ui/errors.py")
WRITE_MARKUP: tuple[str, ...] = ()
"""Files that may give HTML or scripts to Streamlit; each was read for what people can put in."""

HEAVY = ("alembic", "boto3", "cv2", "google.genai", "numpy", "pandas", "PIL")
"""What the web process imports only when it is needed: each costs the start 0.1 to 1.6 s."""


def _broken(found: Iterator[str]) -> list[str]:
    return sorted(set(found))


class TestImports:
    def test_a_vendors_package_stays_behind_its_seam(self) -> None:
        assert not _broken(
            f"{source.name} imports {module}"
            for source in product_sources()
            for module, _ in source.imports()
            if not source.name.startswith(VENDORS.get(module.partition(".")[0], ("",)))
        )

    def test_pages_know_neither_the_database_nor_the_wiring(self) -> None:
        allowed = ("streamlit", "ui.", "core.domain.", "core.errors.")
        standard = sys.stdlib_module_names
        assert not _broken(
            f"{source.name} imports {module}"
            for source in sources()
            if source.name.startswith("pages/")
            for module, _ in source.imports()
            if not module.startswith(allowed) and module.partition(".")[0] not in standard
        )

    def test_nothing_of_epox_imports_its_tests_or_benchmarks(self) -> None:
        assert not _broken(
            f"{source.name} imports {module}"
            for source in product_sources()
            for module, _ in source.imports()
            if module.startswith(("tests.", "benchmarks."))
        )

    @pytest.mark.parametrize("module", ["app", "ui.frame", "core.bootstrap"])
    def test_the_web_process_starts_without_what_only_a_worker_needs(
        self, module: str, tmp_path: Path
    ) -> None:
        program = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"

        # The database is migrated already: else the first start would do that, with Alembic.
        with database("sqlite", tmp_path) as url:
            child = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", program],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url, "EPOX_DATA_DIR": str(tmp_path)},
                check=True,
                capture_output=True,
                text=True,
            )

        assert child.stdout.split() == []


class TestTransactions:
    def test_only_the_unit_of_work_commits_or_rolls_back(self) -> None:
        assert not _broken(
            f"{source.name}:{call.lineno}"
            for source in product_sources()
            if source.name not in ("core/unit_of_work.py", "migrations/env.py")
            for name, call in source.calls()
            if name.endswith((".commit", ".rollback"))
        )


class TestScreens:
    def test_each_page_begins_with_the_access_check(self) -> None:
        pages = [source for source in sources() if source.name.startswith("pages/")]

        assert pages
        assert [page.name for page in pages if not _begins_with_check(page.tree.body)] == []

    def test_each_fragment_and_dialog_checks_access_itself(self) -> None:
        assert not _broken(
            f"{source.name}: {function.name}"
            for source in product_sources()
            for function in _functions(source)
            if any("st.fragment" in name or "st.dialog" in name for name in _decorators(function))
            if not _checks_access(source, function)
        )

    def test_no_markup_or_script_reaches_the_screen_unread(self) -> None:
        assert not _broken(
            f"{source.name}:{call.lineno} {name}"
            for source in product_sources()
            if source.name not in WRITE_MARKUP
            for name, call in source.calls()
            if name == "st.html"
            or {keyword.arg for keyword in call.keywords}
            & {"unsafe_allow_html", "unsafe_allow_javascript"}
        )

    def test_a_page_is_a_script_without_functions_and_classes(self) -> None:
        definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        assert not _broken(
            f"{source.name}:{node.lineno}"
            for source in sources()
            if source.name.startswith("pages/")
            for node in ast.walk(source.tree)
            if isinstance(node, definitions)
        )

    def test_each_page_has_an_address_of_its_own(self) -> None:
        names = [path.stem for path in (ROOT / "pages").rglob("*.py")]

        assert sorted(names) == sorted(set(names))


class TestCode:
    def test_only_the_job_runner_and_the_error_boundary_swallow_any_error(self) -> None:
        assert not _broken(
            f"{source.name}:{node.lineno}"
            for source in product_sources()
            if not source.name.startswith(MAY_CATCH_EVERYTHING)
            for node in ast.walk(source.tree)
            if isinstance(node, ast.ExceptHandler) and _swallows_anything(node)
        )

    def test_nothing_runs_or_unpacks_what_it_was_given(self) -> None:
        calls = {"eval", "exec", "compile", "os.system", "__import__", "yaml.load"}
        modules = ("pickle", "marshal", "shelve", "dill", "jsonpickle")
        assert not _broken(
            f"{source.name}: {name}"
            for source in product_sources()
            for name in (
                *(name for name, _ in source.calls() if name in calls),
                *(module for module, _ in source.imports() if module.startswith(modules)),
            )
        )

    def test_files_stay_small(self) -> None:
        def too_long(source: Source) -> bool:
            limit = 120 if source.name.startswith("pages/") else 600 if source.is_test else 400
            if source.name.startswith("migrations/") or source.name == "db/tables.py":
                return False  # a schema is read as a list
            return len(source.text.splitlines()) > limit

        assert [source.name for source in sources() if too_long(source)] == []

    def test_a_package_holds_only_its_duty(self) -> None:
        def is_docstring(body: list[ast.stmt]) -> bool:
            return len(body) == 1 and isinstance(body[0], ast.Expr)

        packages = [source for source in sources() if source.name.endswith("__init__.py")]
        assert [one.name for one in packages if not is_docstring(one.tree.body)] == []

    def test_no_file_names_a_place_of_one_machine(self) -> None:
        folders = [f"/{name}/" for name in ("home", "root", "Users", "work")]
        texts = [*ROOT.glob("*.*"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile"]
        found = {str(path): path.read_text("utf-8") for path in texts if path.is_file()}
        found |= {source.name: source.text for source in sources()}

        assert not [
            (name, folder) for name, text in found.items() for folder in folders if folder in text
        ]


class TestTests:
    def test_they_patch_no_mocks_in_and_leave_nothing_out(self) -> None:
        marks = ("mark.skip", "mark.xfail", "pytest.skip", "pytest.xfail", "importorskip")
        assert not _broken(
            f"{source.name}: {word}"
            for source in sources()
            if source.name.startswith("tests/") and source.name != "tests/test_architecture.py"
            for word in ("unittest.mock", *marks)
            if word in source.text
        )


def _functions(source: Source) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)]


def _decorators(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def _begins_with_check(body: list[ast.stmt]) -> bool:
    """Say whether `require_…` is the first thing that happens, docstring and imports apart."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom) or _is_docstring(statement):
            continue
        value = getattr(statement, "value", None)
        return isinstance(value, ast.Call) and ast.unparse(value.func).startswith("require_")
    return False


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _checks_access(source: Source, function: ast.FunctionDef) -> bool:
    """Say whether the function, or the one of its file that is all it calls, begins with it."""
    if _begins_with_check(function.body):
        return True
    body = [statement for statement in function.body if not _is_docstring(statement)]
    called = {
        ast.unparse(statement.value.func)
        for statement in body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    }
    return len(body) == 1 and any(
        other.name in called and _begins_with_check(other.body) for other in _functions(source)
    )


def _swallows_anything(handler: ast.ExceptHandler) -> bool:
    caught = "BaseException" if handler.type is None else ast.unparse(handler.type)
    is_broad = any(
        name in ("Exception", "BaseException") for name in caught.strip("()").split(", ")
    )
    return is_broad and not isinstance(handler.body[-1], ast.Raise)
