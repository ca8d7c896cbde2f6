"""The studio session that a browser tab works in: found again by its address, saved by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.setting_layers import SettingsLayer, layer_from_json, layer_to_json
from core.domain.studio_sessions import StudioSession
from core.errors import ConflictError, NotFoundError
from ui.components.empty import empty_state
from ui.components.layer_form import reset_layer_form
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.navigation import MAX_ID, id_in_address
from ui.state import state_of

FORM = "studio.form"
"""The key of the form of settings in the studio."""
_WORTH_KEEPING = ("layer", "rows", "photos", "written", "preset_id", "batch")
_SUBJECTS = ("product_ids", "collection_id", "shot_id")


@dataclass
class SessionState:
    """The session of this tab; `is_overtaken` when another tab saved it meanwhile.

    `stored` is what it held when it was read or saved. `revision` rises when something else than
    the widgets themselves changes what they show. `undo` is what the last deed put aside: the
    sentence that names the deed, and what the session said before and after it.
    """

    session: StudioSession | None = None
    stored: Mapping[str, Any] = field(default_factory=dict)
    is_overtaken: bool = False
    revision: int = 0
    undo: tuple[str, Mapping[str, Any], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class StudioWork:
    """What a session's state says: for which products, with what, begun from what.

    `rows`, `photos` and `written` are what is said of single products: their layers, the photos
    to use instead of the primary ones, and prompts that a person wrote.
    """

    product_ids: tuple[int, ...] = ()
    collection_id: int | None = None
    shot_id: int | None = None
    preset_id: int | None = None
    layer: SettingsLayer = field(default_factory=SettingsLayer)
    rows: Mapping[int, SettingsLayer] = field(default_factory=dict)
    photos: Mapping[int, int] = field(default_factory=dict)
    written: Mapping[int, str] = field(default_factory=dict)

    def to_state(self) -> dict[str, Any]:
        """Return it as the JSON object that a session keeps."""
        return {
            "product_ids": list(self.product_ids),
            "collection_id": self.collection_id,
            "shot_id": self.shot_id,
            "preset_id": self.preset_id,
            "layer": layer_to_json(self.layer),
            "rows": {str(each): layer_to_json(layer) for each, layer in self.rows.items()},
            "photos": {str(each): photo_id for each, photo_id in self.photos.items()},
            "written": {str(each): text for each, text in self.written.items() if text},
        }


def work_of(state: Mapping[str, Any]) -> StudioWork:
    """Return what a session's state says; what cannot be read is left out."""
    ids = state.get("product_ids")
    return StudioWork(
        product_ids=tuple(each for each in ids if _is_id(each)) if isinstance(ids, list) else (),
        collection_id=_id(state.get("collection_id")),
        shot_id=_id(state.get("shot_id")),
        preset_id=_id(state.get("preset_id")),
        layer=layer_from_json(state.get("layer")),
        rows={each: layer_from_json(value) for each, value in _by_product(state, "rows", dict)},
        photos={each: value for each, value in _by_product(state, "photos", int) if _is_id(value)},
        written=dict(_by_product(state, "written", str)),
    )


def current_session(actor: Actor) -> StudioSession:
    """Return the session of this tab; one that nothing was said in yet has the id 0.

    The address names it (`?session=`), or what it is about (`?product=`, `?products=`,
    `?collection=`, `?shot=`): that begins anew, unless this tab works on just that, or on nothing
    yet. A preset (`?preset=`) begins anew too. An address that names nothing goes on with the
    last session.
    """
    mine = state_of(SessionState)
    named, subject = id_in_address("session"), _subject_of_address()
    if (preset_id := _take_preset()) is not None:
        named = None
        hold_session(new_session({**(subject or {}), "preset_id": preset_id}))
    if named is not None and (mine.session is None or mine.session.id != named):
        hold_session(_load(actor, named))
    elif named is None and subject is not None:
        if mine.session is None or not (_is_open(mine.session) or _is_about(mine.session, subject)):
            hold_session(new_session(subject))
    elif mine.session is None:
        hold_session(services().studio_sessions.find_latest(actor) or new_session({}))
    session = mine.session or new_session({})
    if subject is not None and not _is_about(session, subject):
        session = replace(session, state={**session.state, **_NO_SUBJECT, **subject})
        mine.session = session
    _name_in_address(session)
    return session


