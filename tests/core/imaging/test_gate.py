"""What passes the gate, what is refused with which sentence, and what a crash costs."""

import hashlib
import os
import signal
import struct
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from typing import BinaryIO

import psutil
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from core.errors import ImageRejectedError
from core.imaging import frames
from core.imaging.base import MAX_THUMBNAIL_BYTES, MAX_UPLOAD_BYTES, RENDITION_WIDTHS
from core.imaging.gate import SubprocessImageGate
from core.imaging.verdicts import NOTICES, SENTENCES, Notice, Reason
from tests.core.imaging.pictures import (
    chunk,
    decoded,
    encoded,
    jpeg_of_many_scans,
    jpeg_that_claims,
    noise,
    png,
    profile_that_swaps_red_and_blue,
    quadrants,
    webp_that_claims,
)

CHAIR = encoded(quadrants(), "JPEG", quality=95)
WIDE = quadrants(3300, 64)  # large enough for the JPEG decoder's own shrinking
SECRET_PLACE = b"Home of the photographer"


@pytest.fixture(scope="module")
def gate() -> Iterator[SubprocessImageGate]:
    gate = SubprocessImageGate()
    yield gate
    gate.close()


@pytest.fixture
def own_gate() -> Iterator[SubprocessImageGate]:
    gate = SubprocessImageGate()
    yield gate
    gate.close()


def sentence_for(gate: SubprocessImageGate, data: bytes) -> str:
    with pytest.raises(ImageRejectedError) as caught:
        gate.check(data)
    return caught.value.user_message


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def middle(image: Image.Image) -> tuple[int, ...]:
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return tuple(int(value) for value in pixel)


