"""Moto without what it does again and again: it copies a whole table for every write of a
transaction, looks for other names of attributes that its answers do not hold, and checks the parts
of an expression that it checks as a whole. The suite takes two thirds of the time."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from moto.core.serialize import ResponseSerializer
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

_write_all = DynamoDBBackend.transact_write_items
_value_of = ResponseSerializer.get_value


def make_quick() -> None:
    """For this process."""
    DynamoDBBackend.transact_write_items = _written
    ResponseSerializer.get_value = _named_value
    DepthFirstTraverser.nodes_to_be_processed = _remembered(
        DepthFirstTraverser.nodes_to_be_processed
    )
    for validator, check in (
        (ActionCountValidator, "verify_action_counts"),
        (OverlappingPathsValidator, "check_for_overlapping_paths"),
    ):
        setattr(validator, check, _of_the_whole(getattr(validator, check)))


def _written(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    with _one_copy_each():
        _write_all(self, transact_items)


@contextmanager
def _one_copy_each() -> Iterator[None]:
    """Of each table there is one copy to go back to, made before the first write."""
    kept: dict[int, Any] = {}

    def deepcopy(of: Any) -> Any:
        if not isinstance(of, models.Table):
            return copy.deepcopy(of)
        if id(of) not in kept:
            kept[id(of)] = copy.deepcopy(of)
        return kept[id(of)]

    models.copy = SimpleNamespace(deepcopy=deepcopy, copy=copy.copy)
    try:
        yield
    finally:
        models.copy = copy


def _named_value(self: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
    if type(value) is dict and self.operation_model.service_model.service_name == "dynamodb":
        return value.get(key)
    return _value_of(self, value, key, shape)


def _remembered(nodes: Callable[[Any], tuple[type, ...]]) -> Callable[[Any], tuple[type, ...]]:
    """Which nodes a traverser is for, asked of it once."""
    kept: dict[type, tuple[type, ...]] = {}

    def remembered(self: Any) -> tuple[type, ...]:
        return kept.get(type(self)) or kept.setdefault(type(self), nodes(self))

    return remembered


def _of_the_whole(check: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A check of the whole expression covers its parts."""

    def checked(self: Any, node: Any) -> Any:
        return node if node.parent is not None else check(self, node)

    return checked
