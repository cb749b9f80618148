"""Staff, roles and tokens: the rules."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import staff
from chalicelib.domain.errors import Expired, Forbidden, NotAllowed, Unauthorized
from chalicelib.domain.permissions import Permission, Role, permissions_of
from chalicelib.domain.staff import Issued, Presented, Scope, Staff
from chalicelib.store.listings import index_attributes

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ULID = "01J8Z0000000000000000000"


def somebody(role: Role = Role.AGENT) -> Staff:
    return staff.add(
        "acme-shop-2",
        name="Li Wei",
        mail="li@acme.example",
        mail_key="k",
        role=role,
        language="zh-CN",
        zone=None,
        phone=None,
        new_id=lambda prefix: f"{prefix}_{ULID}01",
        at=NOW,
    ).result


def issued(
    owner: Staff,
    scope: Scope = Scope.API,
    lifetime: timedelta | None = None,
    secret: str = "a" * 64,
) -> Issued:
    return staff.issue(
        owner,
        scope,
        label="till",
        lifetime=lifetime,
        new_id=lambda prefix: f"{prefix}_{ULID}02",
        new_secret=lambda: secret,
        at=NOW,
    ).result


def shown(text: str) -> Presented:
    parts = staff.presented(text)
    assert parts is not None
    return parts


def verified(one: Issued, owner: Staff, scope: Scope = Scope.API, at: datetime = NOW) -> Staff:
    return staff.verify(shown(one.text), one.token, owner, scope, at=at)


def test_only_who_leads_and_has_not_left_stands_in_the_list_of_those_to_tell() -> None:
    boss = somebody(Role.MANAGER)

    assert index_attributes(boss)["g2pk"] == "acme-shop-2#leading#manager"
    assert "g2pk" not in index_attributes(boss.but(disabled_at=NOW))
    assert "g2pk" not in index_attributes(somebody(Role.AGENT))


def test_a_token_names_its_shop_and_owner_and_keeps_no_secret() -> None:
    owner = somebody()

    one = issued(owner)

    assert shown(one.text) == Presented("acme-shop-2", one.token.id, "a" * 64)
    assert shown(one.text).staff_id == owner.id
    assert one.text.rpartition("_")[2] not in one.token.model_dump_json()
    assert verified(one, owner) == owner


@pytest.mark.parametrize(
    "text", ["", "act_acme", "act_acme_x_y", "Bearer", "act_a#b_" + "0" * 52 + "_" + "a" * 64]
)
def test_what_is_not_a_token_is_none(text: str) -> None:
    assert staff.presented(text) is None


def test_a_wrong_secret_is_unknown_even_for_a_revoked_token() -> None:
    owner = somebody()
    one = issued(owner)
    gone = staff.revoke(one.token, at=NOW).result
    guess = shown(issued(owner, secret="b" * 64).text)

    with pytest.raises(Unauthorized) as refused:
        staff.verify(guess, gone, owner, Scope.API, at=NOW)

    assert refused.value.facts["reason"] == "unknown-token"


@pytest.mark.parametrize("scope", [Scope.SESSION, Scope.SIGN_IN])
def test_a_token_opens_only_what_it_is_for(scope: Scope) -> None:
    owner = somebody()

    with pytest.raises(Unauthorized):
        verified(issued(owner, scope), owner, Scope.API)


def test_revoked_disabled_and_expired_are_told_apart() -> None:
    owner = somebody()
    one = issued(owner, lifetime=timedelta(days=1))
    gone = staff.revoke(one.token, at=NOW).result
    left = staff.disable(owner, at=NOW).result

    reasons: list[str] = []
    for token, person, at in [
        (gone, owner, NOW),
        (one.token, left, NOW),
        (one.token, owner, NOW + timedelta(days=1)),
    ]:
        with pytest.raises(Unauthorized) as refused:
            staff.verify(shown(one.text), token, person, Scope.API, at=at)
        reasons.append(refused.value.facts["reason"])

    assert reasons == ["revoked", "revoked", "expired"]


def test_a_sign_in_token_is_spent_by_the_session_it_gives() -> None:
    owner = somebody()
    link = issued(owner, Scope.SIGN_IN, lifetime=staff.SIGN_IN_LIFETIME)

    def spend(token: staff.Token, at: datetime) -> staff.Changes[Issued]:
        return staff.sign_in(
            shown(link.text),
            token,
            owner,
            new_id=lambda prefix: f"{prefix}_{ULID}03",
            new_secret=lambda: "c" * 64,
            at=at,
        )

    first = spend(link.token, NOW)
    spent = first.records[1]

    assert verified(first.result, owner, Scope.SESSION) == owner
    assert isinstance(spent, staff.Token)
    with pytest.raises(Expired):
        spend(spent, NOW)
    with pytest.raises(Expired):
        spend(link.token, NOW + timedelta(minutes=15))


def test_last_use_is_noted_at_most_every_ten_minutes() -> None:
    token = issued(somebody()).token
    used = staff.note_use(token, at=NOW).result

    assert used.last_used_at == NOW
    assert staff.note_use(used, at=NOW + timedelta(minutes=9)).records == ()
    assert staff.note_use(used, at=NOW + timedelta(minutes=10)).records != ()


def test_who_is_disabled_may_do_nothing_and_gets_no_token() -> None:
    left = staff.disable(somebody(Role.ADMIN), at=NOW).result

    with pytest.raises(Forbidden):
        staff.require(left, Permission.READ)
    with pytest.raises(NotAllowed):
        issued(left)


def test_every_role_stands_in_the_table_and_only_admins_manage_staff() -> None:
    managing = {role for role in Role if Permission.MANAGE_STAFF in permissions_of(role)}

    assert managing == {Role.ADMIN}
    assert permissions_of(Role.ADMIN) == frozenset(Permission)
    assert Permission.REPLY not in permissions_of(Role.ANALYST)


def test_a_form_value_belongs_to_one_session() -> None:
    assert staff.csrf_of("act_a") != staff.csrf_of("act_b")
