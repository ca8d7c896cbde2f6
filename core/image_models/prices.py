"""The Gemini models that Epox offers and what a call to them costs: a table, not code."""

import tomllib
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.domain.generation import AspectRatio, GenerationRequest, ImageSize, Usage
from core.errors import SettingsError
from core.image_models.base import ImageModelSpec

_TABLE = Path(__file__).with_name("models.toml")

Rate = Annotated[Decimal, Field(gt=0)]
Micros = Annotated[int, Field(gt=0)]
Count = Annotated[int, Field(ge=0)]


class PriceRow(BaseModel):
    """One Gemini model: what it can do, what it costs, how much it is asked to think."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9.-]+$")
    label: str = Field(min_length=1)
    input_rate: Rate
    text_rate: Rate
    image_rate: Rate
    price_micros: dict[ImageSize, Micros] = Field(min_length=1)
    reference_micros: Micros
    text_tokens: tuple[Count, Count]
    aspect_ratios: tuple[AspectRatio, ...] = Field(min_length=1)
    max_references: int = Field(gt=0)
    seconds: tuple[int, int]
    thinking_level: Literal["MINIMAL", "MEDIUM", "HIGH"] | None = None

    @model_validator(mode="after")
    def _ranges_run_upwards(self) -> Self:
        for low, high in (self.text_tokens, self.seconds):
            if low > high:
                raise ValueError("a range must begin with its lower end")
        return self

    @property
    def spec(self) -> ImageModelSpec:
        """Return what the rest of Epox sees of the model."""
        return ImageModelSpec(
            id=self.id,
            label=self.label,
            price_micros=self.price_micros,
            reference_micros=self.reference_micros,
            input_rate=self.input_rate,
            text_micros=self._text_micros,
            aspect_ratios=self.aspect_ratios,
            max_references=self.max_references,
            seconds=self.seconds,
        )

    @property
    def _text_micros(self) -> tuple[int, int]:
        low, high = (tokens * self.text_rate for tokens in self.text_tokens)
        return int(low), int(high.to_integral_value(ROUND_CEILING))

    def cost_micros(self, usage: Usage) -> int:
        """Return what these tokens cost, rounded up to a millionth of a US dollar."""
        cost = (
            usage.input_tokens * self.input_rate
            + usage.image_tokens * self.image_rate
            + usage.text_tokens * self.text_rate
        )
        return int(cost.to_integral_value(ROUND_CEILING))

    def estimate_micros(self, request: GenerationRequest) -> int:
        """Return what a picture costs by the table: for when the provider names no tokens."""
        return self.price_micros[request.size] + len(request.references) * self.reference_micros


@cache
def gemini_rows() -> tuple[PriceRow, ...]:
    """Return the rows of the table that ships with Epox, best model first."""
    return rows_from(_TABLE.read_text(encoding="utf-8"))


def rows_from(text: str) -> tuple[PriceRow, ...]:
    """Return the rows of a table; a row that lacks a price raises `SettingsError` naming it."""
    table = tomllib.loads(text, parse_float=Decimal)
    return tuple(_row(entry) for entry in table["gemini"])


def _row(entry: dict[str, object]) -> PriceRow:
    try:
        return PriceRow.model_validate(entry)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, detail["loc"])) for detail in error.errors())
        raise SettingsError(
            f"models.toml: the row of {entry.get('id', 'a model')} is incomplete or wrong ({wrong})"
        ) from error
