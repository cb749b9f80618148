"""Rules decide in order and can say why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Invalid
from chalicelib.domain.rules import (
    FactType,
    FactValue,
    Rule,
    Verdict,
    Vocabulary,
    decide,
    read_rules,
)

RETURNS = Vocabulary(
    facts={
        "reason": FactType.TEXT,
        "days_since_delivery": FactType.NUMBER,
        "value": FactType.NUMBER,
        "opened": FactType.FLAG,
        "tags": FactType.LIST,
    },
    actions={"approve": FactType.FLAG, "freight": FactType.TEXT, "review": FactType.TEXT},
)
POLICY = [
    {
        "id": "hygiene",
        "when": [
            {"fact": "tags", "op": "contains", "value": "hygiene"},
            {"fact": "opened", "op": "eq", "value": True},
        ],
        "then": [{"set": "approve", "value": False}],
    },
    {
        "id": "faulty",
        "when": [{"fact": "reason", "op": "in", "value": ["defective", "wrong_item"]}],
        "then": [{"set": "approve", "value": True}, {"set": "freight", "value": "shop"}],
    },
    {
        "id": "window",
        "when": [{"fact": "days_since_delivery", "op": "le", "value": 7}],
        "then": [{"set": "approve", "value": True}],
    },
    {
        "id": "otherwise",
        "then": [{"set": "approve", "value": False}, {"set": "freight", "value": "customer"}],
    },
]


def verdict(**facts: FactValue) -> Verdict:
    return decide(read_rules(POLICY, RETURNS), facts)


def test_the_first_rule_that_sets_an_action_decides_it() -> None:
    in_time = verdict(reason="changed_mind", days_since_delivery=7, opened=False, tags=[])
    assert in_time.actions == {"approve": True, "freight": "customer"}
    assert in_time.fired == ("window", "otherwise")
    assert in_time.decided_by("approve") == "window"
    assert in_time.decided_by("freight") == "otherwise"
    assert in_time.decided_by("review") is None


def test_a_rule_fires_only_when_all_its_conditions_hold() -> None:
    sealed = verdict(reason="defective", tags=["hygiene", "gift"], opened=False)
    opened = verdict(reason="defective", tags=["hygiene", "gift"], opened=True)
    assert sealed.actions == {"approve": True, "freight": "shop"}
    assert opened.actions == {"approve": False, "freight": "shop"}


def test_every_condition_says_what_it_read_and_whether_it_held() -> None:
    trial = verdict(tags=["hygiene"], opened=False).trials[0]
    assert [(o.condition.fact, o.read, o.held) for o in trial.outcomes] == [
        ("tags", ("hygiene",), True),
        ("opened", False, False),
    ]
    assert not trial.fired


@pytest.mark.parametrize(
    ("op", "value", "fact", "held"),
    [
        ("eq", 5, 5, True),
        ("eq", 5, "5", False),
        ("eq", 1, True, False),
        ("ne", "a", "b", True),
        ("ne", "a", None, False),
        ("in", ["a", "b"], "b", True),
        ("not_in", ["a", "b"], "c", True),
        ("not_in", ["a", "b"], None, False),
        ("lt", 5, 4, True),
        ("lt", 5, 5, False),
        ("le", 5, 5, True),
        ("gt", 5, 6, True),
        ("ge", 5, 5, True),
        ("ge", 5, "9", False),
        ("contains", "x", ["x", "y"], True),
        ("contains", "x", "boxes", True),
        ("contains", "z", ["x"], False),
        ("exists", True, 0, True),
        ("exists", False, None, True),
        ("exists", True, None, False),
    ],
)
def test_each_operator(op: str, value: object, fact: FactValue, *, held: bool) -> None:
    rule = Rule.model_validate(
        {"id": "r", "when": [{"fact": "f", "op": op, "value": value}], "then": []}
    )
    assert bool(decide([rule], {"f": fact}).fired) is held


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"when": [{"fact": "reason", "op": "like", "value": "x"}]}, "0.when.0.op"),
        ({"when": [{"fact": "weather", "op": "eq", "value": "x"}]}, "0.when.0.fact"),
        ({"when": [{"fact": "reason", "op": "lt", "value": 3}]}, "0.when.0.op"),
        ({"when": [{"fact": "tags", "op": "eq", "value": "x"}]}, "0.when.0.op"),
        ({"when": [{"fact": "value", "op": "lt", "value": "3"}]}, "0.when.0.value"),
        ({"when": [{"fact": "value", "op": "lt", "value": 3.5}]}, "0.when.0.value"),
        ({"when": [{"fact": "reason", "op": "in", "value": "x"}]}, "0.when.0.value"),
        ({"when": [{"fact": "value", "op": "in", "value": [1, "x"]}]}, "0.when.0.value"),
        ({"when": [{"fact": "opened", "op": "eq", "value": 1}]}, "0.when.0.value"),
        ({"then": [{"set": "explode", "value": True}]}, "0.then.0.set"),
        ({"then": [{"set": "approve", "value": "yes"}]}, "0.then.0.value"),
        ({"if": []}, "0.if"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_by_name(rule: dict[str, object], field: str) -> None:
    whole: dict[str, object] = {"id": "r", "then": [], **rule}
    with pytest.raises(Invalid) as refusal:
        read_rules([whole], RETURNS)
    assert refusal.value.field == field


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_rules([*POLICY, POLICY[0]], RETURNS)
    assert refusal.value.field == "4.id"


plain = st.one_of(st.booleans(), st.integers(-5, 5), st.sampled_from(["a", "b", "defective"]))


@given(st.dictionaries(st.sampled_from(sorted(RETURNS.facts)), st.one_of(plain, st.lists(plain))))
def test_any_facts_get_a_whole_verdict_that_can_be_stored(facts: dict[str, FactValue]) -> None:
    decided = decide(read_rules(POLICY, RETURNS), facts)
    assert decided.actions.keys() == {"approve", "freight"}
    assert Verdict.model_validate(decided.model_dump(mode="json")) == decided
