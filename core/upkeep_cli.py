"""Upkeep from a shell: check, gc, backup and restore."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.bootstrap import Services
from core.domain.health import Health
from core.domain.upkeep import Finding, GarbageItem, Severity
from core.services.integrity import CANNOT_BE_ASKED
from core.services.strays import GRACE
from core.settings import Settings
from core.shell import complain, counted, opened_services, say
from core.startup import prepare_database

_PARTS = ("version", "database", "storage", "worker", "queue_depth")
_PROGRESS_EVERY_S = 2.0
_HOUR_S = 3600


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse does not show its type
    """Add the commands of upkeep to the parser of all commands."""
    check = commands.add_parser(
        "check", help="ask each part whether it works, and look at every row and every file"
    )
    check.add_argument("--no-files", action="store_true", help="look at the rows alone")
    check.add_argument("--decode", action="store_true", help="decode every rendition too (slow)")
    check.add_argument("--json", action="store_true", help="write one JSON object")
    check.set_defaults(command=_check)
    gc = commands.add_parser("gc", help="list what is of no use any more, or free it")
    gc.add_argument("--delete", action="store_true", help="free it")
    gc.add_argument(
        "--grace-hours",
        type=_hours,
        default=GRACE // timedelta(hours=1),
        help="leave files alone that are younger (default: 24)",
    )
    gc.add_argument("--even-many", action="store_true", help="even a large part of the store")
    gc.set_defaults(command=_collect)
    backup = commands.add_parser("backup", help="write all rows and files to one new file")
    backup.add_argument("file", type=Path, metavar="FILE.tar")
    backup.add_argument("--no-files", action="store_true", help="the rows alone")
    backup.set_defaults(command=_backup)
    restore = commands.add_parser("restore", help="fill an empty database and store from a backup")
    restore.add_argument("file", type=Path, metavar="FILE.tar")
    restore.set_defaults(command=_restore)


def _check(settings: Settings, options: argparse.Namespace) -> int:
    with opened_services(settings) as services:
        found = services.integrity.check(
            files=not options.no_files,
            decode=options.decode,
            on_progress=_Progress("Looked at {} of {} pictures."),
        )
        health = None if _is_blind(found) else services.health.check()
    if options.json:
        parts = None if health is None else asdict(health)
        say(json.dumps({"health": parts, "findings": [asdict(finding) for finding in found]}))
    else:
        _say_health(health)
        _say_findings(found)
    return 0 if health is not None and health.is_ok and not _errors(found) else 1


def _collect(settings: Settings, options: argparse.Namespace) -> int:
    with opened_services(settings) as services:
        report = services.garbage.collect(
            delete=options.delete,
            grace=timedelta(hours=options.grace_hours),
            even_many=options.even_many,
        )
    for item in report.items:
        say(_garbage_line(item))
    files = counted(sum(1 for item in report.items if item.subject), "file")
    rows = counted(sum(item.count for item in report.items if not item.subject), "row")
    done = "Freed" if report.is_freed else "Can be freed"
    say(f"{done}: {files} ({counted(report.size_bytes, 'byte')}) and {rows}.")
    if report.items and not report.is_freed:
        say("Nothing was deleted; say --delete for that.")
    return 0


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    started = time.monotonic()
    with opened_services(settings) as services:
        report = services.backups.backup(
            options.file,
            files=not options.no_files,
            on_progress=_Progress("Copied {} files."),
        )
    say(
        f"Wrote {options.file}: {counted(report.rows, 'row')}, {counted(report.files, 'file')} "
        f"and {counted(report.answers, 'spooled answer')}, {counted(report.size_bytes, 'byte')}, "
        f"in {time.monotonic() - started:.1f} s."
    )
    if not report.missing:
        return 0
    for key in report.missing:
        complain(f"missing in the store: {key}")
    missing = counted(len(report.missing), "file")
    return complain(f"The store lacks {missing}; all else is in the backup.")


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    started = time.monotonic()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_database(settings)
    with opened_services(settings) as services:
        report = services.backups.restore(options.file, on_progress=_Progress("Stored {} files."))
        say(
            f"Restored {counted(report.rows, 'row')}, {counted(report.files, 'file')} and "
            f"{counted(report.answers, 'spooled answer')} of {report.made_at:%Y-%m-%d %H:%M} UTC "
            f"in {time.monotonic() - started:.1f} s."
        )
        if report.jobs_paused or report.slots_requeued:
            say(
                "All unfinished jobs are paused: what was asked of image models after the backup "
                "is not known to it. Look at each before it goes on."
            )
        return _check_restored(services, has_files=report.has_files)


def _check_restored(services: Services, *, has_files: bool) -> int:
    # Without files of its own the backup met a store that may be older or newer than its rows.
    grace = GRACE if has_files else timedelta(0)
    progress = _Progress("Looked at {} of {} pictures.")
    found = services.integrity.check(grace=grace, on_progress=progress)
    _say_findings(found)
    return 1 if _errors(found) else 0


def _say_health(health: Health | None) -> None:
    if health is None:
        say("database: its tables are not those of this version")
        return
    for part in _PARTS:
        say(f"{part}: {getattr(health, part)}")


def _say_findings(found: tuple[Finding, ...]) -> None:
    for finding in found:
        say(f"{finding.severity} {finding.code} {finding.subject}: {finding.sentence}")
    errors = len(_errors(found))
    say(f"findings: {counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}")


def _errors(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.ERROR]


def _is_blind(found: tuple[Finding, ...]) -> bool:
    return any(finding.code in CANNOT_BE_ASKED for finding in found)


def _garbage_line(item: GarbageItem) -> str:
    if item.subject:
        return f"{item.kind} {item.subject} ({counted(item.size_bytes, 'byte')})"
    return f"{item.count:,} {item.kind}"


def _hours(given: str) -> int:
    hours = int(given)
    if hours < 1:
        raise argparse.ArgumentTypeError("at least 1: what is younger may still get its row")
    return hours


class _Progress:
    """Says on standard error how far a long command is, every few seconds."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._said_at = time.monotonic()

    def __call__(self, *counts: int) -> None:
        if time.monotonic() - self._said_at >= _PROGRESS_EVERY_S:
            self._said_at = time.monotonic()
            sys.stderr.write(self._sentence.format(*(f"{count:,}" for count in counts)) + "\n")
