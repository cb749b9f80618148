"""The part *Rule*: when (facts) -> then (actions), ordered and explained.

All rules are tried in order. A rule fires when every one of its conditions holds; a rule without
conditions always fires. For each action the first rule that fires and sets it decides; later
rules may still set other actions.

A condition on a fact that is absent or None does not hold, except `exists` false. Unlike types do
not compare: `"5"` is not 5, and true is not 1.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias, cast

from pydantic import Field, StrictBool, StrictInt, StrictStr, TypeAdapter, ValidationError

from chalicelib.domain.errors import Invalid
from chalicelib.domain.records import Value

Plain: TypeAlias = StrictBool | StrictInt | StrictStr
"""A fact or a setting: money in minor units, times in minutes or days, codes as text."""

FactValue: TypeAlias = Plain | Sequence[Plain] | None


class Op(StrEnum):
    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    CONTAINS = "contains"
    """The fact, a list or a text, contains the value."""
    EXISTS = "exists"
    """The fact is known; with the value false, that it is not."""


class FactType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"


class Condition(Value):
    fact: str
    op: Op
    value: Plain | tuple[Plain, ...]


class Action(Value):
    set: str
    value: Plain


class Rule(Value):
    id: str = Field(min_length=1, max_length=60)
    when: tuple[Condition, ...] = ()
    then: tuple[Action, ...]


class Vocabulary(Value):
    """The facts that rules of one purpose may read and the actions they may set."""

    facts: dict[str, FactType]
    actions: dict[str, FactType]


class Outcome(Value):
    """One condition as it was tried: what it read (None for nothing) and whether it held."""

    condition: Condition
    read: Plain | tuple[Plain, ...] | None
    held: bool


class Trial(Value):
    """One rule as it was tried; `decided` are the actions that it was the first to set."""

    rule: str
    fired: bool
    outcomes: tuple[Outcome, ...]
    decided: tuple[str, ...] = ()


class Verdict(Value):
    """What the rules said, and why. Actions that no rule set are absent."""

    actions: dict[str, Plain]
    trials: tuple[Trial, ...]

    @property
    def fired(self) -> tuple[str, ...]:
        """The ids of the rules that fired, in order."""
        return tuple(trial.rule for trial in self.trials if trial.fired)

    def decided_by(self, action: str) -> str | None:
        """The id of the rule that set the action."""
        return next((trial.rule for trial in self.trials if action in trial.decided), None)


def read_rules(raw: object, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """Rules from their JSON shape, checked against the vocabulary.

    Raises `Invalid` whose field is the path to the fault, such as `0.when.1.op`: an unknown
    field, operator, fact or action, a value of the wrong type, an id used twice.
    """
    try:
        rules = _RULES.validate_python(raw)
    except ValidationError as error:
        raise _fault(error) from error
    check(rules, vocabulary)
    return rules


def check(rules: Sequence[Rule], vocabulary: Vocabulary) -> None:
    """Raises `Invalid` as `read_rules` does, for rules that are already typed."""
    seen: set[str] = set()
    for place, rule in enumerate(rules):
        if rule.id in seen:
            raise Invalid(f"two rules are called {rule.id!r}", field=f"{place}.id")
        seen.add(rule.id)
        for number, condition in enumerate(rule.when):
            _check_condition(condition, vocabulary, f"{place}.when.{number}")
        for number, action in enumerate(rule.then):
            _check_action(action, vocabulary, f"{place}.then.{number}")


def decide(rules: Sequence[Rule], facts: Mapping[str, FactValue]) -> Verdict:
    """The rules' verdict on the facts. Every condition is tried, so that all can be shown."""
    actions: dict[str, Plain] = {}
    trials: list[Trial] = []
    for rule in rules:
        outcomes = tuple(_try(condition, facts) for condition in rule.when)
        fired = all(outcome.held for outcome in outcomes)
        fresh = {a.set: a.value for a in reversed(rule.then) if fired and a.set not in actions}
        actions |= fresh
        trials.append(
            Trial(rule=rule.id, fired=fired, outcomes=outcomes, decided=tuple(sorted(fresh)))
        )
    return Verdict(actions=actions, trials=tuple(trials))