class TestAcceptedPictures:
    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    def test_takes_the_three_formats(self, gate: SubprocessImageGate, file_format: str) -> None:
        data = encoded(quadrants(400, 300), file_format)

        image = gate.check(data)

        assert image.mime_type == f"image/{file_format.lower()}"
        assert (image.width_px, image.height_px) == (400, 300)
        assert image.sha256 == hashlib.sha256(data).hexdigest()
        assert image.size_bytes == len(data)
        assert image.notices == ()

    def test_makes_each_rendition_as_large_as_its_name_says(
        self, gate: SubprocessImageGate
    ) -> None:
        image = gate.check(encoded(quadrants(1800, 900)))

        sizes = {name: decoded(data).size for name, data in image.renditions.items()}
        assert sizes == {name: (side, side // 2) for name, side in RENDITION_WIDTHS.items()}

    def test_never_enlarges(self, gate: SubprocessImageGate) -> None:
        image = gate.check(encoded(quadrants(200, 100)))

        sizes = {name: decoded(data).size for name, data in image.renditions.items()}
        assert sizes["w160"] == (160, 80)
        assert sizes["w320"] == sizes["w640"] == sizes["w1600"] == (200, 100)

    def test_renditions_look_like_the_picture(self, gate: SubprocessImageGate) -> None:
        image = gate.check(encoded(WIDE, "JPEG", quality=95))

        shown = decoded(image.renditions["w1600"])
        assert difference(shown, quadrants(1600, 31)) < 12

    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    def test_thumbnails_stay_light_even_for_noise(
        self, gate: SubprocessImageGate, mode: str
    ) -> None:
        image = gate.check(encoded(noise(640, 640, mode)))

        assert len(image.renditions["w320"]) < MAX_THUMBNAIL_BYTES
        assert len(image.renditions["w160"]) < MAX_THUMBNAIL_BYTES

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    def test_turns_the_picture_as_its_camera_says(
        self, gate: SubprocessImageGate, orientation: int, file_format: str
    ) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = encoded(quadrants(), file_format, exif=exif)

        image = gate.check(data)

        shown = ImageOps.exif_transpose(decoded(data))
        assert (image.width_px, image.height_px) == shown.size
        assert difference(decoded(image.renditions["w1600"]), shown.convert("RGB")) < 12

    @pytest.mark.parametrize("exif", [b"Exif\0\0rubbish", b"Exif\0\0MM\0*\xff\xff\xff\xff" * 9])
    def test_a_broken_note_does_not_spoil_a_whole_picture(
        self, gate: SubprocessImageGate, exif: bytes
    ) -> None:
        assert gate.check(encoded(quadrants(), "JPEG", exif=exif)).width_px == 96

    def test_says_that_only_the_first_of_several_pictures_is_used(
        self, gate: SubprocessImageGate
    ) -> None:
        others = [Image.new("RGB", (96, 64), "white")]

        for file_format in ("MPO", "PNG", "WEBP"):
            data = encoded(quadrants(), file_format, save_all=True, append_images=others)
            image = gate.check(data)

            assert image.notices == (NOTICES[Notice.FIRST_FRAME],)
            assert difference(decoded(image.renditions["w1600"]), quadrants()) < 12


class TestColours:
    def test_keeps_transparency(self, gate: SubprocessImageGate) -> None:
        picture = quadrants(4000, 40).convert("RGBA")
        picture.putalpha(100)

        image = gate.check(encoded(picture))

        assert [decoded(data).mode for data in image.renditions.values()] == ["RGBA"] * 4
        assert abs(middle(decoded(image.renditions["w320"]))[3] - 100) <= 2

    @pytest.mark.parametrize("mode", ["P", "L", "RGB"])
    def test_keeps_the_one_colour_that_means_transparent(
        self, gate: SubprocessImageGate, mode: str
    ) -> None:
        black = (0, 0, 0) if mode == "RGB" else 0
        data = encoded(Image.new(mode, (5000, 40), black), transparency=black)

        image = gate.check(data)

        assert middle(decoded(image.renditions["w640"]))[3] == 0

    @pytest.mark.parametrize("value", [0, 1000, 32_768, 65_535])
    def test_scales_sixteen_bits_instead_of_clipping(
        self, gate: SubprocessImageGate, value: int
    ) -> None:
        image = gate.check(encoded(Image.new("I;16", (64, 64), value)))

        assert abs(middle(decoded(image.renditions["w160"]))[0] - value / 257) <= 2

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
    def test_takes_every_kind_of_png(self, gate: SubprocessImageGate, mode: str) -> None:
        picture = quadrants().convert(mode)

        image = gate.check(encoded(picture))

        shown = decoded(image.renditions["w1600"])
        assert difference(shown.convert("RGB"), picture.convert("RGB")) < 12

    def test_shows_print_colours_on_screen(self, gate: SubprocessImageGate) -> None:
        image = gate.check(encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"))

        red, green, blue = middle(decoded(image.renditions["w160"]))
        assert red > 200
        assert max(green, blue) < 60

    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    def test_obeys_the_colour_profile(self, gate: SubprocessImageGate, file_format: str) -> None:
        profile = profile_that_swaps_red_and_blue()
        data = encoded(Image.new("RGB", (64, 64), "red"), file_format, icc_profile=profile)

        image = gate.check(data)

        red, _green, blue = middle(decoded(image.renditions["w160"]))
        assert blue > 200
        assert red < 60

    @pytest.mark.parametrize(
        "profile",
        [
            b"rubbish",
            bytes(500),
            b"\xff" * 4000,
            profile_that_swaps_red_and_blue()[:300],
            profile_that_swaps_red_and_blue().replace(b"RGB ", b"\0GB "),
            profile_that_swaps_red_and_blue().replace(b"RGB ", b"Lab "),
            profile_that_swaps_red_and_blue().replace(b"RGB ", b"CMYK"),
        ],
    )
    def test_a_broken_profile_is_ignored(self, gate: SubprocessImageGate, profile: bytes) -> None:
        data = encoded(Image.new("RGB", (64, 64), "red"), "JPEG", icc_profile=profile)

        image = gate.check(data)

        assert middle(decoded(image.renditions["w160"]))[0] > 200


class TestMetadata:
    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    def test_renditions_tell_nothing_of_place_or_camera(
        self, gate: SubprocessImageGate, file_format: str
    ) -> None:
        exif = Image.Exif()
        exif[0x010F] = SECRET_PLACE.decode()
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
        profile = profile_that_swaps_red_and_blue()
        data = encoded(
            quadrants(400, 400), file_format, exif=exif, xmp=SECRET_PLACE, icc_profile=profile
        )
        assert SECRET_PLACE in data

        image = gate.check(data)

        for rendition in image.renditions.values():
            assert SECRET_PLACE not in rendition
            assert not any(kind in rendition for kind in (b"EXIF", b"XMP ", b"ICCP"))

    def test_what_hides_behind_or_inside_a_picture_is_not_in_its_renditions(
        self, gate: SubprocessImageGate
    ) -> None:
        script = b"<script>alert(1)</script>"
        data = encoded(quadrants(), "JPEG", comment=script) + b"PK\x03\x04" + script

        image = gate.check(data)

        assert image.mime_type == "image/jpeg"
        assert not any(script in rendition for rendition in image.renditions.values())


class TestRefusedFiles:
    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC"),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a HEIC"),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "an AVIF"),
            (encoded(quadrants(), "AVIF"), "an AVIF"),
            (encoded(quadrants(), "GIF"), "a GIF"),
            (encoded(Image.new("1", (2000, 2000)), "TIFF", compression="group4"), "a TIFF"),
            (encoded(quadrants(), "PDF"), "a PDF"),
            (encoded(quadrants(), "JPEG2000"), "a JPEG 2000"),
            (b"8BPS\0\1", "a Photoshop"),
            (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG"),
            (b'\xef\xbb\xbf <?xml version="1.0"?>\n<!-- x --><SVG/>', "an SVG"),
        ],
    )
    def test_names_a_picture_format_that_it_does_not_keep(
        self, gate: SubprocessImageGate, data: bytes, name: str
    ) -> None:
        sentence = sentence_for(gate, data)

        assert sentence == f"This is {name} file; save it as JPEG, PNG or WebP."

    @pytest.mark.parametrize(
        "data",
        [
            b"<!doctype html><script>alert(1)</script><svg></svg>",
            b"%!PS-Adobe-3.0 EPSF-3.0",
            b"PK\x03\x04" + bytes(100),
            b"MZ" + bytes(100),
            b"SIMPLE  =                    T",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"\0\0\0\x18ftypisom\0\0\0\0mp41",
            b"\x1f\x8b\x08" + bytes(50),
            b"\0",
            b"\xff\xd8",
            bytes(5000),
        ],
    )
    def test_refuses_what_is_no_picture_whatever_its_name(
        self, gate: SubprocessImageGate, data: bytes
    ) -> None:
        assert sentence_for(gate, data) == SENTENCES[Reason.NOT_A_PICTURE]

    def test_refuses_an_empty_file(self, gate: SubprocessImageGate) -> None:
        assert sentence_for(gate, b"") == SENTENCES[Reason.EMPTY]

    def test_refuses_a_file_that_is_too_large_and_says_the_limit(
        self, gate: SubprocessImageGate
    ) -> None:
        sentence = sentence_for(gate, CHAIR.ljust(MAX_UPLOAD_BYTES + 1, b"\0"))

        assert "20 MB" in sentence

    def test_takes_a_file_just_as_large_as_allowed(self, gate: SubprocessImageGate) -> None:
        assert gate.check(CHAIR.ljust(MAX_UPLOAD_BYTES, b"\0")).size_bytes == MAX_UPLOAD_BYTES

    @pytest.mark.parametrize("size", [(31, 400), (400, 31), (1, 1)])
    def test_refuses_a_picture_that_is_too_small(
        self, gate: SubprocessImageGate, size: tuple[int, int]
    ) -> None:
        assert sentence_for(gate, encoded(Image.new("RGB", size))) == SENTENCES[Reason.TOO_SMALL]

    def test_takes_the_smallest_allowed(self, gate: SubprocessImageGate) -> None:
        assert gate.check(encoded(Image.new("RGB", (32, 32)))).width_px == 32


