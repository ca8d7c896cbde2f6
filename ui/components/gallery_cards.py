"""What the gallery and its lightbox show of a picture."""

from core.domain.assets import AssetSummary, Origin
from ui.components.gallery_grid import GalleryCard
from ui.components.gallery_words import tool_name
from ui.components.lightbox import LightboxCard
from ui.format import ago, money

_KINDS = {Origin.UPLOADED: "Upload", Origin.INSPIRATION: "Inspiration"}


def title_of(asset: AssetSummary) -> str:
    """Return what people call a picture: its own title, else its product's name or its label."""
    return asset.title or asset.product_name or asset.label


def kind_of(asset: AssetSummary) -> str:
    """Return what a picture is where that is not plain: an upload, or what a tool made of it."""
    return tool_name(asset.tool) if asset.tool else _KINDS.get(asset.origin, "")


def gallery_card(asset: AssetSummary) -> GalleryCard:
    """Return a picture as the grid shows it."""
    # A generated asset is called after its product, then after its backdrop.
    backdrop = asset.label.rpartition(" · ")[2] if asset.origin is Origin.GENERATED else ""
    return GalleryCard(
        id=str(asset.ref.id),
        title=title_of(asset),
        subtitle=" · ".join(filter(None, (backdrop, ago(asset.created_at)))),
        src=asset.ref.url(""),
        ratio=round(asset.ref.width_px / max(1, asset.ref.height_px), 3),
        fit="cover" if asset.origin.is_made else "contain",
        kind=kind_of(asset),
        is_judged=asset.origin.is_made,
        review=asset.review_state.value,
        rating=asset.rating,
        is_pinned=asset.is_pinned,
        stack=asset.stack_count,
    )


def lightbox_card(asset: AssetSummary, model_names: dict[str, str]) -> LightboxCard:
    """Return a picture as the lightbox shows it."""
    made_with = tool_name(asset.tool) if asset.tool else model_names.get(asset.image_model or "")
    said = (
        asset.product_sku,
        asset.label.rpartition(" · ")[2] if asset.origin is Origin.GENERATED else asset.label,
        f"{asset.ref.width_px} \u00d7 {asset.ref.height_px}",
        made_with or asset.image_model,
        money(asset.cost_micros) if asset.cost_micros else "",
        asset.created_by,
        ago(asset.created_at),
    )
    return LightboxCard(
        id=str(asset.ref.id),
        title=title_of(asset),
        subtitle=" · ".join(filter(None, said)),
        alt=asset.alt_text,
        kind=_KINDS.get(asset.origin, ""),
        src=asset.ref.url(""),
        width=asset.ref.width_px,
        height=asset.ref.height_px,
        product=str(asset.product_id or ""),
        is_judged=asset.origin.is_made,
        review=asset.review_state.value,
        reason=asset.review_reason,
        rating=asset.rating,
        is_pinned=asset.is_pinned,
    )
