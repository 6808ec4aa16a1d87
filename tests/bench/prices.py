"""What AWS asks for what the figures count: US dollars, region ap-southeast-1, on demand, without any free allowance.

As remembered on 2026-11-28 of the price list for DynamoDB (https://aws.amazon.com/dynamodb/pricing/on-demand/); not
checked against the page on that day. A change here changes every figure.
"""

from __future__ import annotations

READ_UNIT = 0.1425 / 1_000_000
"""A read of up to 4 kB that is consistent; one that need not be is half."""
WRITE_UNIT = 0.7125 / 1_000_000
