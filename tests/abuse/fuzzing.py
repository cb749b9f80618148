"""Requests made up from an OpenAPI description, and the app's answers held against it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import count
from typing import Any

import requests
import schemathesis
from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalGateway, LocalGatewayException
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests.adapters import BaseAdapter, HTTPAdapter
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

_HOST = "http://desk.invalid"

Values = Mapping[str, str]


class Gateway(BaseAdapter):
    """API Gateway and the app behind it, as a place that `requests` sends to."""

    def __init__(self, app: Chalice) -> None:
        super().__init__()
        self._gateway = LocalGateway(app, Config.create())
        self._adapter = HTTPAdapter()

    def send(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> requests.Response:
        body = request.body or b""
        answer = self._gateway.handle_request(
            request.method,
            request.path_url,
            dict(request.headers),
            body.encode() if isinstance(body, str) else body,
        )
        said = answer["body"]
        raw = HTTPResponse(
            body=BytesIO(said if isinstance(said, bytes) else said.encode()),
            headers=answer["headers"],
            status=answer["statusCode"],
            preload_content=False,
        )
        return self._adapter.build_response(request, raw)

    def close(self) -> None:
        self._adapter.close()


def caller(app: Chalice, headers: Mapping[str, str]) -> requests.Session:
    """Somebody who sends these headers, whatever else; the app answers."""
    made = requests.Session()
    made.mount(_HOST, Gateway(app))
    made.headers.update(headers)
    return made


def operations(description: Mapping[str, Any]) -> Iterator[APIOperation]:
    """Everything that a description says one can ask for."""
    for found in schemathesis.openapi.from_dict(dict(description)).get_all_operations():
        yield found.ok()


def knowing(description: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """The description with what is known wherever a request names it."""
    return {
        **description,
        "paths": {
            path: {
                method: _knowing(operation, values, description["components"]["schemas"])
                for method, operation in methods.items()
            }
            for path, methods in description["paths"].items()
        },
    }


def _knowing(operation: Any, values: Values, models: Mapping[str, Any]) -> Any:
    def parameter(one: Any) -> Any:
        known = one["name"] in values
        return {**one, "schema": {"const": values[one["name"]]}} if known else one

    said = {**operation, "parameters": [parameter(one) for one in operation.get("parameters", ())]}
    if "requestBody" in said:
        told = _told(said["requestBody"], values, models, inside=())
        said["requestBody"] = told
    return said


def _told(schema: Any, values: Values, models: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    """A schema with every model in its place, except inside of itself, and known values in it."""

    def told(inner: Any) -> Any:
        return _told(inner, values, models, inside)

    match schema:
        case {"$ref": str(ref)} if ref not in inside:
            return _told(models[ref.rpartition("/")[2]], values, models, (*inside, ref))
        case {"properties": dict(fields)}:
            known = {name: {"const": values[name]} for name in fields if name in values}
            needed = sorted({*schema.get("required", ()), *known})
            return {**schema, "properties": told(fields) | known, "required": needed}
        case dict():
            return {name: told(inner) for name, inner in schema.items()}
        case list():
            return [told(inner) for inner in schema]
        case _:
            return schema


def fitting(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Requests that keep to the description and bring no headers of their own."""
    return operation.as_strategy(headers={"X-Request-Id": "a-fitting-request"})


def any_kind(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Requests that keep to the description, and such as do not."""
    return st.one_of(
        operation.as_strategy(GenerationMode.POSITIVE),
        operation.as_strategy(GenerationMode.NEGATIVE),
    )


def wrong_answers(
    cases: st.SearchStrategy[Case],
    ask: Callable[[Case], Iterable[requests.Response]],
    *,
    examples: int,
    seeded: int,
) -> list[str]:
    """What is wrong with the answers to so many requests, each told with its request."""
    found: list[str] = []

    @seed(seeded)
    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def hold(case: Case) -> None:
        try:
            for answer in ask(case):
                case.validate_response(answer, checks=CHECKS)
        except LocalGatewayException:
            pass  # No route of ours: API Gateway answers by itself.
        except FailureGroup as group:
            told = case.as_curl_command()
            found.extend(f"{case.operation.label}: {one}\n{told}" for one in group.exceptions)

    hold()
    return found


def each(callers: Iterable[requests.Session]) -> Callable[[Case], Iterator[requests.Response]]:
    """Let one after the other send the same."""
    return lambda case: (case.call(base_url=_HOST, session=one) for one in callers)


def twice(through: requests.Session) -> Callable[[Case], Iterator[requests.Response]]:
    """Ask under a key of its own, as if the answer had been lost, and again."""
    keys = count()

    def ask(case: Case) -> Iterator[requests.Response]:
        headers = {"Idempotency-Key": f"{case.operation.label}{next(keys)}".replace(" ", "")}
        for _ in range(2):
            yield case.call(base_url=_HOST, session=through, headers=headers)

    return ask


def opened(through: requests.Session, address: str) -> requests.Response:
    """What somebody sees there."""
    return through.get(_HOST + address)
