"""An example for every model of the API's description, made of the examples and limits of its fields."""

from collections.abc import Mapping
from typing import Any

#: Examples by format, then by type: what a field without an example of its own shows.
BY_FORMAT: dict[str, Any] = {"date": "2026-03-01", "date-time": "2026-03-01T09:00:00Z", "binary": ""}
BY_TYPE: dict[str, Any] = {"string": "text", "boolean": False, "null": None}
#: Patterns of ids: a text that fits.
ID = "examplelearner00"
DEEPEST = 6


def add_examples(described: dict[str, Any]) -> dict[str, Any]:
    """Give every object among the schemas an example, unless it has one."""
    schemas = described["components"]["schemas"]
    for each in schemas.values():
        if each.get("type") == "object" and "examples" not in each:
            each["examples"] = [example(each, schemas)]
    return described


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """One value that a schema allows.

    >>> example({"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}, {})
    {'n': 3}
    """
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth)
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    parts = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if parts:
        # What is there says more than null; but a description ends somewhere.
        chosen = [each for each in parts if each.get("type") != "null"] if depth < DEEPEST else list(parts)[-1:]
        return example((chosen or parts)[0], schemas, depth)
    return _of_type(schema, schemas, depth)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        found = schema.get("properties", {})
        needed = [name for name in found if depth < DEEPEST or name in schema.get("required", ())]
        return {name: example(found[name], schemas, depth + 1) for name in needed}
    if kind == "array":
        if "prefixItems" in schema:
            return [example(each, schemas, depth + 1) for each in schema["prefixItems"]]
        least = int(schema.get("minItems", 1 if depth < DEEPEST else 0))
        return [example(schema.get("items", {}), schemas, depth + 1) for _ in range(least)]
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 1))
        return max(low, 1) if "maximum" not in schema else min(max(low, 1), schema["maximum"])
    if kind == "string" and schema.get("pattern", "").startswith("^[a-z0-9]"):
        return ID
    return BY_FORMAT.get(schema.get("format", ""), BY_TYPE.get(kind or "string"))
