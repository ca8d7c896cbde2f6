"""Reading a posted form, no larger and no other than ours are."""

from urllib.parse import parse_qsl

from starlette.requests import Request

MAX_FORM_BYTES = 64 * 1024
_MAX_FIELDS = 20
_FORM = "application/x-www-form-urlencoded"


class FormError(Exception):
    """The body is no form that we sent out; `status` is what to answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields (the first of each name), or raise `FormError`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise FormError(415, "This form cannot be read.")
    body = await _read(request)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        raise FormError(400, "This form cannot be read.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise FormError(413, "This form is too long.")
    return bytes(body)
