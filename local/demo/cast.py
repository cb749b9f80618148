"""Who is in the story, and what they buy."""

from local.shopify_bodies import Buyer, Item

PILLOW = Item(1, 7_301_000, "QH-PILLOW-80", "Linen pillow 80 × 80", 4644)
COVER = Item(2, 7_302_000, "QH-COVER-155", "Duvet cover 155 × 220, night blue", 11_900)
TEAPOT = Item(3, 7_303_000, "QH-TEAPOT-09", "Celadon teapot 0.9 l", 6850)
TEA_TRAY = Item(4, 7_304_000, "QH-TRAY-40", "竹茶盘 40 cm", 16_800)

GOODS = (PILLOW, COVER, TEAPOT)


def jana(run: int) -> Buyer:
    return _buyer(run, 1, "Jana", "Krüger", "de", "DE", "Leipzig", "+493415550101")


def anna(run: int) -> Buyer:
    return _buyer(run, 2, "Anna", "Whitlock", "en", "GB", "Bristol", "+441174960102")


def oliver(run: int) -> Buyer:
    return _buyer(run, 3, "Oliver", "Reed", "en", "GB", "Leeds", "+441134960103")


def sofia(run: int) -> Buyer:
    return _buyer(run, 4, "Sofía", "Moreno", "en", "ES", "Bilbao", "+34944550104")


def wang(run: int) -> Buyer:
    return _buyer(run, 5, "小明", "王", "zh-CN", "CN", "杭州", "+8657155550105")


def _buyer(
    run: int,
    place: int,
    first_name: str,
    last_name: str,
    locale: str,
    country: str,
    city: str,
    phone: str,
) -> Buyer:
    """Nobody is asked twice within a month: each telling has people of its own, who differ from
    those before in the number of the first order of the telling."""
    latin = {"小明": "xiaoming", "Sofía": "sofia"}.get(first_name, first_name.lower())
    return Buyer(
        id=8_100_000_000 + run * 10 + place,
        first_name=first_name,
        last_name=last_name,
        mail=f"{latin}.{run}@example.org",
        phone=f"{phone[:-3]}{run * 5 % 1000:03d}",
        locale=locale,
        country=country,
        city=city,
    )
