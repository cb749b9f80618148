"""What is asked of every door, at a shop that has one of everything there is an address for."""

from collections.abc import Iterator

from bench.asks.ask import Ask
from bench.asks.calls import of_calls
from bench.asks.house import of_the_house
from bench.asks.returns import of_returns
from bench.asks.shoppers import of_shoppers, of_surveys
from bench.asks.tickets import of_tickets
from bench.asks.withdrawals import of_withdrawals
from bench.shop import BenchShop

__all__ = ["Ask", "asks"]


def asks(shop: BenchShop) -> Iterator[Ask]:
    """One for each door, in an order in which each can be answered."""
    yield from of_shoppers(shop)
    yield from of_tickets(shop)
    yield from of_returns(shop)
    yield from of_withdrawals(shop)
    yield from of_calls(shop)
    yield from of_surveys(shop)
    yield from of_the_house(shop)
