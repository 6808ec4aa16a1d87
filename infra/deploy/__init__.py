"""One command from a folder of packages to a running stage: `python -m infra.deploy`, called by `make deploy`.

release.py   the packages in the artefact bucket, and which release a stage runs
stack.py     change sets: made, shown, refused where data would be lost, carried out
site.py      the built site into the site bucket
smoke.py     what a visitor must see afterwards
removal.py   a stage without real people, gone with its data
stages.py    what is said about a stage: infra/stages/<stage>.json
steps.py     all of it in order
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Client = Callable[..., Any]
"""(service, region_name=…) -> a boto3 client."""

Tell = Callable[[str], None]
"""Takes one line for the person at the keyboard."""

EDGE_REGION = "us-east-1"
"""Where CloudFront's certificates, walls and log deliveries are."""


class Refused(Exception):
    """Nothing was done, or nothing more will be; the text says why and what to do."""
