"""Delays after wrong passwords, kept in the database and so shared by all processes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.domain.accounts import SignInFailures
from core.errors import ConflictError, SignInThrottledError
from core.unit_of_work import Database

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class SignInDelays:
    """Five free tries, then a minute's wait that doubles up to a quarter of an hour.

    Nobody is locked out for ever, so nobody can lock out another for ever.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, keys: Sequence[str]) -> None:
        """Raise `SignInThrottledError` while one of the keys has to wait."""
        now = datetime.now(UTC)
        with self._database.read() as work:
            blocks = [work.sessions.failures(key).blocked_until for key in keys]
        waits = [(until - now).total_seconds() for until in blocks if until and until > now]
        if waits:
            raise SignInThrottledError("too many wrong passwords", wait_s=round(max(waits)))

    def note_failure(self, keys: Sequence[str]) -> None:
        """Count a wrong password under each key."""
        try:
            self._note_failure(keys)
        except ConflictError:
            self._note_failure(keys)  # another wrong password made the row at the same moment

    def _note_failure(self, keys: Sequence[str]) -> None:
        now = datetime.now(UTC)
        with self._database.begin() as work:
            for key in keys:
                work.sessions.set_failures(
                    key, _one_more(work.sessions.failures(key, lock=True), now)
                )

    def forget(self, keys: Sequence[str]) -> None:
        """Forget the wrong passwords after a right one."""
        with self._database.read() as work:
            known = [key for key in keys if work.sessions.failures(key).count]
        if known:
            with self._database.begin() as work:
                for key in known:
                    work.sessions.set_failures(key, SignInFailures(0, None, None))


def _one_more(before: SignInFailures, now: datetime) -> SignInFailures:
    is_old = before.last_at is not None and now - before.last_at > FORGOTTEN_AFTER
    count = 1 if is_old else before.count + 1
    if count < FREE_TRIES:
        return SignInFailures(count, now, None)
    wait = min(FIRST_WAIT * 2 ** min(count - FREE_TRIES, 10), LONGEST_WAIT)
    return SignInFailures(count, now, now + wait)