def new_session(state: Mapping[str, Any]) -> StudioSession:
    """Return a session that is kept as soon as something is said in it."""
    now = datetime.now(UTC)
    return StudioSession(0, "", {**StudioWork().to_state(), **state}, 0, now, now)


def hold_session(session: StudioSession) -> None:
    """Let this tab work in this session from now on."""
    mine = state_of(SessionState)
    mine.session, mine.is_overtaken = session, False
    mine.stored = session.state
    mine.undo = None
    mine.revision += 1
    reset_layer_form(FORM)


def change(
    actor: Actor,
    work: StudioWork,
    *,
    name: str = "",
    before: StudioWork | None = None,
    deed: str = "",
) -> None:
    """Let the session of this tab say this, whatever its widgets say, and save it.

    With what it said before, a bar that names the deed offers to undo it.
    """
    mine = state_of(SessionState)
    session = mine.session or new_session({})
    mine.revision += 1
    reset_layer_form(FORM)
    mine.undo = (deed, before.to_state(), work.to_state()) if before is not None else None
    keep(actor, session, {**session.state, **work.to_state()}, name=name)


def keep(
    actor: Actor,
    session: StudioSession,
    state: Mapping[str, Any],
    *,
    name: str = "",
    must_open: bool = False,
) -> StudioSession:
    """Save the state if it changed and return the session as it is now; for the end of a run.

    A session is begun, under this name, with the first thing that is said in it, or at once where
    it must be open. When another
    tab saved it meanwhile, nothing is overwritten: the page asks what to do.
    """
    mine = state_of(SessionState)
    session = mine.session = replace(session, state=dict(state))
    opens = not session.id and (must_open or any(state.get(part) for part in _WORTH_KEEPING))
    if mine.is_overtaken or not actor.role.may_edit:
        return session
    if session.state == mine.stored and not opens:
        return session
    try:
        if session.id:
            version = services().studio_sessions.save(
                actor, session.id, state, version=session.version
            )
            session = replace(session, version=version)
        elif opens:
            session = services().studio_sessions.open(actor, name, state)
            _name_in_address(session)
    except ConflictError:
        mine.is_overtaken = True
        st.rerun()
    mine.session, mine.stored = session, session.state
    return session


def show_undo(actor: Actor, work: StudioWork) -> None:
    """Offer to take back the last deed, as long as nothing else was said since."""
    mine = state_of(SessionState)
    if mine.undo is None or not actor.role.may_edit:
        return
    deed, before, after = mine.undo
    said = work.to_state()
    if any(said[part] != after[part] for part in ("layer", "preset_id", "written")):
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", border=True, key="studio.undo"
    ):
        st.markdown(f":small[{escape_markdown(deed)}]", width="stretch")
        if st.button("Undo", icon=":material/undo:", type="tertiary", key="studio.undo.go"):
            change(actor, work_of({**said, **before}))
            st.rerun()


def show_overtaken(actor: Actor) -> None:
    """Ask what to do when the session is open in another tab too, and do it."""
    mine = state_of(SessionState)
    if not mine.is_overtaken or mine.session is None:
        return
    session = mine.session
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="studio.both"):
        st.markdown(
            ":orange[:material/tab_duplicate:] This session is also open in another tab, and was "
            "changed there. What you set here is not saved.",
            width="stretch",
        )
        with expected_errors():
            if st.button("Take over", key="studio.both.over", icon=":material/save:"):
                newest = services().studio_sessions.get(actor, session.id)
                version = services().studio_sessions.save(
                    actor, session.id, session.state, version=newest.version
                )
                mine.session, mine.is_overtaken = replace(session, version=version), False
                mine.stored = session.state
                st.rerun()
            if st.button("Open that one", key="studio.both.open", icon=":material/sync:"):
                hold_session(services().studio_sessions.get(actor, session.id))
                st.rerun()


