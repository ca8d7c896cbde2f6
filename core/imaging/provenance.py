"""What a picture's file says of where it comes from: an XMP packet, written and read back.

Files are taken apart as far as their frames go, and no pixel is decoded: what a file is besides
its packet stays as it is, byte for byte.
"""

import html
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from core.domain.source_types import VOCABULARY, SourceType
from core.imaging.packets import find_packet, with_packet

CREATOR_TOOL = "Epox"
_MAX_PACKET_BYTES = 1_000_000
_MAX_TEXT_CHARS = 2000
_FRAME_BYTES = 100
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOURCE = re.compile(
    r":DigitalSourceType\s*(?:=\s*[\"']([^\"'<>]{0,300})[\"']"
    r"|[^<>]{0,200}:resource\s*=\s*[\"']([^\"'<>]{0,300})[\"']|>([^<>]{0,300})<)"
)
_TOOL = re.compile(r":CreatorTool\s*(?:=\s*[\"']([^\"'<>]{0,300})[\"']|>([^<>]{0,300})<)")
_TEXT = r":{name}\s*>\s*<[^<>]{{0,40}}:Alt\s*>\s*<[^<>]{{0,40}}:li[^<>]{{0,80}}>([^<>]{{0,12000}})<"
_TITLE = re.compile(_TEXT.format(name="title"))
_DESCRIPTION = re.compile(_TEXT.format(name="description"))

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
    {attributes}>{texts}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
_ALT = '\n   <{name}><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></{name}>'


@dataclass(frozen=True)
class Provenance:
    """What a file says of itself; all of it is "" where it says nothing.

    `source_type` is an entry of the IPTC's vocabulary without its address, such as
    "trainedAlgorithmicMedia". It may be one that Epox never writes.
    """

    source_type: str = ""
    creator_tool: str = ""
    title: str = ""
    description: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is said."""
        return self == _NOTHING


_NOTHING = Provenance()


def write_provenance(data: bytes, said: Provenance) -> bytes:
    """Return a JPEG, PNG or WebP that says this of itself, in place of what it said before.

    All else in it stays as it is. Raises `ValueError` for any other file and for a broken one.
    """
    return with_packet(data, _packet(said).encode())


def packet_bytes(said: Provenance) -> int:
    """Return by how many bytes `write_provenance` makes a file longer at most."""
    return len(_packet(said).encode()) + _FRAME_BYTES


def read_provenance(data: bytes) -> Provenance:
    """Return what a JPEG, PNG or WebP says of itself; of any other or broken file, nothing."""
    try:
        packet = find_packet(data)
    except ValueError:
        return _NOTHING
    if packet is None or len(packet) > _MAX_PACKET_BYTES:
        return _NOTHING
    text = packet.decode("utf-8", "replace")
    address = _found(_SOURCE, text).rstrip("/")
    return Provenance(
        source_type=address.rpartition("/")[2],
        creator_tool=_found(_TOOL, text),
        title=_found(_TITLE, text),
        description=_found(_DESCRIPTION, text),
    )


def lint_of(data: bytes, expected: SourceType | None) -> str:
    """Return in a sentence what is wrong with what a file says of its source, "" if nothing is."""
    said = read_provenance(data).source_type
    if expected is None or said == expected:
        return ""
    if not said:
        return f"This file does not say that its picture is “{expected.label}”."
    return f"This file says “{said}”, but its picture is “{expected}”."


def _packet(said: Provenance) -> str:
    attributes = [f"xmp:CreatorTool={_attribute(said.creator_tool)}"] if said.creator_tool else []
    if said.source_type:
        address = _attribute(VOCABULARY + said.source_type)
        attributes.append(f"Iptc4xmpExt:DigitalSourceType={address}")
    texts = [
        _ALT.format(name=name, text=escape(_clean(text)))
        for name, text in (
            ("dc:title", said.title),
            ("dc:description", said.description),
            ("Iptc4xmpCore:AltTextAccessibility", said.description),
        )
        if text
    ]
    return _PACKET.format(attributes="\n    ".join(attributes), texts="".join(texts))


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _NO_XML.sub(" ", text[:_MAX_TEXT_CHARS])


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        return ""
    return html.unescape(next((group for group in match.groups() if group), "")).strip()
