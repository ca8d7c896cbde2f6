"""The workbench: image tools at work in a limited child process, one picture at a time."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

from core.domain.image_tools import FileFormat, ToolStep, Upscale, some_steps, steps_to_json
from core.errors import EpoxError
from core.imaging import frames
from core.imaging.call_off import CallOff
from core.imaging.rendered import Composite, Rendered, Supplies
from core.imaging.tool_answers import composite_of, parts_of, refusal_of, rendered_of
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

MEMORY_MB = 2560
KEPT_MB = 256
"""What the child of previews may keep of pictures between two steps."""

PREVIEW_CPU_S, PREVIEW_SILENCE_S = 40, 60
"""What a preview may take: one that takes longer would keep all others waiting."""

_SOURCES = Path(__file__).resolve().parents[2]
_CPU_S, _UPSCALE_CPU_S = 120, 900
_SILENCE_S = 240
_IDLE_S = 90
Progress = Callable[[int, int], None]


class ToolBench:
    """Runs image tools in one child process that knows nothing of Epox's secrets.

    Threads may share it: one picture is worked on at a time, the others wait. A child that says
    nothing for `silence_s`, takes too much memory or too much CPU is ended; only its own picture
    is refused, with a sentence. One that has nothing to do is ended after a while.
    """

    def __init__(
        self,
        *,
        keeps_canvases: bool = False,
        memory_mb: int = MEMORY_MB,
        silence_s: float = _SILENCE_S,
        cpu_s: int | None = None,
    ) -> None:
        self._kept_mb = KEPT_MB if keeps_canvases else 0
        self._memory_mb = memory_mb
        self._silence_s = silence_s
        self._cpu_s = cpu_s
        self._lock = Lock()
        self._child: _Child | None = None
        self._idle: Timer | None = None

    @property
    def process_id(self) -> int | None:
        """Return the number by which the system knows the child, None while there is none."""
        child = self._child
        return child.process_id if child is not None and child.is_alive else None

    def apply(
        self,
        data: bytes,
        steps: Sequence[ToolStep],
        *,
        longest: int | None = None,
        file_format: FileFormat = FileFormat.AUTO,
        supplies: Supplies | None = None,
        on_progress: Progress = lambda _done, _total: None,
        call_off: CallOff | None = None,
    ) -> Rendered:
        """Return what `core.imaging.tool_steps.apply_steps` does, or raise `ToolRefusedError`.

        What `on_progress` raises ends the work and comes through; what is called off ends with
        `TaskCancelledError`.
        """
        supplies, steps = supplies or Supplies(), some_steps(steps)
        options = {
            "steps": steps_to_json(steps),
            "longest": longest,
            "file_format": file_format.value,
            "masks": list(supplies.masks),
            "pictures": list(supplies.pictures),
        }
        files = data, *supplies.masks.values(), *supplies.pictures.values()
        is_long = any(isinstance(step, Upscale) for step in steps)
        header, body = self._ask(
            "steps", options, files, on_progress,
            cpu_s=_UPSCALE_CPU_S if is_long else _CPU_S, call_off=call_off,
        )  # fmt: skip
        return rendered_of(steps, header, parts_of(header, body, 2))

    def mask(self, png: bytes, width_px: int, height_px: int) -> bytes:
        """Return a painted mask as the grey PNG to keep, or raise `ToolRefusedError`."""
        options = {"width_px": width_px, "height_px": height_px}
        header, body = self._ask("mask", options, (png,))
        return parts_of(header, body, 1)[0]

    def composite(
        self,
        original: bytes,
        edited: bytes,
        mask: bytes,
        *,
        feather_px: float = 0.0,
        file_format: FileFormat = FileFormat.PNG,
    ) -> Composite:
        """Return what `core.imaging.masks.composite_outside` does, or raise `ToolRefusedError`."""
        options = {"feather_px": feather_px, "file_format": file_format.value}
        header, body = self._ask("composite", options, (original, edited, mask))
        return composite_of(header, parts_of(header, body, 1))

    def close(self) -> None:
        """End the child, once it has done what it is at."""
        with self._lock:
            self._end()

    def _ask(
        self,
        action: str,
        options: Mapping[str, Any],
        files: Sequence[bytes],
        on_progress: Progress = lambda _done, _total: None,
        *,
        cpu_s: int = _CPU_S,
        call_off: CallOff | None = None,
    ) -> tuple[dict[str, object], bytes]:
        parts = [json.dumps(options).encode(), *files]
        if sum(map(len, parts)) > frames.MAX_BODY_BYTES:
            raise ToolRefusedError(Refusal.TOO_HEAVY)
        request: dict[str, object] = {
            "action": action, "cpu_s": self._cpu_s or cpu_s, "parts": [len(part) for part in parts]
        }  # fmt: skip
        call_off = call_off or CallOff()
        with self._lock:
            call_off.check()  # while it waited: then the child goes on with what it keeps
            child = self._begin()
            try:
                with call_off.ends_with(child.kill):
                    answer = child.ask(request, parts, on_progress, self._silence_s)
            except BaseException:
                self._end()  # or the next picture would get this one's answer
                raise
            self._rest()
        refused = refusal_of(answer[0])
        if refused is not None:
            raise refused
        return answer

    def _begin(self) -> "_Child":
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._child is not None and not self._child.is_alive:
            self._end()
        if self._child is None:
            self._child = _Child(self._memory_mb, self._kept_mb)
        return self._child

    def _rest(self) -> None:
        self._idle = Timer(_IDLE_S, self._end_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_idle(self) -> None:
        # Somebody is at work with it if the lock is taken: then it is not idle.
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """One process, from its start to its end."""

    def __init__(self, memory_mb: int, kept_mb: int) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [
                    *(sys.executable, "-P", "-s", "-m", "core.imaging.tool_process"),
                    *(str(memory_mb), str(kept_mb)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_SOURCES,
                # Nothing of the parent's environment: no key can leak from what is not there.
                env={"PYTHONPATH": str(_SOURCES), "LC_ALL": "C.UTF-8"},
                # Ctrl+C in a terminal is for the parent, which ends its children itself.
                start_new_session=True,
            )
        except OSError as error:
            raise EpoxError(
                f"no tools can be started: {error}",
                user_message="Pictures cannot be edited right now. Please try again in a moment.",
            ) from error
        self._was_silent = False

    @property
    def process_id(self) -> int:
        """Return the number the system knows it by."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Say whether it can be asked."""
        return self._process.poll() is None

    def ask(
        self,
        request: dict[str, object],
        parts: Sequence[bytes],
        on_progress: Progress,
        silence_s: float,
    ) -> tuple[dict[str, object], bytes]:
        """Return the answer; raises `ToolRefusedError` when the child ends before it gave one."""
        try:
            with self._patience(silence_s):
                frames.send(cast("BinaryIO", self._process.stdin), request, *parts)
            while True:
                with self._patience(silence_s):
                    header, body = frames.receive(cast("BinaryIO", self._process.stdout))
                if "progress" not in header:
                    return header, body
                on_progress(*_progress_of(header["progress"]))
        except (OSError, frames.BrokenFrameError) as error:
            self.end()
            raise ToolRefusedError(self._reason()) from error

    def kill(self) -> None:
        """Let it end, whoever waits for its answer."""
        self._process.kill()

    def end(self) -> None:
        """End it now; ending twice is fine."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what it did not read is of no use any more
                cast("BinaryIO", pipe).close()

    def _patience(self, silence_s: float) -> "_Patience":
        return _Patience(silence_s, self._give_up)

    def _give_up(self) -> None:
        self._was_silent = True
        self._process.kill()

    def _reason(self) -> Refusal:
        code = self._process.returncode
        if self._was_silent or (sys.platform != "win32" and code == -signal.SIGXCPU):
            return Refusal.TOO_SLOW
        # The kernel ends who takes too much memory this way.
        is_killed = sys.platform != "win32" and code == -signal.SIGKILL
        return Refusal.TOO_HEAVY if is_killed else Refusal.CRASHED


class _Patience:
    """Ends the child when a read or a write takes longer than this."""

    def __init__(self, seconds: float, give_up: Callable[[], None]) -> None:
        self._timer = Timer(seconds, give_up)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()


def _progress_of(value: object) -> tuple[int, int]:
    if isinstance(value, list) and [type(number) for number in value] == [int, int]:
        return value[0], value[1]
    raise frames.BrokenFrameError("progress is no pair of numbers")
