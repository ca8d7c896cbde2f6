"""What a vision model is asked, written by the one prompt engine."""

from collections.abc import Sequence

from core.domain.analyses import AnalysisKind
from core.domain.analysis_schemas import schema_of
from core.domain.products import Product
from core.domain.prompts import fact_lines, fill, one_line, template_text
from core.domain.setting_options import options
from core.image_models.vision import VisionQuestion
from core.services.prompts import facts_of

_TEMPLATES = {
    AnalysisKind.PRODUCT: "seeproduct@1",
    AnalysisKind.INSPIRATION: "seescene@1",
    AnalysisKind.ALT_TEXT: "seewords@1",
}
_MAX_CATEGORIES = 60
_MAX_NAME_CHARS = 60


def question(
    kind: AnalysisKind,
    picture: bytes,
    mime_type: str,
    *,
    product: Product | None,
    categories: Sequence[str] = (),
) -> VisionQuestion:
    """Return what is asked about a picture; of the catalogue it holds this product's facts only."""
    names = (one_line(each, max_chars=_MAX_NAME_CHARS) for each in categories[:_MAX_CATEGORIES])
    holes = {
        "facts": "\n".join(fact_lines(facts_of(product))) if product else "Nothing.",
        "categories": ", ".join(filter(None, names)) or "none yet",
        "scenes": _names("scene_type"),
        "styles": _names("style"),
        "moods": _names("mood"),
        "cameras": _names("camera"),
    }
    return VisionQuestion(
        picture=picture,
        mime_type=mime_type,
        prompt=fill(template_text(_TEMPLATES[kind]), holes),
        schema=schema_of(kind),
    )


def _names(of_list: str) -> str:
    return ", ".join(option.name for option in options(of_list))
