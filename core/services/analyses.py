"""Analyses: letting pictures be looked at, and taking over what was seen, field by field."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.analyses import (
    PRODUCT_FIELDS,
    Analysis,
    AnalysisKind,
    AnalysisMethod,
    AnalysisPlan,
    Proposal,
    layer_from,
    proposals_for,
)
from core.domain.products import Product, ProductDraft
from core.domain.seen_facts import SeenFacts
from core.domain.setting_layers import SettingsLayer
from core.domain.tasks import Task
from core.errors import InvalidInputError, NotFoundError
from core.image_models.registry import ImageModels
from core.image_models.vision import VisionModel
from core.services.access import must_edit, some_ids
from core.services.analysis_tasks import ANALYSE
from core.services.asset_words import give_words
from core.services.budgets import require_room
from core.services.products import ProductService
from core.services.tasks import submit_task
from core.unit_of_work import Database, UnitOfWork

FACTS = "facts"
"""What is taken over for prompts only: type, visible parts, camera angle."""

WORDS = "words"
"""A title and an alt text, which are taken over together."""

_QUESTION_CHARS = 2500
_MEASURE_S = (1, 5)
_NEWEST_TASKS = 20
_NO_MODEL = (
    "No vision model can be asked: an administrator has to set GEMINI_API_KEY. What this machine "
    "can measure is measured: colours, light, background."
)


class AnalysisService:
    """Lets pictures be looked at; proposals change nothing until a person takes them over."""

    def __init__(
        self,
        database: Database,
        models: ImageModels,
        products: ProductService,
    ) -> None:
        self._database = database
        self._models = models
        self._products = products

    @property
    def can_ask(self) -> bool:
        """Say whether there is a vision model that can be asked now."""
        return bool(self._models.vision)

    def plan(self, count: int, vision_model: str = "") -> AnalysisPlan:
        """Return what looking at so many pictures costs and how long it takes; nothing is sent."""
        model = self._model(vision_model)
        if model is None:
            seconds = (count * _MEASURE_S[0], count * _MEASURE_S[1])
            return AnalysisPlan(count, "", "", (0, 0), seconds, _NO_MODEL)
        low, high = model.row.cost_range(_QUESTION_CHARS)
        fast, slow = model.row.seconds
        rounds = -(-count // 4)
        return AnalysisPlan(
            count=count,
            vision_model=model.row.id,
            label=model.row.label,
            cost_micros=(count * low, count * high),
            seconds=(rounds * fast, rounds * slow),
        )

    def begin(
        self,
        actor: Actor,
        kind: AnalysisKind,
        *,
        asset_ids: Sequence[int] = (),
        product_ids: Sequence[int] = (),
        vision_model: str = "",
    ) -> int:
        """Queue a task that looks at these pictures, or at the primary photos of products.

        Returns its id. Raises `InvalidInputError` when there is nothing to look at, and
        `BudgetError` when the month's budget has no room for it.
        """
        must_edit(actor)
        model = self._model(vision_model)
        if model is None and kind is AnalysisKind.ALT_TEXT:
            raise InvalidInputError(
                user_message="Words for a picture need a vision model: "
                "an administrator has to set GEMINI_API_KEY."
            )
        products = self._photos_of(actor, product_ids)
        wanted = list(dict.fromkeys([*products, *some_ids(asset_ids)]))
        if not wanted:
            raise InvalidInputError(user_message="There is no photo to look at.")
        plan = self.plan(len(wanted), vision_model)
        with self._database.begin() as work:
            work.budgets.lock(actor.workspace_id)
            require_room(work, actor, plan.cost_micros[1])
            here = set(work.assets.labels(actor.workspace_id, wanted))
            if not here:
                raise NotFoundError(f"assets {wanted[:5]} in workspace {actor.workspace_id}")
            # Locked with the budget: of two who click at once the later one finds the first's task.
            busy = _looked_at_now(work, actor, kind)
            ids = [each for each in wanted if each in here and each not in busy]
            if not ids:
                raise InvalidInputError(user_message="This is being looked at already.")
            task_id = submit_task(
                work,
                actor,
                ANALYSE,
                f"{kind.label}: look at {len(ids)} {'picture' if len(ids) == 1 else 'pictures'}",
                {
                    "kind": kind,
                    "asset_ids": ids,
                    "products": {str(key): value for key, value in products.items()},
                    "vision_model": plan.vision_model,
                },
                total=len(ids),
            )
            work.audit_events.add(actor, "analyse", "task", task_id, kind=kind, pictures=len(ids))
        return task_id

    def of_assets(
        self, actor: Actor, asset_ids: Sequence[int], kind: AnalysisKind
    ) -> dict[int, Analysis]:
        """Return the newest analysis of this kind by asset; one without is left out."""
        with self._database.read() as work:
            return work.analyses.newest_of_assets(actor.workspace_id, some_ids(asset_ids), kind)

    def of_product(self, actor: Actor, product_id: int) -> Analysis | None:
        """Return the newest look at a product, or None."""
        with self._database.read() as work:
            return work.analyses.newest_of_products(actor.workspace_id, [product_id]).get(
                product_id
            )

    def proposals(self, actor: Actor, product_id: int) -> tuple[Proposal, ...]:
        """Return what the newest look at a product proposes beside what is there."""
        found = self.of_product(actor, product_id)
        if found is None or found.method is not AnalysisMethod.MODEL:
            return ()
        return proposals_for(found, self._products.get(actor, product_id))

    def running(self, actor: Actor, asset_id: int, kind: AnalysisKind) -> Task | None:
        """Return the task that looks at this picture now, or None; of the newest tasks only."""
        with self._database.read() as work:
            page = work.tasks.search(actor.workspace_id, [ANALYSE], after=None, limit=_NEWEST_TASKS)
        return next(
            (
                task
                for task in page.items
                if not task.status.is_final
                and task.payload.get("kind") == kind
                and asset_id in task.payload.get("asset_ids", ())
            ),
            None,
        )

    def failure(self, actor: Actor, asset_id: int, kind: AnalysisKind) -> str:
        """Return why the newest look at this picture came to nothing, or ""."""
        with self._database.read() as work:
            page = work.tasks.search(actor.workspace_id, [ANALYSE], after=None, limit=_NEWEST_TASKS)
        for task in page.items:
            is_of_it = asset_id in task.payload.get("asset_ids", ())
            if is_of_it and task.payload.get("kind") == kind:
                told = task.result.get("failed", {}).get(str(asset_id), "")
                return str(told or task.failure or "")
        return ""

    def accept(
        self, actor: Actor, analysis_id: int, values: Mapping[str, str], *, version: int
    ) -> Product:
        """Take these values over into the product, as the person left them, and return it.

        `values` maps names of `PRODUCT_FIELDS` to text, lists with commas; what else the analysis
        proposes stays a proposal. Raises `ConflictError` when the product changed meanwhile.
        """
        must_edit(actor)
        analysis = self._get(actor, analysis_id)
        if analysis.product_id is None or not set(values) <= set(PRODUCT_FIELDS):
            raise InvalidInputError(f"fields {sorted(values)[:5]} of analysis {analysis_id}")
        product = self._products.get(actor, analysis.product_id)
        draft = _with_values(product.draft, values)
        product = self._products.update(actor, product.id, draft, version=version)
        self._note(actor, analysis, values)
        return product

    def accept_facts(self, actor: Actor, analysis_id: int, *, is_accepted: bool = True) -> None:
        """Let prompts for the product quote its type, visible parts and camera angle, or not."""
        must_edit(actor)
        analysis = self._get(actor, analysis_id)
        if analysis.product_id is None or analysis.kind is not AnalysisKind.PRODUCT:
            raise InvalidInputError(f"analysis {analysis_id} is of no product")
        seen = SeenFacts.from_answer(analysis.result).to_json() if is_accepted else None
        with self._database.begin() as work:
            work.products.set_seen(actor.workspace_id, analysis.product_id, seen)
        self._note(actor, analysis, [FACTS], is_accepted=is_accepted)

    def proposed_words(self, actor: Actor, asset_ids: Sequence[int]) -> dict[int, Analysis]:
        """Return, by picture, the newest words that were proposed and nobody took over."""
        found = self.of_assets(actor, asset_ids, AnalysisKind.ALT_TEXT)
        return {key: each for key, each in found.items() if WORDS not in each.accepted}

    def accept_words(
        self, actor: Actor, asset_ids: Sequence[int], *, replaces: bool = False
    ) -> int:
        """Give pictures the title and the alt text that were proposed; return how many got some.

        What a person wrote stays, unless it `replaces` that. All of them or none.
        """
        must_edit(actor)
        proposed = self.proposed_words(actor, asset_ids)
        words = {
            asset_id: (str(analysis.result["title"]), str(analysis.result["alt_text"]))
            for asset_id, analysis in proposed.items()
        }
        with self._database.begin() as work:
            given = give_words(work, actor, words, replaces=replaces)
            for asset_id in given:
                _accept(work, actor, proposed[asset_id], [WORDS])
        return len(given)

    def settings(self, actor: Actor, asset_id: int) -> SettingsLayer:
        """Return an inspiration's newest analysis as settings, each of which may be changed.

        Raises `InvalidInputError` when nobody looked at it yet.
        """
        found = self.of_assets(actor, [asset_id], AnalysisKind.INSPIRATION).get(asset_id)
        if found is None:
            raise InvalidInputError(user_message="Nobody has looked at this picture yet.")
        return layer_from(found)

    def _get(self, actor: Actor, analysis_id: int) -> Analysis:
        with self._database.read() as work:
            found = work.analyses.find(actor.workspace_id, analysis_id)
        if found is None:
            raise NotFoundError(f"analysis {analysis_id} in workspace {actor.workspace_id}")
        return found

    def _note(
        self, actor: Actor, analysis: Analysis, names: Collection[str], *, is_accepted: bool = True
    ) -> None:
        with self._database.begin() as work:
            _accept(work, actor, analysis, names, is_accepted=is_accepted)

    def _model(self, vision_model: str) -> VisionModel | None:
        if vision_model:
            found = self._models.find_vision(vision_model)
            if found is None:
                raise InvalidInputError(user_message="This vision model cannot be asked now.")
            return found
        return next(iter(self._models.vision), None)

    def _photos_of(self, actor: Actor, product_ids: Sequence[int]) -> dict[int, list[int]]:
        """Return product ids by their primary photos; a product without one is left out."""
        with self._database.read() as work:
            found = work.products.find_many(actor.workspace_id, some_ids(product_ids))
        products: dict[int, list[int]] = {}
        for product in found.values():
            if product.photos and product.trashed_at is None:
                products.setdefault(product.photos[0].id, []).append(product.id)
        return products


def _accept(
    work: UnitOfWork,
    actor: Actor,
    analysis: Analysis,
    names: Collection[str],
    *,
    is_accepted: bool = True,
) -> None:
    """Note that a person took these fields over, or gave them back."""
    known = work.analyses.lock(actor.workspace_id, analysis.id)
    if known is None:
        return
    stamp = {"by": actor.user_id, "at": datetime.now(UTC).isoformat()}
    kept = {name: each for name, each in known.items() if name not in names}
    fresh = dict.fromkeys(names, stamp) if is_accepted else {}
    work.analyses.accept(actor.workspace_id, analysis.id, {**kept, **fresh})
    work.audit_events.add(
        actor,
        "accept_analysis" if is_accepted else "drop_analysis",
        "asset",
        analysis.asset_id,
        fields=sorted(names),
    )


def _looked_at_now(work: UnitOfWork, actor: Actor, kind: AnalysisKind) -> set[int]:
    page = work.tasks.search(actor.workspace_id, [ANALYSE], after=None, limit=_NEWEST_TASKS)
    return {
        asset_id
        for task in page.items
        if not task.status.is_final and task.payload.get("kind") == kind
        for asset_id in task.payload.get("asset_ids", ())
    }


def _with_values(draft: ProductDraft, values: Mapping[str, str]) -> ProductDraft:
    changed: dict[str, object] = {}
    for name, text in values.items():
        is_list = name in ("materials", "colours", "tags")
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        changed[name] = parts if is_list else text.strip()
    return replace(draft, **changed)  # type: ignore[arg-type] # by name
