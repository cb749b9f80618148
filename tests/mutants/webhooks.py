"""What keeps a shop's deliveries from being lost, or applied twice."""

from tests.mutants.guard import Guard

INTAKE = "chalicelib/services/intake.py"
TAKEN_IN = "tests/http/test_webhooks.py"

GUARDS = {
    "webhook-has-a-receipt": Guard(
        INTAKE,
        "for key in keys\n        ),",
        "for key in keys[:0]\n        ),",
        "tests/contract/test_refund_races.py::test_a_delivery_that_comes_many_times_is_told_once",
    ),
    "signed-is-parked": Guard(
        INTAKE,
        "        _park(house, parked, delivery, error)\n",
        "",
        f"{TAKEN_IN}::test_what_cannot_be_committed_waits_and_is_applied_by_the_clock",
    ),
    "signed-is-parked-before-the-shop-is-read": Guard(
        INTAKE,
        "        if not is_outage(error):\n            raise\n    _verify",
        "        raise\n    _verify",
        TAKEN_IN,
    ),
    "outage-costs-no-attempt": Guard(
        INTAKE,
        "        if not (isinstance(error, TryLater) or is_outage(error)):\n",
        "        if error:\n",
        TAKEN_IN,
    ),
    "older-snapshot-changes-nothing": Guard(
        "chalicelib/domain/orders.py",
        "_age(event, content) > (",
        "_age(event, content) != (",
        "tests/faults/test_webhooks.py",
    ),
}
