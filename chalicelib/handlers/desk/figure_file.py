"""A figure day by day, as a file for a table of one's own."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from chalice.app import Response

from chalicelib.domain.figure_table import Figure, Reading, Unit
from chalicelib.domain.money import Money
from chalicelib.services.reports import Day


@dataclass(frozen=True, slots=True)
class DayReading:
    """A line of the table by day; `read` is None for a day that is not counted."""

    day: Day
    read: Reading | None


def figure_file(figure: Figure, lines: Sequence[DayReading]) -> Response:
    """One line a day; what is not counted, or could not be reckoned, is empty."""
    currencies = sorted({unit for line in lines if line.read for unit, _ in line.read.amounts})
    is_money = figure.unit is Unit.MONEY
    columns = currencies if is_money else [str(figure.unit), "low", "high"]
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["date", "n", *columns])
    for line in lines:
        values = _amounts(line.read, currencies) if is_money else _values(line.read)
        table.writerow([line.day.date, "" if line.read is None else line.read.n, *values])
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{figure.name}.csv"',
    }
    return Response(written.getvalue(), headers, 200)


def _values(read: Reading | None) -> list[str]:
    low, high = (read and read.interval) or (None, None)
    shown = (read.value if read else None, low, high)
    return ["" if value is None else f"{value:.4g}" for value in shown]


def _amounts(read: Reading | None, currencies: Sequence[str]) -> list[str]:
    amounts = dict(read.amounts) if read else {}
    return [
        str(Money(amount=amounts[unit], currency=unit).decimal) if unit in amounts else ""
        for unit in currencies
    ]
