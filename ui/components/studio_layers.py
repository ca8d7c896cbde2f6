"""What holds below a request, and settings of pictures that were made as a layer again."""

from core.domain.accounts import Actor
from core.domain.generation import GenerationSettings
from core.domain.plans import MadeFor, StudioRequest
from core.domain.setting_layers import (
    ADDED_UP,
    LAYER_FIELDS,
    Level,
    Resolved,
    SettingsLayer,
    merge,
)
from ui.context import services


def below_request(
    actor: Actor, product_id: int, layer: SettingsLayer, made_for: MadeFor
) -> Resolved:
    """Return what holds for a product where the request says nothing, asked for by itself.

    What a category says for single scene types depends on the one that the request chooses.
    """
    asked = StudioRequest(SettingsLayer(scene_type=layer.scene_type), made_for=made_for)
    found = services().generation.resolve(actor, [product_id], asked)
    return without_request(found.get(product_id, Resolved()))


def without_request(resolved: Resolved) -> Resolved:
    """Return of what the layers came to only what weaker levels than the request say.

    What they say where the request says something else is not known from that.
    """
    sources = {
        name: source
        for name, source in resolved.sources.items()
        if source.level is not Level.REQUEST
    }
    said = {name: getattr(resolved.layer, name) for name in sources}
    parts = {
        name: tuple(part for part in parts if part.source.level is not Level.REQUEST)
        for name, parts in resolved.parts.items()
    }
    return Resolved(SettingsLayer(**said), sources, parts)


def layer_of(settings: GenerationSettings) -> SettingsLayer:
    """Return a layer that asks for exactly these settings, whatever the levels below it say."""
    said = {name: getattr(settings, name) for name in LAYER_FIELDS}
    return SettingsLayer(**said, starts_anew=frozenset(ADDED_UP))


def both_layers(weaker: SettingsLayer, stronger: SettingsLayer) -> SettingsLayer:
    """Return one layer that says what both say, the stronger one last."""
    both = merge([(Level.PRESET, "", weaker), (Level.REQUEST, "", stronger)])
    said = {
        name: getattr(both.layer, name) for name, source in both.sources.items() if not source.style
    }
    return SettingsLayer(**said, starts_anew=weaker.starts_anew | stronger.starts_anew)
