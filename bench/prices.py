"""What AWS asks: list prices in dollars, us-east-1, on demand, without free tiers.

As of November 2026. Each says where it is from: `page` is the service's own price page, `report`
somebody who quotes it.
"""

WRITE_UNIT = 0.625 / 1_000_000
"""A write of up to 1 KB, halved in November 2024; a transaction takes two (report)."""
READ_UNIT = 0.125 / 1_000_000
"""A strongly consistent read of up to 4 KB; an eventually consistent one takes half (report)."""

GATEWAY_REQUEST = 3.50 / 1_000_000
"""A request to a REST API of API Gateway (report)."""

FUNCTION_REQUEST = 0.20 / 1_000_000
"""A run of a Lambda function (report)."""
GIGABYTE_SECOND = 0.0000133334
"""A second of a function with 1 GB on arm64, its start included (report)."""

LOG_BYTE = 0.50 / 10**9
"""Taken in by CloudWatch Logs (page)."""
LOG_LINE_BYTES = 26
"""What CloudWatch Logs adds to each line (page)."""

PUBLISHED = 0.50 / 1_000_000
"""A message of up to 64 KB to an SNS topic; bringing it to a function is free (page)."""

MAIL = 0.10 / 1_000
"""A mail sent or received by SES (page)."""

WRITTEN_OBJECT = 5.00 / 1_000_000
"""An S3 request that writes or lists (page)."""
READ_OBJECT = 0.40 / 1_000_000
"""An S3 request that reads (page)."""

MINUTES_A_MONTH = 60 * 730
