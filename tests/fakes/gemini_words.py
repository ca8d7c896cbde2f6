"""What Google's generateContent accepts for a text model, and a good answer of the asked schema."""

from collections.abc import Mapping
from typing import Any

TEXT_MODELS = ("gemini-3.8-flash", "gemini-3.5-flash-lite")
MAX_OUTPUT_TOKENS = 65_536
_PLAIN = {"number": 0.9, "integer": 4, "boolean": True}
_WORDS = {
    "hex": "#8a6b4f",
    "name": "walnut",
    "category": "Chairs",
    "alt_text": "A chair by a window.",
}


def schema_in(config: Any) -> Mapping[str, Any]:  # noqa: ANN401 - what a client sent
    """Return the schema that the answer has to keep to, or raise `ValueError` with a sentence."""
    if not isinstance(config, dict):
        raise ValueError("generation_config must be an object")  # noqa: TRY004 - Google's 400
    for key in config:
        if key not in ("responseMimeType", "responseJsonSchema", "maxOutputTokens"):
            raise ValueError(f"Unknown name \"{key}\" at 'generation_config': Cannot find field.")
    if config.get("responseMimeType") != "application/json":
        raise ValueError("response_mime_type must be application/json with a schema")
    schema = config.get("responseJsonSchema")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise ValueError("response_json_schema must be the schema of an object")
    tokens = config.get("maxOutputTokens")
    if not isinstance(tokens, int) or not 0 < tokens <= MAX_OUTPUT_TOKENS:
        raise ValueError("max_output_tokens must be within the range [1, 65536]")
    return schema


def answer_to(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return the same good answer to every question with this schema."""
    return _value(schema, schema.get("$defs", {}), "")


def _value(schema: Mapping[str, Any], known: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON
    if "$ref" in schema:
        return _value(known[schema["$ref"].rpartition("/")[2]], known, name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {key: _value(each, known, key) for key, each in schema["properties"].items()}
    if kind == "array":
        return [_value(schema["items"], known, name)]
    return _PLAIN.get(str(kind), _WORDS.get(name, f"seen {name}".replace("_", " ").strip()))
