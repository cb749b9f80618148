"""boto3 clients, each made once and only when first used."""

from functools import cache
from typing import Any

READ_TIMEOUT = 3
"""Seconds in which a service has to answer; then it is asked anew."""


@cache
def client(service: str) -> Any:
    """The client of an AWS service; credentials, region and endpoint come from the environment."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=1,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=32,
        # Put together from its parts it takes a sixth of the processor time of a call.
        user_agent="aftercare",
        # The service checks what it is sent; checking it here first costs a millisecond a call.
        parameter_validation=False,
    )
    make: Any = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return make(service, config=config)


@cache
def signer() -> Any:
    """A client of S3 that signs addresses for browsers, each at the bucket's own host in its
    region: from another one S3 would send them on, and the page's policy would stop them."""
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        parameter_validation=False,
    )
    make: Any = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return make("s3", config=config)
