"""Counts that alarms watch, as CloudWatch's embedded metrics: one line of the log each."""

from enum import StrEnum

NAMESPACE = "Aftercare"


class Metric(StrEnum):
    """What is counted, for the whole stage."""

    DEAD_ENTRIES = "DeadEntries"
    """An agenda entry was given up."""
    GIVEN_UP_DELIVERIES = "GivenUpDeliveries"
    """A verified webhook could not be applied, again and again."""
    SILENT_SHOPS = "SilentShops"
    """A shop's webhooks were looked for and had stopped."""
    UNREADABLE_EVENTS = "UnreadableEvents"
    """What lies among the events is none, and was not published."""


def count(metric: Metric) -> None:
    """Count one more of it."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=metric, unit=MetricUnit.Count, value=1, namespace=NAMESPACE):
        pass
