"""OpenAPI 3.1 of every operation, from the models the handlers parse and the access markers."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from chalice.app import Chalice
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, JsonSchemaValue, models_json_schema

from chalicelib.settings import settings
from chalicelib.web.auth import Access, Public, Shopper, StaffOnly, access_of
from chalicelib.web.errors import PROBLEMS
from chalicelib.web.operations import Operation, description_of

Schemas: TypeAlias = Mapping[tuple[Any, JsonSchemaMode], JsonSchemaValue]

_REF = "#/components/schemas/{model}"

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `type` is explained at its own address.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "examples": [f"/problems/{row.slug}" for row in PROBLEMS.values()],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The request's id."},
        "field": {"type": "string", "description": "The input at fault, if one is."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason", "code"],
                "properties": {key: {"type": "string"} for key in ("field", "reason", "code")},
            },
        },
    },
}

_KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same request gives the first answer again, for a day.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
}

_MATCH_HEADER = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag the change was decided on; 412 if it is no longer that.",
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}")$', "examples": ['"3"']},
}


def document(app: Chalice) -> dict[str, Any]:
    """The whole document; the same app gives the same document, in the same order."""
    found = list(_operations(app))
    wanted = {pair: None for *_, one in found for pair in _models(one)}
    schemas, definitions = models_json_schema(list(wanted), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for path, method, access, one in found:
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, access, one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Aftercare",
            "version": "1",
            "summary": "The after-sales desk of an online shop.",
        },
        "servers": [{"url": settings().public_url}],
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-aftercare"},
            },
        },
    }


def by_tag(api: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """A document's operations as path, method and operation, under their tag."""
    tags: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in api["paths"].items():
        for method, one in methods.items():
            tags.setdefault(one["tags"][0], []).append((path, method, one))
    return dict(sorted(tags.items()))


def _operations(app: Chalice) -> list[tuple[str, str, Access, Operation]]:
    return [
        (path, method, access_of(entry.view_function), one)
        for path, entries in sorted(app.routes.items())
        for method, entry in sorted(entries.items())
        if method != "HEAD" and isinstance(one := description_of(entry.view_function), Operation)
    ]


def _models(one: Operation) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    modes: tuple[tuple[type[BaseModel] | str | None, JsonSchemaMode], ...] = (
        (one.takes, "validation"),
        (one.gives, "serialization"),
    )
    return [(model, mode) for model, mode in modes if isinstance(model, type)]


def _operation(
    path: str, method: str, access: Access, one: Operation, schemas: Schemas
) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", path)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    if one.query is not None:
        parameters += _query(one.query)
    if method == "POST":
        parameters.append(_KEY_HEADER)
    if method in ("POST", "PUT", "PATCH", "DELETE") and names:
        parameters.append(_MATCH_HEADER)
    said: dict[str, Any] = {
        "operationId": f"{method.lower()}{re.sub(r'[^a-zA-Z0-9]+', '_', path).rstrip('_')}",
        "tags": [path.split("/")[1] or "meta"],
        "summary": one.summary,
        **_security(access),
        "responses": {str(one.status): _answer(one, schemas), "default": _refusal()},
    }
    if parameters:
        said["parameters"] = parameters
    if one.takes is not None:
        # Forms are read too, but lists in them are spelled as HTML can, not as OpenAPI would.
        content = {"application/json": {"schema": schemas[one.takes, "validation"]}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema.get("properties", {}).items()
    ]


def _security(access: Access) -> dict[str, Any]:
    match access:
        case StaffOnly(permission):
            needed = {"x-permission": str(permission)} if permission else {}
            return {"security": [{"token": []}, {"session": []}], **needed}
        case Shopper(purpose):
            return {"security": [], "x-link": purpose}
        case Public():
            return {"security": []}


def _answer(one: Operation, schemas: Schemas) -> dict[str, Any]:
    match one.gives:
        case None:
            return {"description": "Done."}
        case str(media):
            content: dict[str, Any] = {media: {}}
        case model:
            content = {"application/json": {"schema": schemas[model, "serialization"]}}
    return {"description": "Done.", "content": content}


def _refusal() -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    return {
        "description": "Refused; the document says why.",
        "content": {"application/problem+json": {"schema": schema}},
    }