def is_about_many(session: StudioSession) -> bool:
    """Say whether the session, or the address, is about more than one product."""
    return (
        any(name in st.query_params for name in ("products", "collection"))
        or session.state.get("collection_id") is not None
        or len(work_of(session.state).product_ids) > 1
    )


def name_subject(session: StudioSession) -> None:
    """Put what the session is about into the address, where the address does not say it."""
    if _subject_of_address() is not None:
        return
    work = work_of(session.state)
    named = {
        "collection": work.collection_id,
        "shot": session.state.get("shots") or work.shot_id,
        "products": ",".join(map(str, work.product_ids)) if len(work.product_ids) > 1 else None,
        "product": work.product_ids[0] if len(work.product_ids) == 1 else None,
    }
    for name, value in named.items():
        if value is not None:
            st.query_params[name] = str(value)


def _load(actor: Actor, session_id: int) -> StudioSession:
    try:
        session = services().studio_sessions.get(actor, session_id)
    except NotFoundError:
        session = None
    if session is None or session.trashed_at is not None:
        _say_gone(actor, session)
    return session


def _say_gone(actor: Actor, session: StudioSession | None) -> NoReturn:
    if session is None:
        what, text = "could not be found", "It may have been deleted, or it is somebody else's."
    else:
        what, text = "is in the trash", "Restore it to go on with it."
    row = empty_state("search_off", f"This session {what}", text)
    if session is not None and row.button("Restore", icon=":material/restore_from_trash:"):
        services().studio_sessions.restore(actor, [session.id])
        st.rerun()
    if row.button("Begin anew", icon=":material/add:", key="studio.session.anew"):
        begin_anew()
    st.stop()


def begin_anew(state: Mapping[str, Any] | None = None) -> NoReturn:
    """Draw the studio with a new session, which holds nothing but this."""
    hold_session(new_session(state or {}))
    st.query_params.clear()
    st.rerun()


_NO_SUBJECT: Mapping[str, Any] = {"product_ids": [], "collection_id": None, "shot_id": None}


def _subject_of_address() -> dict[str, Any] | None:
    """Return what the address is about, as the state says it, or None if it names nothing."""
    query = st.query_params
    if not any(name in query for name in ("product", "products", "collection", "shot")):
        return None
    words = query.get("products", query.get("product", "")).split(",")
    ids = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 20]  # noqa: PLR2004 - digits of the largest id
    return {
        "product_ids": list(dict.fromkeys(each for each in ids if _is_id(each))),
        "collection_id": id_in_address("collection"),
        "shot_id": id_in_address("shot"),
        "shots": query["shot"][:200] if "," in query.get("shot", "") else "",
    }


def _take_preset() -> int | None:
    """Return the preset that the address begins with, once: a reload begins nothing anew."""
    preset_id = id_in_address("preset")
    if "preset" in st.query_params:
        del st.query_params["preset"]
        st.query_params.pop("session", None)
    return preset_id


def _is_open(session: StudioSession) -> bool:
    """Say whether the session is not about anything yet, so that what is named is its subject."""
    return session.id == 0 and not any(session.state.get(name) for name in _SUBJECTS)


def _is_about(session: StudioSession, subject: Mapping[str, Any]) -> bool:
    return all(session.state.get(name) == subject[name] for name in _SUBJECTS)


def _name_in_address(session: StudioSession) -> None:
    wanted = str(session.id)
    if session.id and st.query_params.get("session") != wanted:
        st.query_params["session"] = wanted


def _by_product(state: Mapping[str, Any], part: str, kind: type) -> list[tuple[int, Any]]:
    found = state.get(part)
    if not isinstance(found, Mapping):
        return []
    return [
        (int(name), value)
        for name, value in found.items()
        if name.isascii() and name.isdecimal() and isinstance(value, kind)
    ]


def _id(value: object) -> int | None:
    return value if isinstance(value, int) and _is_id(value) else None


def _is_id(value: object) -> bool:
    return type(value) is int and 0 < value <= MAX_ID