_RULES = TypeAdapter(tuple[Rule, ...])
_UNION_MEMBERS = {"bool", "int", "str", "tuple[union[bool,int,str],...]"}


def _fault(error: ValidationError) -> Invalid:
    first = error.errors(include_url=False)[0]
    # Pydantic names the member of the union it tried; people know only the path before it.
    path = [str(part) for part in first["loc"] if part not in _UNION_MEMBERS]
    if len(path) < len(first["loc"]):
        detail = "a value is a text, a whole number, true, false or a list of these"
    else:
        detail = first["msg"]
    return Invalid(detail, field=".".join(path) or "rules")


_TYPES: dict[FactType, type] = {
    FactType.TEXT: str,
    FactType.NUMBER: int,
    FactType.FLAG: bool,
}
_ORDER = {Op.LT, Op.LE, Op.GT, Op.GE}
_MEMBERSHIP = {Op.IN, Op.NOT_IN}


def _check_condition(condition: Condition, vocabulary: Vocabulary, path: str) -> None:
    kind = vocabulary.facts.get(condition.fact)
    if kind is None:
        raise Invalid(f"there is no fact {condition.fact!r}", field=f"{path}.fact")
    if not _can_ask(condition.op, kind):
        raise Invalid(f"{condition.op} cannot be asked of a {kind}", field=f"{path}.op")
    if not _fits(condition, kind):
        raise Invalid(
            f"{condition.value!r} does not go with {condition.op} of a {kind}",
            field=f"{path}.value",
        )


def _can_ask(op: Op, kind: FactType) -> bool:
    if op in _ORDER:
        return kind is FactType.NUMBER
    if op is Op.CONTAINS:
        return kind in (FactType.LIST, FactType.TEXT)
    return op is Op.EXISTS or kind is not FactType.LIST


def _fits(condition: Condition, kind: FactType) -> bool:
    value = condition.value
    if condition.op is Op.EXISTS:
        return isinstance(value, bool)
    if condition.op in _MEMBERSHIP:
        return isinstance(value, tuple) and all(_is_a(kind, member) for member in value)
    if kind is FactType.LIST:
        return not isinstance(value, tuple)
    return _is_a(kind, value)


def _check_action(action: Action, vocabulary: Vocabulary, path: str) -> None:
    kind = vocabulary.actions.get(action.set)
    if kind is None:
        raise Invalid(f"there is no action {action.set!r}", field=f"{path}.set")
    if not _is_a(kind, action.value):
        raise Invalid(f"{action.set} is a {kind}", field=f"{path}.value")


def _is_a(kind: FactType, value: object) -> bool:
    return type(value) is _TYPES.get(kind)


def _try(condition: Condition, facts: Mapping[str, FactValue]) -> Outcome:
    read = _frozen(facts.get(condition.fact))
    return Outcome(condition=condition, read=read, held=_holds(condition, read))


def _frozen(value: FactValue) -> Plain | tuple[Plain, ...] | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    return tuple(value)


def _holds(condition: Condition, read: Plain | tuple[Plain, ...] | None) -> bool:
    op, value = condition.op, condition.value
    if op is Op.EXISTS:
        return (read is not None) is value
    if read is None:
        return False
    if op in _ORDER:
        return _ordered(op, read, value)
    if op is Op.CONTAINS:
        return _contains(read, value)
    if op in _MEMBERSHIP:
        members = value if isinstance(value, tuple) else (value,)
        return any(_equal(read, member) for member in members) is (op is Op.IN)
    return _equal(read, value) is (op is Op.EQ)


def _contains(read: object, value: object) -> bool:
    if isinstance(read, tuple):
        return any(_equal(member, value) for member in cast("tuple[Plain, ...]", read))
    return isinstance(read, str) and isinstance(value, str) and value in read


def _equal(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right


def _ordered(op: Op, read: object, value: object) -> bool:
    if type(read) is not int or type(value) is not int:
        return False
    return {
        Op.LT: read < value,
        Op.LE: read <= value,
        Op.GT: read > value,
        Op.GE: read >= value,
    }[op]
