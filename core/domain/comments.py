"""Comments: what people say of a picture, and whom they name in it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.assets import AssetRef

MAX_COMMENT_CHARS = 2000
MAX_COMMENTS = 1000
"""Of one picture: more is no conversation any more."""
MAX_MENTIONS = 20


@dataclass(frozen=True)
class Member:
    """A person of the workspace who can be named in a comment."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Mention:
    """Where a text names a person: from its `@` to the end of the name."""

    user_id: int
    start: int
    end: int


@dataclass(frozen=True)
class Comment:
    """What somebody said of a picture.

    `author` is empty for a person who is gone; `guest` names somebody who wrote through a share
    link. `mentions` are the places where people are named, in their order.
    """

    id: int
    asset_id: int
    author_id: int | None
    author: str
    guest: str
    body: str
    created_at: datetime
    edited_at: datetime | None = None
    mentions: tuple[Mention, ...] = ()

    def parts(self) -> Iterator[tuple[str, bool]]:
        """Yield the text in pieces, each with whether it names a person."""
        at = 0
        for mention in self.mentions:
            if mention.start > at:
                yield self.body[at : mention.start], False
            yield self.body[mention.start : mention.end], True
            at = mention.end
        if at < len(self.body):
            yield self.body[at:], False


@dataclass(frozen=True)
class CommentMention:
    """A comment that names the person who asks, with the picture that it is about."""

    comment: Comment
    ref: AssetRef
    label: str
    seen_at: datetime | None = None


def handles_of(members: Sequence[Member]) -> Mapping[int, str]:
    """Return by which word after `@` each member is named, so that it means nobody else.

    That is the name; of people with the same name what stands before the `@` of their e-mail
    address, or the whole address where that is the same too.
    """
    names = Counter(member.name.casefold() for member in members)
    locals_ = Counter(_local(member).casefold() for member in members)
    handles = {}
    for member in members:
        local = _local(member)
        if names[member.name.casefold()] == 1:
            handles[member.id] = member.name
        elif locals_[local.casefold()] == 1 and local.casefold() not in names:
            handles[member.id] = local
        else:
            handles[member.id] = member.email
    return handles


def mentions_in(body: str, members: Sequence[Member]) -> tuple[Mention, ...]:
    """Return where the text names members; the longest name that fits counts.

    An `@` inside a word, such as in an e-mail address, names nobody, and a name that several
    people have names none of them.
    """
    handles = sorted(handles_of(members).items(), key=lambda item: -len(item[1]))
    found: list[Mention] = []
    at = body.find("@")
    while at >= 0:
        end = at + 1
        if not (at and _is_of_word(body[at - 1])):
            match = _named(body, end, handles)
            if match is not None:
                found.append(Mention(match[0], at, match[1]))
                end = match[1]
        at = body.find("@", end)
    return tuple(found)


def _named(body: str, start: int, handles: Sequence[tuple[int, str]]) -> tuple[int, int] | None:
    for user_id, handle in handles:
        end = start + len(handle)
        is_whole = end >= len(body) or not _is_of_word(body[end])
        if is_whole and body[start:end].casefold() == handle.casefold():
            return user_id, end
    return None


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _local(member: Member) -> str:
    return member.email.partition("@")[0]
