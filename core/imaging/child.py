"""The parent's side of one decoding child."""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import BinaryIO, cast

from core.imaging import frames
from core.imaging.verdicts import Reason

_SOURCES = Path(__file__).resolve().parents[2]
# Signals of one who ran out of its time, or whom the kernel ended to save memory.
_ENDED_FOR_WEIGHT = {-signal.SIGKILL, -signal.SIGXCPU} if sys.platform != "win32" else set()


class ChildEndedError(Exception):
    """The child gave no answer and is gone; `reason` is what that says of the picture."""

    def __init__(self, detail: str, reason: Reason) -> None:
        super().__init__(detail)
        self.reason = reason


class DecodingChild:
    """A process that decodes one picture after the other, and knows nothing of Epox's secrets.

    `module` is what it runs: it answers as `core.imaging.decode` does.
    """

    def __init__(self, module: str = "core.imaging.decode") -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-P", "-s", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_SOURCES,
            # Nothing of the parent's environment: no key can leak from what is not there.
            env={"PYTHONPATH": str(_SOURCES), "LC_ALL": "C.UTF-8"},
            # Ctrl+C in a terminal is for the parent, which ends its children itself.
            start_new_session=True,
        )

    @property
    def process_id(self) -> int:
        """Return the number the system knows it by."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Say whether it can be asked."""
        return self._process.poll() is None

    def ask(
        self, data: bytes, file_format: str, *, timeout_s: float, **wanted: object
    ) -> tuple[dict[str, object], bytes]:
        """Return the answer, or raise `ChildEndedError`; then the child is gone.

        `wanted` is what else its module has to know, as JSON can hold it.
        """
        # Killing it is what ends a write or a read that would wait for ever.
        patience = Timer(timeout_s, self._process.kill)
        patience.daemon = True
        patience.start()
        try:
            frames.send(self._stdin, {"format": file_format, **wanted}, data)
            return frames.receive(self._stdout)
        except (OSError, frames.BrokenFrameError) as error:
            self.end()
            code = self._process.returncode
            reason = Reason.TOO_HEAVY if code in _ENDED_FOR_WEIGHT else Reason.CRASHED
            raise ChildEndedError(f"the decoder ended with {code}", reason) from error
        except BaseException:
            self.end()  # or the next picture would get this one's answer
            raise
        finally:
            patience.cancel()

    def end(self) -> None:
        """End it now; ending twice is fine."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._stdin, self._stdout):
            with suppress(OSError):  # what it did not read is of no use any more
                pipe.close()

    @property
    def _stdin(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def _stdout(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)
