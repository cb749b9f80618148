"""A shop's configuration. Secrets never pass here: they are set from the command line."""

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.permissions import Permission
from chalicelib.domain.shops import Configuration, Shop
from chalicelib.services import shops as service
from chalicelib.services.desk import Desk
from chalicelib.web.answers import ok
from chalicelib.web.auth import any_staff, desk, staff_only
from chalicelib.web.forms import body
from chalicelib.web.operations import operation
from chalicelib.web.views import view, viewed

shops = Blueprint(__name__)


class ShopView(Configuration):
    """A shop with its policies."""

    id: str
    version: int


@viewed(Shop, at="/shops/{id}")
def shop_view(shop: Shop) -> ShopView:
    values = {name: getattr(shop, name) for name in Configuration.model_fields}
    return ShopView(id=shop.id, version=shop.version, **values)


@shops.route("/shops/{shop_id}", methods=["GET"])
@any_staff
@operation("A shop and its policies", gives=ShopView)
def shop(shop_id: str) -> Response:
    return ok(view(_own(shop_id).get(Shop, shop_id)))


@shops.route("/shops/{shop_id}", methods=["PUT"])
@staff_only(Permission.MANAGE_SHOP)
@operation("Replace a shop's configuration", takes=Configuration, gives=ShopView)
def put(shop_id: str) -> Response:
    """As a whole; what is left out takes its preset. `If-Match` guards against another's change."""
    return ok(view(service.put(_own(shop_id), body(Configuration))))


def _own(shop_id: str) -> Desk:
    """The caller's desk; another shop does not exist there. Raises NotFound."""
    here = desk()
    if shop_id != here.shop_id:
        raise NotFound("There is no such shop.", field="shop")
    return here
