"""Of accounts, costs, tasks and the trash."""

from core.domain.trash import TrashKind
from tests.core.services.probes.world import Probe

PROBES: dict[str, list[Probe]] = {
    "accounts.revoke_session": [lambda w, i: w.app.accounts.revoke_session(w.ben, i.session)],
    "accounts.set_admin": [lambda w, i: w.app.accounts.set_admin(w.ben, i.user, is_admin=True)],
    "accounts.set_disabled": [
        lambda w, i: w.app.accounts.set_disabled(w.ben, i.user, is_disabled=True)
    ],
    "usage.of_product": [lambda w, i: w.app.usage.of_product(w.ben, i.product).calls],
    "tasks.get": [lambda w, i: w.app.tasks.get(w.ben, i.task)],
    "tasks.cancel": [lambda w, i: w.app.tasks.cancel(w.ben, i.task)],
    "trash.delete_for_good": [
        lambda w, i: w.app.trash.delete_for_good(w.ben, TrashKind.PRODUCTS, [i.thrown_product]),
        lambda w, i: w.app.trash.delete_for_good(w.ben, TrashKind.PICTURES, [i.thrown_picture]),
        lambda w, i: w.app.trash.delete_for_good(
            w.ben, TrashKind.COLLECTIONS, [i.thrown_collection]
        ),
        lambda w, i: w.app.trash.delete_for_good(w.ben, TrashKind.PRESETS, [i.thrown_preset]),
        lambda w, i: w.app.trash.delete_for_good(w.ben, TrashKind.SESSIONS, [i.thrown_studio]),
    ],
}

EVERYBODY_MAY = {
    "tasks.get",
    "usage.of_product",
}
"""What a viewer may do with what is theirs; all else only who may edit."""
