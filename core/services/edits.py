"""Edits of pictures by an image model: planned, submitted, made as all jobs are."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.brand_kits import BrandKit
from core.domain.edit_prompts import EDIT_TEMPLATES, write_edit
from core.domain.edit_settings import EditSettings
from core.domain.edits import (
    MAX_KEPT_PIXELS,
    Edit,
    EditPlan,
    is_alike,
    nearest_ratio,
    pixels_of,
)
from core.domain.generation import (
    MAX_PROMPT_CHARS,
    AspectRatio,
    Backdrop,
    GenerationSettings,
)
from core.domain.plans import NO_PRODUCT, Plan, PlanItem
from core.domain.queueing import ModelLimits, ModelState, Priority
from core.errors import ConflictError, InvalidInputError
from core.image_models.base import ImageModelSpec
from core.image_models.registry import ImageModels
from core.services.access import must_edit
from core.services.assets import require_picture
from core.services.budgets import require_room
from core.services.edit_pictures import frame_for
from core.services.forecasts import hold_of
from core.services.masks import MaskService
from core.services.plans import Planner, request_hash
from core.services.references import planned_references
from core.services.slot_claims import limits_of
from core.services.submissions import add_jobs, same_jobs
from core.services.texts import clean_text
from core.unit_of_work import Database, UnitOfWork

NO_MODEL = (
    "Editing with words needs an image model: an administrator has to set GEMINI_API_KEY. All "
    "other tools of the editor work without it."
)
MASKED = (
    "Outside the mask every pixel stays exactly as it is: the answer is put into the picture on "
    "this machine."
)
GROWN = "The picture itself stays exactly as it is, to the pixel: only the border is new."
MADE_ANEW = (
    "Without a mask the whole picture is made anew: things that you did not name may change too."
)
AGAIN = "The picture is made anew with more pixels: fine details may differ from this one."
_MAX_CANVAS_PIXELS = 50_000_000
_MEGA = 1_000_000
_CLEARLY_FEWER = 0.9


class EditService:
    """Plans and submits edits. The picture that is edited never changes: results are new ones."""

    def __init__(
        self,
        database: Database,
        models: ImageModels,
        masks: MaskService,
        *,
        calls_at_once: int,
        limits: Mapping[str, ModelLimits] | None = None,
    ) -> None:
        self._database = database
        self._models = models
        self._masks = masks
        self._limits = dict(limits or {})
        self._planner = Planner(models, calls_at_once=calls_at_once)

    def models(self) -> tuple[ImageModelSpec, ...]:
        """Return the image models that can edit now, the one to propose first; maybe none."""
        return tuple(spec for spec in self._models.specs if spec.reads_sentences)

    def keep_mask(self, actor: Actor, asset_id: int, png: bytes) -> int:
        """Keep a painted mask and return its id; the same mask is kept once.

        Raises `InvalidInputError` with a sentence for one that cannot be used.
        """
        return self._masks.keep(actor, asset_id, png)

    def plan(self, actor: Actor, edit: Edit) -> EditPlan:
        """Return what would be sent, paid and kept; nothing is sent.

        Raises `InvalidInputError` with a sentence when something is missing or impossible.
        """
        with self._database.read() as work:
            now = work.now()
            brand = work.brand_kits.get(actor.workspace_id)
            item = self._item(work, actor, edit, brand)
            budget = work.budgets.get(actor.workspace_id, now)
            image_model, priority = item.settings.image_model, Priority.NORMAL
            ahead = work.queue_state.ahead(
                actor.workspace_id, actor.user_id, image_model, priority.rank, now
            )
        mine, ours, everybodys = ahead.waiting
        limits = limits_of(ahead.model or ModelState(image_model), self._limits)
        low, high = self._planner.seconds([item], waiting=(mine, everybodys), limits=limits)
        plan = Plan(
            items=(item,),
            skipped=(),
            priority=priority,
            run_at=None,
            seconds_low=low,
            seconds_high=high,
            budget=budget,
            idempotency_key=uuid.uuid4().hex,
            waiting_low=mine,
            waiting_high=ours,
            hold=hold_of(ahead, now, None),
            brand=brand,
        )
        width_px, height_px = _result_px(item.settings)
        return EditPlan(edit, plan, _keeps(edit) + _shrinks(item.settings), width_px, height_px)

    def submit(self, actor: Actor, plan: EditPlan, *, idempotency_key: str = "") -> int:
        """Queue the edit, whole or not at all, and return its job.

        The same plan, or the same key, again returns the same job. An outdated plan raises
        `ConflictError`: what was shown is what is sent. One that the budget has no room for
        raises `BudgetError`.
        """
        must_edit(actor)
        whole = plan.plan
        if idempotency_key:
            key = clean_text(idempotency_key, "the key", max_chars=64, may_be_empty=False)
            whole = replace(whole, idempotency_key=key)
        asked = request_hash(whole)
        with self._database.begin() as work:
            # One after the other: two would both find the key unused and the budget sufficient.
            work.budgets.lock(actor.workspace_id)
            known = work.generation_jobs.find_by_key(actor.workspace_id, whole.idempotency_key)
            if known is not None:
                return same_jobs(known, asked)[0]
            brand = work.brand_kits.get(actor.workspace_id)
            if (self._item(work, actor, plan.edit, brand),) != whole.items:
                raise ConflictError(
                    user_message="The picture or the model changed meanwhile. "
                    "Please look at the edit again."
                )
            require_room(work, actor, whole.cost_high_micros)
            return add_jobs(work, actor, whole, asked)[0]

    def _item(self, work: UnitOfWork, actor: Actor, edit: Edit, brand: BrandKit) -> PlanItem:
        asset = require_picture(work.assets.find(actor.workspace_id, edit.asset_id))
        instruction = clean_text(edit.instruction, "your words", max_chars=MAX_PROMPT_CHARS)
        _require_allowed(brand, instruction)
        spec = self._spec(edit)
        settings = GenerationSettings(
            prompt=instruction,
            photo_id=asset.id,
            backdrop=Backdrop("described"),
            aspect_ratio=_ratio_for(edit, asset, spec),
            size=edit.size,
            variants=edit.count,
            image_model=spec.id,
            references=edit.references,
            edit=_settings_of(work, actor, edit, asset),
        )
        _check_sizes(settings, spec)
        return _plan_item(work, actor, asset, settings, spec)

    def _spec(self, edit: Edit) -> ImageModelSpec:
        able = self.models()
        if edit.image_model:
            spec = self._models.get(edit.image_model).spec
            if not spec.reads_sentences:
                raise InvalidInputError(
                    user_message=f"The {spec.label[:1].lower()}{spec.label[1:]} cannot edit "
                    "pictures. " + ("Choose another image model." if able else NO_MODEL)
                )
            return spec
        if not able:
            raise InvalidInputError(user_message=NO_MODEL)
        return able[0]


def _require_allowed(brand: BrandKit, text: str) -> None:
    # All of the person's words count: an edit has no line that says what to leave out.
    if banned := brand.find_banned(text):
        raise InvalidInputError(
            user_message=f"The brand kit bans “{banned}”. Please use another word."
        )


def _ratio_for(edit: Edit, asset: Asset, spec: ImageModelSpec) -> AspectRatio:
    may_choose = edit.mode == "expand" or (edit.mode == "edit" and edit.mask_id is None)
    if edit.aspect_ratio is not None and may_choose:
        return edit.aspect_ratio
    return nearest_ratio(asset.width_px, asset.height_px, spec.aspect_ratios)


def _settings_of(work: UnitOfWork, actor: Actor, edit: Edit, asset: Asset) -> EditSettings:
    mask_sha256 = ""
    if edit.mask_id is not None:
        mask = work.asset_masks.find(actor.workspace_id, edit.mask_id)
        if mask is None or mask.asset_id != asset.id:
            raise InvalidInputError(
                user_message="The mask is not there any more. Please paint it again."
            )
        mask_sha256 = mask.sha256
    return EditSettings(
        mode=edit.mode,
        label=(asset.title or asset.label)[:200],
        width_px=asset.width_px,
        height_px=asset.height_px,
        mask_id=edit.mask_id,
        mask_sha256=mask_sha256,
        feather_px=edit.feather_px if edit.mask_id is not None else 0,
        across=float(edit.across) if edit.mode == "expand" else 0.5,
        down=float(edit.down) if edit.mode == "expand" else 0.5,
    )


def _check_sizes(settings: GenerationSettings, spec: ImageModelSpec) -> None:
    edit, ratio = settings.edit, settings.aspect_ratio
    if edit is None:
        return
    if ratio not in spec.aspect_ratios:
        raise InvalidInputError(user_message=f"{spec.label} does not make pictures in {ratio}.")
    if settings.size not in spec.price_micros:
        raise InvalidInputError(user_message=f"{spec.label} does not make pictures in that size.")
    own = edit.width_px * edit.height_px
    shown = f"{edit.width_px:,} x {edit.height_px:,} pixels"
    if edit.mode == "again_larger" and pixels_of(settings.size) < own * 1.1:
        raise InvalidInputError(
            user_message=f"The picture has {shown} already: {settings.size} is not larger."
        )
    if edit.mode == "expand" and is_alike(edit.width_px, edit.height_px, ratio):
        raise InvalidInputError(
            user_message=f"The picture has about the ratio {ratio} already. Choose another one."
        )
    if not edit.keeps_outside:
        return
    frame = frame_for(ratio, edit)
    kept = frame.pixels if edit.mode == "expand" else own
    if kept > MAX_KEPT_PIXELS or frame.pixels > _MAX_CANVAS_PIXELS:
        what = "The expanded picture" if edit.mode == "expand" else "The picture"
        raise InvalidInputError(
            user_message=f"{what} would have to be kept to the pixel, and with {shown} it is too "
            f"large for that: at most {MAX_KEPT_PIXELS // 1_000_000} megapixels can be. Make it "
            "smaller or crop it first."
        )


def _plan_item(
    work: UnitOfWork,
    actor: Actor,
    asset: Asset,
    settings: GenerationSettings,
    spec: ImageModelSpec,
) -> PlanItem:
    edit = settings.edit
    if edit is None:
        raise InvalidInputError(user_message="Choose what to do with the picture.")
    ids = [asset.id, *(each.asset_id for each in settings.references)]
    pictures = work.assets.labels(actor.workspace_id, ids)
    if len(set(ids)) < len(ids):
        raise InvalidInputError(user_message="The picture itself is shown anyway; remove it.")
    if any(each not in pictures or pictures[each][2] for each in ids):
        raise InvalidInputError(
            user_message="A picture that is to be shown is not there any more; remove it."
        )
    references = planned_references(settings, pictures)
    if len(references) > spec.max_references:
        raise InvalidInputError(
            user_message=f"{spec.label} looks at {spec.max_references} pictures at most, the one "
            "that is edited and its mask included. Remove some."
        )
    has_border = edit.keeps_outside and not frame_for(settings.aspect_ratio, edit).is_whole
    roles = [each.role for each in references]
    prompt = write_edit(edit, settings.prompt, roles, has_border=has_border)
    low, high = spec.cost_range(settings.size, len(references), len(prompt))
    return PlanItem(
        product_id=asset.product_id or NO_PRODUCT,
        product_name=asset.product_name or edit.label,
        settings=settings,
        prompt=prompt,
        references=references,
        count=settings.variants,
        cost_low_micros=settings.variants * low,
        cost_high_micros=settings.variants * high,
        generated_prompt=prompt,
        template=EDIT_TEMPLATES[edit.mode],
    )


def _keeps(edit: Edit) -> str:
    if edit.mode == "expand":
        return GROWN
    if edit.mode == "again_larger":
        return AGAIN
    return MADE_ANEW if edit.mask_id is None else MASKED


def _shrinks(settings: GenerationSettings) -> str:
    """Return a sentence where the result has clearly fewer pixels than the picture has, or ""."""
    edit = settings.edit
    if edit is None or edit.keeps_outside:
        return ""
    own, result = edit.width_px * edit.height_px, pixels_of(settings.size)
    if result > own * _CLEARLY_FEWER:
        return ""
    return (
        f" It will be smaller: about {result / _MEGA:.1f} of now {own / _MEGA:.1f} megapixels. "
        "Choose a larger size to keep more."
    )


def _result_px(settings: GenerationSettings) -> tuple[int | None, int | None]:
    edit = settings.edit
    if edit is None or not edit.keeps_outside:
        return None, None
    if edit.mode == "expand":
        frame = frame_for(settings.aspect_ratio, edit)
        return frame.canvas_width_px, frame.canvas_height_px
    return edit.width_px, edit.height_px
