"""Of the studio: presets, sessions, settings and inspiration."""

from core.domain.inspiration import UnsplashQuery
from core.domain.plans import StudioRequest
from core.domain.setting_layers import Level
from tests.core.services.probes.world import PRESET, Probe

PROBES: dict[str, list[Probe]] = {
    "cascade.resolve": [lambda w, i: w.app.cascade.resolve(w.ben, [i.product], StudioRequest())],
    "cascade.below": [
        lambda w, i: w.app.cascade.below(w.ben, Level.PRODUCT, i.product),
        lambda w, i: w.app.cascade.below(w.ben, Level.CATEGORY, i.product),
    ],
    "presets.get": [lambda w, i: w.app.presets.get(w.ben, i.preset)],
    "presets.update": [lambda w, i: w.app.presets.update(w.ben, i.preset, PRESET)],
    "presets.go_back": [lambda w, i: w.app.presets.go_back(w.ben, i.preset, 1)],
    "presets.versions": [lambda w, i: w.app.presets.versions(w.ben, i.preset)],
    "presets.results": [lambda w, i: w.app.presets.results(w.ben, i.preset)],
    "presets.results_of": [
        lambda w, i: w.app.presets.results_of(w.ben, [i.preset]),
        lambda w, i: len(w.app.presets.results_of(w.ben, [w.bens.preset, i.preset])),
    ],
    "presets.best_pictures": [lambda w, i: w.app.presets.best_pictures(w.ben, [i.preset])],
    "presets.pictures": [lambda w, i: w.app.presets.pictures(w.ben, i.preset)],
    "presets.trash": [lambda w, i: w.app.presets.trash(w.ben, [i.preset])],
    "presets.restore": [lambda w, i: w.app.presets.restore(w.ben, [i.preset])],
    "inspiration.use_unsplash": [
        lambda w, i: w.app.inspiration.use_unsplash(w.ben, UnsplashQuery("oak"), str(i.photo))
    ],
    "studio_sessions.get": [lambda w, i: w.app.studio_sessions.get(w.ben, i.studio)],
    "studio_sessions.save": [
        lambda w, i: w.app.studio_sessions.save(w.ben, i.studio, {}, version=1)
    ],
    "studio_sessions.rename": [lambda w, i: w.app.studio_sessions.rename(w.ben, i.studio, "Mine")],
    "studio_sessions.duplicate": [lambda w, i: w.app.studio_sessions.duplicate(w.ben, i.studio)],
    "studio_sessions.trash": [lambda w, i: w.app.studio_sessions.trash(w.ben, [i.studio])],
    "studio_sessions.restore": [lambda w, i: w.app.studio_sessions.restore(w.ben, [i.studio])],
}

EVERYBODY_MAY = {
    "cascade.below",
    "cascade.resolve",
    "presets.best_pictures",
    "presets.get",
    "presets.pictures",
    "presets.results",
    "presets.results_of",
    "presets.versions",
    "studio_sessions.get",
}
"""What a viewer may do with what is theirs; all else only who may edit."""