class TestDamagedPictures:
    @pytest.mark.parametrize("percent", [1, 5, 10, 25, 50, 75, 90, 99])
    @pytest.mark.parametrize(
        "whole",
        [
            pytest.param(encoded(WIDE, "JPEG", quality=95), id="jpeg"),
            pytest.param(encoded(WIDE, "JPEG", quality=95, progressive=True), id="progressive"),
            pytest.param(encoded(noise(100, 100), "PNG"), id="png"),
            pytest.param(encoded(noise(100, 100), "WEBP"), id="webp"),
            pytest.param(encoded(noise(100, 100), "WEBP", lossless=True), id="lossless-webp"),
        ],
    )
    def test_refuses_a_truncated_picture(
        self, gate: SubprocessImageGate, whole: bytes, percent: int
    ) -> None:
        half = whole[: max(16, len(whole) * percent // 100)]

        assert sentence_for(gate, half) == SENTENCES[Reason.DAMAGED]

    @pytest.mark.parametrize("kind", [b"IHDR", b"IDAT"])
    def test_refuses_a_png_whose_checksum_is_wrong(
        self, gate: SubprocessImageGate, kind: bytes
    ) -> None:
        data = bytearray(png(64, 64))
        start = data.index(kind)
        length = int.from_bytes(data[start - 4 : start])
        data[start + 4 + length] ^= 1

        assert sentence_for(gate, bytes(data)) == SENTENCES[Reason.DAMAGED]

    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n\x1a\n",
            png(64, 64)[:33],
            png(64, 64).replace(b"IDAT", b"xDAT"),
            b"\xff\xd8\xff\xe0",
            b"\xff\xd8\xff\xd9" * 100,
            b"RIFF\xff\xff\xff\xffWEBPVP8X",
            webp_that_claims(400, 400),
            b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>" * 9,
        ],
    )
    def test_refuses_a_head_without_a_picture(self, gate: SubprocessImageGate, data: bytes) -> None:
        assert sentence_for(gate, data) == SENTENCES[Reason.DAMAGED]


