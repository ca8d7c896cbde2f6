"""The child process of the image tools: `python -m core.imaging.tool_process MEGABYTES KEPT`.

It works on one picture after the other until its input ends, within limits that it puts on itself
before it sees the first byte. The last pictures between two steps may be kept for the next preview.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

import cv2

from core.domain.image_tools import FileFormat, steps_from_json
from core.imaging import frames
from core.imaging.kept_canvases import KeptCanvases
from core.imaging.limits import allow_cpu, limit_process
from core.imaging.masks import as_mask_png, composite_outside, read_mask
from core.imaging.rendered import Supplies
from core.imaging.tool_steps import apply_steps
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

_OPEN_FILES = 32
_NO_MEMORY = -4
"""The code by which OpenCV says that it got no memory."""


class _Tools:
    """Answers requests; each is a JSON of options and the files that it needs."""

    def __init__(self, answers: BinaryIO, kept: KeptCanvases) -> None:
        self._answers = answers
        self._kept = kept

    def answer(self, header: Mapping[str, Any], body: bytes) -> None:
        """Do what is asked and send what comes of it."""
        options, *files = _parts(header["parts"], body)
        doers: dict[str, Callable[[dict[str, Any], list[bytes]], None]] = {
            "steps": self._steps,
            "mask": self._mask,
            "composite": self._composite,
        }
        doers[str(header["action"])](json.loads(options), files)

    def _steps(self, options: dict[str, Any], files: list[bytes]) -> None:
        masks, pictures = options["masks"], options["pictures"]
        supplies = Supplies(
            masks=dict(zip(masks, files[1 : 1 + len(masks)], strict=True)),
            pictures=dict(zip(pictures, files[1 + len(masks) :], strict=True)),
        )
        rendered = apply_steps(
            files[0],
            steps_from_json(options["steps"]),
            longest=options["longest"],
            file_format=FileFormat(options["file_format"]),
            supplies=supplies,
            on_progress=self._progress,
            kept=self._kept,
        )
        facts = asdict(rendered)
        data, steps = facts.pop("data"), json.dumps(facts.pop("steps")).encode()
        self._send(facts, steps, data)

    def _mask(self, options: dict[str, Any], files: list[bytes]) -> None:
        mask = read_mask(files[0], (options["width_px"], options["height_px"]))
        self._send({}, as_mask_png(mask))

    def _composite(self, options: dict[str, Any], files: list[bytes]) -> None:
        original, edited, mask = files
        made = composite_outside(
            original,
            edited,
            mask,
            feather_px=options["feather_px"],
            file_format=FileFormat(options["file_format"]),
        )
        facts = asdict(made)
        self._send(facts, facts.pop("data"))

    def _progress(self, done: int, total: int) -> None:
        frames.send(self._answers, {"progress": [done, total]})

    def _send(self, facts: dict[str, Any], *parts: bytes) -> None:
        frames.send(self._answers, facts | {"parts": [len(part) for part in parts]}, *parts)


def main() -> None:
    """Answer until the parent closes the pipe."""
    megabytes, kept_megabytes = (int(text) for text in sys.argv[1:3])
    limit_process(megabytes * 2**20, open_files=_OPEN_FILES)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    tools = _Tools(answers, KeptCanvases(kept_megabytes * 2**20))
    while True:
        try:
            header, body = frames.receive(requests)
        except frames.BrokenFrameError:
            return
        allow_cpu(int(str(header["cpu_s"])))
        refused = _tried(tools, header, body)
        if refused is not None:
            frames.send(answers, {"refusal": refused.refusal, "numbers": list(refused.numbers)})


def _tried(tools: _Tools, header: Mapping[str, Any], body: bytes) -> ToolRefusedError | None:
    try:
        tools.answer(header, body)
    except ToolRefusedError as error:
        return error
    except MemoryError:
        return ToolRefusedError(Refusal.TOO_HEAVY)
    except cv2.error as error:
        if error.code != _NO_MEMORY:
            raise
        return ToolRefusedError(Refusal.TOO_HEAVY)
    return None


def _parts(lengths: list[int], body: bytes) -> list[bytes]:
    view, start, parts = memoryview(body), 0, []
    for length in lengths:
        parts.append(bytes(view[start : start + length]))
        start += length
    return parts


if __name__ == "__main__":
    main()
