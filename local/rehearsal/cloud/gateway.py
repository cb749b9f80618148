"""API Gateway: an API keeps its address when it is described anew, and its own answers are those
that were described.

ministack makes another API of it, at another address, and answers in words of its own.
"""

from typing import Any, TypeAlias

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

Properties: TypeAlias = dict[str, Any]

ANSWERS = "x-amazon-apigateway-gateway-responses"

_DESCRIBED = ("_rest_apis", "_resources", "_authorizers_v1", "_models", "_gateway_responses")


def install() -> None:
    """Describe APIs like this from now on."""
    read = apigateway_v1._import_rest_api

    def read_all(described: Properties, given: Properties | None = None) -> str:
        api: str = read(described, given)
        for kind, answer in (described.get(ANSWERS) or {}).items():
            apigateway_v1._put_gateway_response(api, kind, answer)
        return api

    apigateway_v1._import_rest_api = read_all
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    handlers["update"] = _updated(handlers["update"])


def _updated(otherwise: Any) -> Any:
    def update(
        api: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None
    ) -> Any:
        if old.get("Body") == new.get("Body"):
            return otherwise(api, old, new, stack, logical_id=logical_id)
        fresh, _ = provisioners._apigw_rest_api_create(logical_id or api, new, stack)
        for part in _DESCRIBED:
            kept = getattr(apigateway_v1, part)
            kept[api] = kept.get(fresh, {})
        apigateway_v1._rest_apis[api]["id"] = api
        apigateway_v1._delete_rest_api(fresh)
        return api, provisioners._apigw_rest_api_attrs(api)

    return update
