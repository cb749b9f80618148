"""What a law grants the buyer who sends goods back."""

from datetime import datetime
from enum import StrEnum

from chalicelib.domain.periods import Period
from chalicelib.domain.records import Value


class LegalKind(StrEnum):
    """`no_reason`: may change their mind. `nonconformity`, `warranty`: the goods are at fault."""

    NO_REASON = "no_reason"
    NONCONFORMITY = "nonconformity"
    WARRANTY = "warranty"


class StartEvent(StrEnum):
    """What sets the window off. Of several parcels of one order the last one counts."""

    SIGNED = "signed"
    RECEIVED = "received"
    LAST_GOOD_RECEIVED = "last_good_received"
    DELIVERED = "delivered"
    OWNED_DELIVERED_AND_INSTALLED = "owned_delivered_and_installed"


class RefundFrom(StrEnum):
    """What the time to refund runs from. `goods_back_or_proof`: the goods or proof of sending,
    whichever comes first."""

    GOODS_RECEIVED = "goods_received"
    NOTICE = "notice"
    AGREED = "agreed"
    GOODS_BACK_OR_PROOF = "goods_back_or_proof"


class FreightPayer(StrEnum):
    CUSTOMER = "customer"
    SHOP = "shop"


class Outbound(StrEnum):
    """What comes back of the delivery charge; `standard`: up to the cheapest standard delivery."""

    NONE = "none"
    STANDARD = "standard"
    FULL = "full"


class Diminished(StrEnum):
    """What may be done about goods that come back worth less."""

    NOTHING = "nothing"
    REFUSE_IF_NOT_INTACT = "refuse_if_not_intact"
    DEDUCT_BEYOND_TESTING = "deduct_beyond_testing"
    """Only for handling beyond what testing needs, and only if the buyer was told of the right."""


class Certainty(StrEnum):
    """How the wording was checked when the preset was written."""

    READ = "read"
    PARTLY_READ = "partly_read"
    UNREAD = "unread"


class RefundWithin(Value):
    days: int
    counted_from: RefundFrom
    may_wait_for_goods: bool = False
    """The refund may be held back until the goods or proof of sending are there."""


class LegalException(Value):
    """Goods that the window leaves out; `needs_confirmation`: only if the buyer confirmed it for
    this purchase."""

    code: str
    needs_confirmation: bool = False


class LegalPreset(Value):
    """One law's terms for goods coming back. Engineering input, not legal advice."""

    id: str
    jurisdiction: str
    kind: LegalKind
    citations: tuple[str, ...]
    certainty: Certainty
    window: Period
    starts_with: StartEvent
    extra_months_if_not_informed: int = 0
    ship_back_days: int | None = None
    """Days from the notice within which the goods must be on their way."""
    return_freight: FreightPayer
    return_freight_if_not_informed: FreightPayer
    """Who pays the way back if the shop never told the buyer that they would."""
    outbound: Outbound
    partial_return_repays_free_shipping: bool = False
    """Delivery that was free above a threshold the return breaks is charged to the buyer."""
    refund_within: RefundWithin | None = None
    restocking_fee_allowed: bool
    diminished: Diminished
    exceptions: tuple[LegalException, ...] = ()
    intact: dict[str, str] = {}
    """Product category -> code of the test by which goods of it are intact."""

    def closes(self, start: datetime, *, zone: str, country: str) -> datetime:
        """The moment from which a window that `start` sets off is closed; see `Period.ends`."""
        return self.window.ends(start, zone=zone, country=country)
