"""Measures everything, or what `--only` names, and exits with 1 when a target is missed."""

import argparse
import importlib
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.support import databases, environment

NAMES = (
    "thumbnails",
    "product_list",
    "product_search",
    "product_filters",
    "export_products",
    "export_pictures",
    "import_products",
    "plans",
    "claim",
    "queue_overhead",
    "job_throughput",
    "fairness",
    "recovery",
    "rate_limit",
    "shell_rerun",
    "studio_rerun",
    "gallery",
    "gallery_list",
    "gallery_search",
    "similar",
    "image_tools",
    "image_tool_costs",
    "cold_start",
)


def main() -> int:
    """Run the benchmarks and print each figure beside its floor and target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=NAMES, action="append", metavar="NAME", help=str(NAMES))
    parser.add_argument(
        "--quick", action="store_true", help="measure less: rough figures, to see that all works"
    )
    given = parser.parse_args()
    with _closed_environment():
        return _measure(given.only or NAMES, is_quick=given.quick)


@contextmanager
def _closed_environment() -> Iterator[None]:
    """See no settings but a benchmark's own, say nothing, and leave nothing behind."""
    environment.clean()
    from core.settings import Settings  # noqa: PLC0415 - after the environment is clean

    Settings.model_config["env_file"] = None
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    os.environ[environment.RUN_DIR] = tempfile.mkdtemp(prefix="epox-benchmarks-")
    try:
        yield
    finally:
        databases.postgres_server().stop()
        shutil.rmtree(os.environ[environment.RUN_DIR])


def _measure(names: Sequence[str], *, is_quick: bool) -> int:
    from benchmarks.figures import HEADING  # noqa: PLC0415 - after the environment is clean

    print(HEADING, flush=True)
    begun = time.monotonic()
    missed = 0
    for name in names:
        module = importlib.import_module(f"benchmarks.{name}")
        for figure in module.figures(is_quick=is_quick):
            print(figure.line(), flush=True)
            missed += not figure.is_met
    print(f"{missed} missed; measured in {time.monotonic() - begun:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
