"""Plans: what a submit would do, shown before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.budgets import Budget
from core.domain.generation import GenerationSettings, ReferenceRole
from core.domain.queueing import Priority
from core.domain.setting_layers import Resolved, SettingsLayer, Source

MAX_PLAN_PRODUCTS = 500
MAX_PLAN_PICTURES = 2000
PRIMARY_PHOTO = 0
"""In the settings of a plan: each product's own primary photo."""
NO_PRODUCT = 0
"""In an edit of a picture that belongs to no product."""


@dataclass(frozen=True)
class PlannedReference:
    """A picture that will be shown to the model; a room has a name and no asset."""

    role: ReferenceRole
    label: str
    asset_id: int | None
    sha256: str


@dataclass(frozen=True)
class PlanItem:
    """One product of a plan, or one edit: it becomes one job.

    `prompt` is, to the byte, what is sent. An edit of a picture that belongs to no product has
    `NO_PRODUCT`, and the picture's name for that of the product.

    Costs are those of all its pictures, in millionths of a US dollar; `cost_high_micros` is what
    is reserved. `generated_prompt` is what `template` makes of the settings: the prompt, unless a
    person wrote their own. `sources` says where each of the settings comes from.
    """

    product_id: int
    product_name: str
    settings: GenerationSettings
    prompt: str
    references: tuple[PlannedReference, ...]
    count: int
    cost_low_micros: int
    cost_high_micros: int
    notices: tuple[str, ...] = field(default=(), compare=False)
    generated_prompt: str = ""
    template: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False)

    @property
    def is_written(self) -> bool:
        """Say whether a person wrote the prompt instead of the generated one."""
        return bool(self.settings.written_prompt)


@dataclass(frozen=True)
class SkippedProduct:
    """A product of which nothing will be made, and why."""

    product_id: int
    product_name: str
    reason: str


@dataclass(frozen=True)
class Hold:
    """Why nothing of a plan would begin now; `until` None lasts until a person ends it."""

    reason: Literal["paused_workspace", "paused_model", "stopped_model", "resting_model"]
    until: datetime | None = None


@dataclass(frozen=True)
class MadeFor:
    """What a plan was begun from: remembered with its jobs, without influence on the pictures."""

    preset_id: int | None = None
    preset_version: int | None = None
    collection_id: int | None = None
    shot_id: int | None = None
    session_id: int | None = None


@dataclass(frozen=True)
class StudioRequest:
    """What a person asks for in the studio: for all products, and for single ones by their ids.

    `per_product` is said after `layer` and so wins over it. `photo_ids` are the photos to use where
    it is not the primary one, `written_prompts` the texts to send instead of the generated ones.
    """

    layer: SettingsLayer = field(default_factory=SettingsLayer)
    per_product: Mapping[int, SettingsLayer] = field(default_factory=dict)
    photo_ids: Mapping[int, int] = field(default_factory=dict)
    written_prompts: Mapping[int, str] = field(default_factory=dict)
    made_for: MadeFor = field(default_factory=MadeFor)


@dataclass(frozen=True)
class Plan:
    """What a submit would do; `idempotency_key` makes submitting this plan twice one submission.

    Times in seconds, from now to the last picture. `run_at` None begins at once. `budget` is that
    of the workspace before this. `waiting_low` and `waiting_high` are the pictures that wait now
    and go first: the person's own, and those of the whole workspace. `resolved` are what the
    layers came to, by product, and `brand` what every prompt keeps to. Plans that ask for the same
    are equal whatever is left of the budget, and whatever they have to wait for.
    """

    items: tuple[PlanItem, ...]
    skipped: tuple[SkippedProduct, ...]
    priority: Priority
    run_at: datetime | None
    seconds_low: int = field(compare=False)
    seconds_high: int = field(compare=False)
    budget: Budget = field(compare=False)
    idempotency_key: str
    waiting_low: int = field(default=0, compare=False)
    waiting_high: int = field(default=0, compare=False)
    hold: Hold | None = field(default=None, compare=False)
    made_for: MadeFor = field(default_factory=MadeFor)
    resolved: Mapping[int, Resolved] = field(default_factory=dict, compare=False)
    brand: BrandKit = field(default=NO_BRAND, compare=False)

    @property
    def count(self) -> int:
        """Return how many pictures it makes."""
        return sum(item.count for item in self.items)

    @property
    def cost_low_micros(self) -> int:
        """Return what it costs at least, by the table."""
        return sum(item.cost_low_micros for item in self.items)

    @property
    def cost_high_micros(self) -> int:
        """Return what it costs at most, and what is reserved."""
        return sum(item.cost_high_micros for item in self.items)

    @property
    def is_within_budget(self) -> bool:
        """Say whether the budget has room for all of it."""
        left = self.budget.left_micros
        return left is None or self.cost_high_micros <= left

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what is to be said about it, each sentence once."""
        return tuple(dict.fromkeys(notice for item in self.items for notice in item.notices))
