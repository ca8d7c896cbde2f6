"""The seam to vision models: they answer with words about a picture, as JSON of a given schema."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from core.domain.generation import Usage

_TABLE = Path(__file__).with_name("models.toml")
_FEWEST_CHARS_A_TOKEN = 1
_Rate = Annotated[Decimal, Field(gt=0)]


@dataclass(frozen=True)
class VisionQuestion:
    """All that one call says: a picture, what is asked about it, and what the answer must be."""

    picture: bytes
    mime_type: str
    prompt: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class VisionAnswer:
    """What came back: JSON text that nobody has checked yet, and what it cost."""

    text: str
    usage: Usage
    cost_micros: int
    model_version: str
    response_id: str


class VisionRow(BaseModel):
    """One vision model of the table: what it costs, and how much it may say.

    Rates are US dollars for a million tokens.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9.-]+$")
    label: str = Field(min_length=1)
    input_rate: _Rate
    text_rate: _Rate
    picture_tokens: int = Field(gt=0)
    max_output_tokens: int = Field(gt=0)
    seconds: tuple[int, int]

    def cost_micros(self, usage: Usage) -> int:
        """Return what these tokens cost, rounded up to a millionth of a US dollar."""
        cost = usage.input_tokens * self.input_rate + usage.text_tokens * self.text_rate
        return int(cost.to_integral_value(ROUND_CEILING))

    def cost_range(self, question_chars: int) -> tuple[int, int]:
        """Return what a question costs at least and at most; the upper end is reserved for it."""
        fewest = self.input_rate * (self.picture_tokens + question_chars // 6)
        most = self.input_rate * (self.picture_tokens + question_chars // _FEWEST_CHARS_A_TOKEN)
        low = fewest + self.text_rate * 100
        high = most + self.text_rate * self.max_output_tokens
        return math.floor(low), math.ceil(high)


class VisionModel(Protocol):
    """A model that looks at a picture and answers in JSON."""

    @property
    def row(self) -> VisionRow:
        """Return what the model costs and may say."""
        ...

    def prepare(self) -> None:
        """Open what the first call needs, so that a call leaves as soon as it is written down."""
        ...

    def ask(self, question: VisionQuestion) -> VisionAnswer:
        """Return the answer, or raise an `ImageModelError`; safe to call from many threads."""
        ...


@cache
def vision_rows() -> tuple[VisionRow, ...]:
    """Return the vision models of the table that ships with Epox, the one to propose first."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"), parse_float=Decimal)
    return tuple(VisionRow.model_validate(entry) for entry in table["vision"])
