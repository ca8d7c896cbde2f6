"""The brand kit of a workspace: what every prompt says, and which words none may hold."""

from collections.abc import Iterable

from core.domain.accounts import Actor
from core.domain.brand_kits import (
    MAX_BANNED_WORDS,
    MAX_BRAND_COLOURS,
    MAX_BRAND_NOTE_CHARS,
    MAX_BRAND_WORD_CHARS,
    MAX_BRAND_WORDS,
    BrandKit,
)
from core.domain.generation import is_colour
from core.domain.prompts import without_left_out
from core.errors import InvalidInputError
from core.services.access import must_edit
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database


class BrandKitService:
    """The brand kit of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: Actor) -> BrandKit:
        """Return the workspace's brand kit; an empty one if nobody wrote one."""
        with self._database.read() as work:
            return work.brand_kits.get(actor.workspace_id)

    def set(self, actor: Actor, kit: BrandKit) -> BrandKit:
        """Replace the workspace's brand kit and return it as it is kept.

        A kit whose own words or notes hold a word that it bans raises `InvalidInputError`: no
        picture could be made with it.
        """
        must_edit(actor)
        kit = _clean(kit)
        with self._database.begin() as work:
            if kit.logo_asset_id is not None:
                found = work.assets.labels(actor.workspace_id, [kit.logo_asset_id])
                if kit.logo_asset_id not in found or found[kit.logo_asset_id][2]:
                    raise InvalidInputError(
                        user_message="This logo is not there any more; choose another picture."
                    )
            work.brand_kits.set(actor.workspace_id, kit, updated_by=actor.user_id, now=work.now())
            work.audit_events.add(actor, "update", "brand_kit", actor.workspace_id)
        return kit


def require_allowed_words(kit: BrandKit, prompt: str) -> None:
    """Raise `InvalidInputError` that names it if a prompt holds a banned word.

    What is to be left out of the picture may name what is banned.
    """
    if banned := kit.find_banned(without_left_out(prompt)):
        raise InvalidInputError(
            user_message=f"The brand kit bans “{banned}”. Please use another word."
        )


def _clean(kit: BrandKit) -> BrandKit:
    palette = tuple(dict.fromkeys(colour.lower() for colour in kit.palette))
    if not all(is_colour(colour) for colour in palette):
        raise InvalidInputError(user_message="Choose a colour such as #f4f1ec.")
    if len(palette) > MAX_BRAND_COLOURS:
        raise InvalidInputError(user_message=f"Choose at most {MAX_BRAND_COLOURS} colours.")
    clean = BrandKit(
        palette=palette,
        words=_words(kit.words, "words to use", MAX_BRAND_WORDS),
        banned=_words(kit.banned, "banned words", MAX_BANNED_WORDS),
        notes=clean_text(kit.notes, "the style notes", max_chars=MAX_BRAND_NOTE_CHARS),
        logo_asset_id=kit.logo_asset_id,
    )
    for text in (*clean.words, clean.notes):
        if banned := clean.find_banned(text):
            raise InvalidInputError(
                user_message=f"“{banned}” is banned, and the kit's own words hold it. "
                "Take it out of one of them."
            )
    return clean


def _words(words: Iterable[str], what: str, most: int) -> tuple[str, ...]:
    lines = (
        clean_line(word, f"the {what}", max_chars=MAX_BRAND_WORD_CHARS, may_be_empty=True)
        for word in words
    )
    # Two that differ in their case only are one.
    kept = {line.casefold(): line for line in lines if line}
    if len(kept) > most:
        raise InvalidInputError(user_message=f"Keep at most {most} {what}.")
    return tuple(kept.values())
