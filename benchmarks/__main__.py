"""Measures everything, or what `--only` names, and exits with 1 when a target is missed."""

import argparse
import importlib
import logging
import os
import shutil
import sys
import tempfile
import warnings

from tests.support import databases, environment

NAMES = (
    "thumbnails",
    "product_list",
    "job_throughput",
    "queue_overhead",
    "shell_rerun",
    "gallery",
    "cold_start",
)


def main() -> int:
    """Run the benchmarks and print each figure beside its floor and target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=NAMES, action="append", metavar="NAME", help=str(NAMES))
    names = parser.parse_args().only or NAMES
    environment.clean()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    os.environ[environment.RUN_DIR] = tempfile.mkdtemp(prefix="epox-benchmarks-")
    try:
        return _measure(names)
    finally:
        databases.postgres_server().stop()
        shutil.rmtree(os.environ[environment.RUN_DIR])


def _measure(names: tuple[str, ...] | list[str]) -> int:
    from benchmarks.figures import HEADING  # noqa: PLC0415 - after the environment is clean

    print(HEADING)
    missed = 0
    for name in names:
        for figure in importlib.import_module(f"benchmarks.{name}").figures():
            print(figure.line(), flush=True)
            missed += not figure.is_met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