class TestBombs:
    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(png(8000, 6251, rows=1), id="png-just-above"),
            pytest.param(png(65_500, 65_500, rows=1), id="png"),
            pytest.param(jpeg_that_claims(65_500, 65_500), id="jpeg"),
            pytest.param(webp_that_claims(16_383, 16_383), id="webp"),
            pytest.param(webp_that_claims(6000, 4001), id="webp-just-above"),
        ],
    )
    def test_refuses_too_many_pixels_and_says_the_limit(
        self, gate: SubprocessImageGate, data: bytes
    ) -> None:
        sentence = sentence_for(gate, data)

        assert "50 megapixels" in sentence
        assert "24 for WebP" in sentence

    @pytest.mark.parametrize(
        ("kind", "head"), [(b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"iCCP", b"a\0\0")]
    )
    def test_refuses_text_that_swells(
        self, gate: SubprocessImageGate, kind: bytes, head: bytes
    ) -> None:
        swelling = chunk(kind, head + zlib.compress(bytes(30_000_000), 1))

        assert sentence_for(gate, png(64, 64, swelling)) == SENTENCES[Reason.TOO_MUCH_TEXT]

    def test_drops_long_text_that_does_not_swell(self, gate: SubprocessImageGate) -> None:
        text = chunk(b"tEXt", b"Comment\0" + b"x" * 15_000_000)

        image = gate.check(png(64, 64, text))

        assert len(image.renditions["w1600"]) < 1000

    def test_reads_a_note_of_many_entries_in_no_time(self, gate: SubprocessImageGate) -> None:
        entry = struct.pack(">HHII", 0x0112, 3, 1, 1 << 16)
        exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 5000) + entry * 5000

        assert gate.check(encoded(quadrants(), "JPEG", exif=exif)).width_px == 96

    def test_refuses_a_jpeg_that_needs_too_much_memory(self, gate: SubprocessImageGate) -> None:
        data = encoded(Image.new("CMYK", (64, 64)), "JPEG", progressive=True)
        at = data.index(b"\xff\xc2") + 5
        large = data[:at] + struct.pack(">HH", 6000, 8000) + data[at + 4 :]

        assert sentence_for(gate, large) == SENTENCES[Reason.TOO_HEAVY]

    def test_refuses_a_jpeg_that_says_the_same_again_and_again(
        self, gate: SubprocessImageGate
    ) -> None:
        data = jpeg_of_many_scans(1500, 1500, scans=500)

        assert sentence_for(gate, data) == SENTENCES[Reason.TOO_HEAVY]

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(lambda: png(8000, 6250, colour_type=6), id="png"),
            pytest.param(lambda: encoded(Image.new("RGBA", (6000, 4000)), "WEBP"), id="webp"),
            pytest.param(
                lambda: encoded(
                    Image.new("RGB", (8000, 6250)), "JPEG", progressive=True, subsampling=0
                ),
                id="jpeg",
            ),
        ],
    )
    def test_the_largest_pictures_fit_into_the_memory_that_is_meant(
        self, own_gate: SubprocessImageGate, data: Callable[[], bytes]
    ) -> None:
        own_gate.check(data())

        [child] = own_gate._idle
        status = Path(f"/proc/{child.process_id}/status").read_text()
        [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        assert int(peak) < 400 * 1024


class TestChildren:
    def test_reuses_its_child(self, own_gate: SubprocessImageGate) -> None:
        own_gate.check(CHAIR)
        [first] = own_gate._idle

        own_gate.check(CHAIR)

        assert own_gate._idle == [first]

    def test_a_child_that_is_killed_while_idle_is_replaced(
        self, own_gate: SubprocessImageGate
    ) -> None:
        own_gate.check(CHAIR)
        [child] = own_gate._idle
        child._process.kill()
        child._process.wait()

        assert own_gate.check(CHAIR).width_px == 96

    def test_a_child_that_is_killed_at_work_costs_only_its_own_picture(
        self, own_gate: SubprocessImageGate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own_gate.check(CHAIR)
        [child] = own_gate._idle
        os.kill(child.process_id, signal.SIGSTOP)
        # It is found alive and asked; only then does it die, before it can answer.
        killer = Timer(0.05, os.kill, (child.process_id, signal.SIGKILL))
        send = frames.send

        def send_then_kill(pipe: BinaryIO, header: dict[str, object], body: bytes) -> None:
            killer.start()
            send(pipe, header, body)

        monkeypatch.setattr(frames, "send", send_then_kill)
        assert sentence_for(own_gate, CHAIR) == SENTENCES[Reason.TOO_HEAVY]

        monkeypatch.undo()
        assert own_gate.check(CHAIR).width_px == 96

    @pytest.mark.slow
    def test_a_child_that_hangs_is_ended(self) -> None:
        gate = SubprocessImageGate(timeout_s=5)
        gate.check(CHAIR)
        [child] = gate._idle
        os.kill(child.process_id, signal.SIGSTOP)

        sentence = sentence_for(gate, CHAIR.ljust(2_000_000, b"\0"))

        assert sentence == SENTENCES[Reason.TOO_HEAVY]
        assert not child.is_alive
        assert gate.check(CHAIR).width_px == 96
        gate.close()

    def test_a_refused_picture_does_not_cost_the_child(self, own_gate: SubprocessImageGate) -> None:
        own_gate.check(CHAIR)
        [child] = own_gate._idle

        sentence_for(own_gate, CHAIR[:300])
        own_gate.check(CHAIR)

        assert own_gate._idle == [child]

    def test_many_threads_share_two_children_and_get_their_own_answers(
        self, own_gate: SubprocessImageGate
    ) -> None:
        pictures = [encoded(quadrants(width, 40)) for width in range(40, 56)]

        with ThreadPoolExecutor(6) as threads:
            images = list(threads.map(own_gate.check, pictures))

        assert [image.width_px for image in images] == list(range(40, 56))
        assert 1 <= len(own_gate._idle) <= 2

    def test_a_child_is_limited_and_knows_no_secrets(
        self, own_gate: SubprocessImageGate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GEMINI_API_KEY", "never-to-be-seen")

        own_gate.check(CHAIR)

        [child] = own_gate._idle
        process = psutil.Process(child.process_id)
        assert set(process.environ()) <= {"PYTHONPATH", "LC_ALL", "LC_CTYPE"}
        assert process.rlimit(psutil.RLIMIT_AS) == (1 << 30, 1 << 30)
        assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert process.rlimit(psutil.RLIMIT_CPU)[0] <= 12
        loaded = Path(f"/proc/{child.process_id}/maps").read_text()
        assert "PIL" in loaded
        assert "numpy" not in loaded

    def test_closing_ends_the_children(self) -> None:
        gate = SubprocessImageGate()
        gate.check(CHAIR)
        [child] = gate._idle

        gate.close()
        gate.close()

        assert not child.is_alive

    def test_a_picture_after_the_close_leaves_no_child_behind(self) -> None:
        gate = SubprocessImageGate()
        gate.close()

        gate.check(CHAIR)

        assert gate._idle == []
