"""What happens to declarations of withdrawal, as events tell it. No name, no address, no words."""

from typing import ClassVar

from chalicelib.domain.events import Fact


class WithdrawalDeclared(Fact):
    """Somebody pressed the button. `is_partial`: from some of the things ordered alone."""

    type: ClassVar[str] = "withdrawal.declared"
    language: str
    is_partial: bool
    has_address: bool
    """A receipt goes out by mail; without one it is on its page alone."""


class WithdrawalMatched(Fact):
    """The order it is about is known. `proof` says by what, `follows` names an earlier one."""

    type: ClassVar[str] = "withdrawal.matched"
    order_id: str
    return_id: str | None = None
    proof: str
    follows: str | None = None


class WithdrawalLeft(Fact):
    """It waits for a person, and why."""

    type: ClassVar[str] = "withdrawal.left"
    why: str
    order_id: str | None = None
    return_id: str | None = None


class WithdrawalAnswered(Fact):
    """A person wrote that the shop holds that there is no right to withdraw."""

    type: ClassVar[str] = "withdrawal.answered"
