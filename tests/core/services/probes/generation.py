"""Of generation: plans, jobs and what is done with them."""

from dataclasses import replace

from core.domain.generation import Backdrop
from core.domain.jobs import JobFilter
from core.domain.plans import MadeFor, Plan, StudioRequest
from tests.core.services.probes.world import Ids, Probe, World, chair_settings


def _submit(world: World, ids: Ids) -> object:
    own = world.app.generation.plan(world.ben, [world.bens.product], chair_settings(world))
    [item] = own.items
    stolen = replace(item, product_id=ids.product)
    return world.app.generation.submit(world.ben, replace(own, items=(stolen,)))


def _submit_photo(world: World, ids: Ids) -> object:
    own = world.app.generation.plan(world.ben, [world.bens.product], chair_settings(world))
    [item] = own.items
    stolen = replace(item, settings=replace(item.settings, photo_id=ids.photo))
    return world.app.generation.submit(world.ben, replace(own, items=(stolen,)))


def _submit_from(world: World, ids: Ids) -> object:
    own = world.app.generation.plan(world.ben, [world.bens.product], chair_settings(world))
    stolen = MadeFor(preset_id=ids.preset, session_id=ids.studio)
    return world.app.generation.submit(world.ben, replace(own, made_for=stolen))


def _skipped(plan: Plan) -> object:
    # Its own id comes back with each product that is skipped.
    return [(skipped.product_name, skipped.reason) for skipped in plan.skipped], len(plan.items)


PROBES: dict[str, list[Probe]] = {
    "generation.plan": [
        lambda w, i: w.app.generation.plan(w.ben, [i.product], chair_settings(w)),
        lambda w, i: _skipped(
            w.app.generation.plan(w.ben, [w.bens.product, i.product], chair_settings(w))
        ),
        lambda w, i: w.app.generation.plan(
            w.ben, [w.bens.product], chair_settings(w, photo_id=i.photo)
        ),
        lambda w, i: w.app.generation.plan(
            w.ben, [w.bens.product], chair_settings(w, backdrop=Backdrop("picture", str(i.upload)))
        ),
    ],
    "generation.resolve": [
        lambda w, i: w.app.generation.resolve(w.ben, [i.product], StudioRequest()),
        lambda w, i: w.app.generation.resolve(
            w.ben, [w.bens.product], StudioRequest(made_for=MadeFor(collection_id=i.collection))
        ),
        lambda w, i: w.app.generation.resolve(
            w.ben, [w.bens.product], StudioRequest(made_for=MadeFor(preset_id=i.preset))
        ),
        lambda w, i: w.app.generation.resolve(
            w.ben, [w.bens.product], StudioRequest(made_for=MadeFor(session_id=i.studio))
        ),
    ],
    "generation.submit": [_submit, _submit_photo, _submit_from],
    "generation.get": [lambda w, i: w.app.generation.get(w.ben, i.job)],
    "generation.history": [lambda w, i: w.app.generation.history(w.ben, i.job)],
    "generation.calls": [lambda w, i: w.app.generation.calls(w.ben, i.job)],
    "generation.jobs": [
        lambda w, i: w.app.generation.jobs(w.ben, JobFilter(product_id=i.product)),
        lambda w, i: w.app.generation.jobs(w.ben, JobFilter(person_id=i.user)),
        lambda w, i: w.app.generation.jobs(w.ben, JobFilter(submission_id=i.submission)),
    ],
    "generation.find_submission": [
        lambda w, i: w.app.generation.find_submission(w.ben, i.submission)
    ],
    "job_control.accept_loss": [lambda w, i: w.app.job_control.accept_loss(w.ben, i.job)],
    "job_control.cancel": [lambda w, i: w.app.job_control.cancel(w.ben, i.job)],
    "job_control.repeat_lost": [lambda w, i: w.app.job_control.repeat_lost(w.ben, i.job)],
    "job_control.retry": [lambda w, i: w.app.job_control.retry(w.ben, i.job, accept_unknown=True)],
    "job_control.pause": [lambda w, i: w.app.job_control.pause(w.ben, i.job)],
    "job_control.resume": [lambda w, i: w.app.job_control.resume(w.ben, i.job)],
    "job_control.edit_prompt": [lambda w, i: w.app.job_control.edit_prompt(w.ben, i.job, "Mine")],
    "job_control.move_to_front": [lambda w, i: w.app.job_control.move_to_front(w.ben, i.job)],
    "job_control.run_later": [lambda w, i: w.app.job_control.run_later(w.ben, i.job, None)],
}

EVERYBODY_MAY = {
    "generation.calls",
    "generation.find_submission",
    "generation.get",
    "generation.history",
    "generation.jobs",
    "generation.plan",
    "generation.resolve",
}
"""What a viewer may do with what is theirs; all else only who may edit."""
