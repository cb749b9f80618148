"""Moto without what it does again and again: it copies a whole table for every write of a
transaction and every map that it weighs, looks for other names of attributes that
its answers do not hold, and checks the parts of an expression that it checks as a whole. The suite
takes half the time."""

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

from moto.core.serialize import ResponseSerializer
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.utilities import bytesize
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node, UpdateExpression
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

_write_all = DynamoDBBackend.transact_write_items
_value_of = ResponseSerializer.get_value
_size_of = DynamoType.size


def make_quick() -> None:
    """For this process."""
    DynamoDBBackend.transact_write_items = _written
    LimitedSizeDict.__deepcopy__ = _attributes_copied
    DynamoType.size = _size
    ResponseSerializer.get_value = _named_value
    UpdateExpressionParser.make = _parsed
    validators.deepcopy = _copied_tree
    DepthFirstTraverser.traverse_node_recursively = _traversed
    DepthFirstTraverser.nodes_to_be_processed = _remembered(
        DepthFirstTraverser.nodes_to_be_processed
    )
    for validator, check in (
        (ActionCountValidator, "verify_action_counts"),
        (OverlappingPathsValidator, "check_for_overlapping_paths"),
    ):
        setattr(validator, check, _of_the_whole(getattr(validator, check)))


def _written(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    with _small_copies(transact_items):
        _write_all(self, transact_items)


@contextmanager
def _small_copies(transact_items: list[dict[str, Any]]) -> Iterator[None]:
    """Of each table there is one copy to go back to, made before the first write, in which only
    what is written to is copied."""
    kept: dict[int, Any] = {}

    def deepcopy(of: Any) -> Any:
        if not isinstance(of, models.Table):
            return copy.deepcopy(of)
        if id(of) not in kept:
            kept[id(of)] = _copied(of, transact_items)
        return kept[id(of)]

    models.copy = SimpleNamespace(deepcopy=deepcopy, copy=copy.copy)
    try:
        yield
    finally:
        models.copy = copy


def _copied(table: models.Table, transact_items: list[dict[str, Any]]) -> models.Table:
    kept = copy.copy(table)
    kept.items = copy.copy(table.items)
    if table.has_range_key:
        kept.items.update({key: dict(items) for key, items in table.items.items()})
    for written in transact_items:
        [operation] = written.values()
        if operation["TableName"] == table.name and "Update" in written:
            _copy_item(kept, operation["Key"])
    if table.stream_shard is not None:
        kept.stream_shard = copy.copy(table.stream_shard)
        kept.stream_shard.table = kept
        kept.stream_shard.items = list(table.stream_shard.items)
    return kept


def _copy_item(table: models.Table, key: dict[str, Any]) -> None:
    """The one kind of write that changes an item where it is; others put another in its place."""
    hash_key = DynamoType(key[table.hash_key_attr])
    if table.range_key_attr is None:
        found, place = table.items, hash_key
    else:
        found, place = table.items.get(hash_key, {}), DynamoType(key[table.range_key_attr])
    if place in found:
        found[place] = copy.deepcopy(found[place])


def _named_value(self: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
    if type(value) is dict and self.operation_model.service_model.service_name == "dynamodb":
        return value.get(key)
    return _value_of(self, value, key, shape)


def _attributes_copied(self: LimitedSizeDict, memo: dict[int, Any]) -> LimitedSizeDict:
    copied = LimitedSizeDict()
    dict.update(copied, {key: copy.deepcopy(value, memo) for key, value in self.items()})
    return copied


def _size(self: DynamoType) -> int:
    if self.is_map():
        return sum(bytesize(key) + value.size() for key, value in self.value.items())
    return _size_of(self)


def _traversed(self: DepthFirstTraverser, node: Any, child_id: int = -1) -> Any:
    parent, kinds = node.parent, self.nodes_to_be_processed()
    for place, child in enumerate(node.children or ()):
        self.pre_processing_of_child(node, place)
        if _is_of(type(child), (Node,)):
            _traversed(self, child, place)
    if _is_of(type(node), kinds):
        node = self.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


_parsed = cache(UpdateExpressionParser.make)


def _copied_tree(of: Any) -> Any:
    return pickle.loads(_pickled(of)) if isinstance(of, UpdateExpression) else copy.deepcopy(of)


@cache
def _pickled(tree: UpdateExpression) -> bytes:
    """It is parsed once, and never changed but in a copy."""
    return pickle.dumps(tree)


@cache
def _is_of(kind: type, kinds: tuple[type, ...]) -> bool:
    """Nodes are of abstract kinds, of which asking takes long."""
    return issubclass(kind, kinds)


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
