"""What a picture's file says of its source: written, read back, and nothing else touched."""

import io
import zlib
from xml.dom import minidom

import pytest
from PIL import Image

from core.domain.source_types import SourceType
from core.imaging.provenance import (
    Provenance,
    lint_of,
    packet_bytes,
    read_provenance,
    write_provenance,
)
from tests.images import cutout_bytes, photo_bytes

SAID = Provenance(SourceType.GENERATED, "Epox", 'A "title" & <b>', "Stühle im Morgenlicht")


def saved(kind: str, **how: object) -> bytes:
    source = cutout_bytes() if kind in ("PNG", "WEBP") else photo_bytes()
    target = io.BytesIO()
    Image.open(io.BytesIO(source)).save(target, kind, **how)
    return target.getvalue()


FILES = {
    "jpeg": saved("JPEG"),
    "progressive jpeg": saved("JPEG", progressive=True, icc_profile=b"x" * 300),
    "png": saved("PNG"),
    "plain webp": saved("WEBP"),
    "lossless webp": saved("WEBP", lossless=True),
    "webp with profile": saved("WEBP", icc_profile=b"x" * 301),
    "odd webp": saved("WEBP", xmp=b"odd"),
}


@pytest.fixture(params=FILES)
def data(request: pytest.FixtureRequest) -> bytes:
    return FILES[request.param]


def packet_in(data: bytes) -> bytes:
    """Return the packet as Pillow finds it."""
    info = Image.open(io.BytesIO(data)).info
    found = info.get("xmp") or info["XML:com.adobe.xmp"]
    return found if isinstance(found, bytes) else str(found).encode()


class TestWrite:
    def test_is_read_back(self, data: bytes) -> None:
        assert read_provenance(write_provenance(data, SAID)) == SAID

    def test_is_found_by_other_programs(self, data: bytes) -> None:
        packet = packet_in(write_provenance(data, SAID))

        [said] = minidom.parseString(packet).getElementsByTagName("rdf:Description")  # noqa: S318 - our own packet
        assert said.getAttribute("Iptc4xmpExt:DigitalSourceType") == (
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        )
        assert said.getAttribute("xmp:CreatorTool") == "Epox"

    def test_touches_no_pixel_and_no_profile(self, data: bytes) -> None:
        before, after = (
            Image.open(io.BytesIO(each)) for each in (data, write_provenance(data, SAID))
        )

        assert (before.mode, before.size) == (after.mode, after.size)
        assert before.info.get("icc_profile") == after.info.get("icc_profile")
        assert before.tobytes() == after.tobytes()

    def test_takes_the_place_of_what_was_said_before(self, data: bytes) -> None:
        other = Provenance(SourceType.COMPOSITE_WITH_GENERATED)

        twice = write_provenance(write_provenance(data, other), SAID)

        assert twice == write_provenance(data, SAID)
        assert len(twice) - len(data) <= packet_bytes(SAID)

    def test_says_nothing_that_breaks_the_packet(self, data: bytes) -> None:
        odd = Provenance("a\"'<>&", "\0\x0b\ufffe'", "]]> --> <?xpacket end?>", "x\r\n\t\U0001f4ba")

        packet = packet_in(write_provenance(data, odd))

        minidom.parseString(packet)  # noqa: S318 - our own packet
        assert read_provenance(write_provenance(data, odd)).title == odd.title

    def test_cuts_what_is_too_long(self) -> None:
        long = Provenance(SourceType.GENERATED, "Epox", "&" * 90_000, "\U0001f4ba" * 90_000)

        said = read_provenance(write_provenance(FILES["jpeg"], long))

        assert said.source_type == SourceType.GENERATED
        assert len(said.title) == 2000

    @pytest.mark.parametrize("broken", [b"", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"])
    def test_refuses_what_is_no_whole_picture(self, broken: bytes) -> None:
        with pytest.raises(ValueError, match=r".+"):
            write_provenance(broken, SAID)

    def test_refuses_or_survives_every_cut_file(self, data: bytes) -> None:
        for end in range(0, len(data), max(1, len(data) // 60)):
            cut = data[:end]
            read_provenance(cut)
            try:
                write_provenance(cut, SAID)
            except ValueError:
                continue


class TestRead:
    def test_of_a_file_that_says_nothing_is_empty(self, data: bytes) -> None:
        assert read_provenance(data).source_type == ""

    @pytest.mark.parametrize("broken", [b"", b"\xff\xd8\xff\xe1\xff\xff", b"\x89PNG\r\n\x1a\nxx"])
    def test_of_a_broken_file_is_empty(self, broken: bytes) -> None:
        assert read_provenance(broken).is_empty

    @pytest.mark.parametrize(
        "packet",
        [
            '<a:b e:DigitalSourceType="http://x/digitalsourcetype/digitalCapture"/>',
            "<e:DigitalSourceType>http://x/digitalsourcetype/digitalCapture</e:DigitalSourceType>",
            "<e:DigitalSourceType rdf:resource='http://x/digitalsourcetype/digitalCapture'/>",
            "<a:b e:DigitalSourceType = 'digitalCapture'/>",
        ],
    )
    def test_knows_each_way_to_write_it(self, packet: str) -> None:
        target = io.BytesIO()
        Image.new("RGB", (40, 40)).save(target, "JPEG", xmp=packet.encode())

        assert read_provenance(target.getvalue()).source_type == "digitalCapture"

    def test_reads_a_packed_text_but_no_bomb(self) -> None:
        body = b"XML:com.adobe.xmp\0\1\0\0\0"
        text = b' e:DigitalSourceType="x/composite"' + b" " * 50_000_000
        found = [
            read_provenance(_png(body + zlib.compress(each))).source_type
            for each in (text[:100], text)
        ]

        assert found == ["composite", "composite"]


class TestLint:
    def test_says_when_a_file_lost_its_note(self, data: bytes) -> None:
        noted = write_provenance(data, SAID)
        saved_again = io.BytesIO()
        image = Image.open(io.BytesIO(noted))
        image.info = {}
        image.convert("RGB").save(saved_again, "JPEG")

        assert lint_of(noted, SourceType.GENERATED) == ""
        assert "does not say" in lint_of(saved_again.getvalue(), SourceType.GENERATED)
        assert "says “trainedAlgorithmicMedia”" in lint_of(noted, SourceType.COMPOSITE)
        assert lint_of(data, None) == ""


def _png(text: bytes) -> bytes:
    head, rest = FILES["png"][:33], FILES["png"][33:]
    chunk = len(text).to_bytes(4) + b"iTXt" + text + zlib.crc32(b"iTXt" + text).to_bytes(4)
    return head + chunk + rest
