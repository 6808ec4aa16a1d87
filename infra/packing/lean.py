"""botocore's data cut to what is asked: services, the models' documentation, the table of endpoints."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any


def keeps(name: str, services: Collection[str]) -> bool:
    """Whether a file (by its name in the package) is none of botocore's data, or of a service asked."""
    parts = name.split("/")
    return parts[:2] != ["botocore", "data"] or len(parts) == 3 or parts[2] in services


def lean(data: Path, services: Collection[str]) -> None:
    """Shorten the models and the endpoints in `botocore/data`: half of a client's first second is reading them."""
    prefixes = set(services)
    for packed in sorted(data.glob("*/*/service-2.json.gz")):
        model = json.loads(gzip.decompress(packed.read_bytes()))
        prefixes.add(model["metadata"]["endpointPrefix"])
        packed.write_bytes(gzip.compress(_dumped(undocumented(model)), mtime=0))
    table = json.loads((data / "endpoints.json").read_bytes())
    for partition in table["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in prefixes}
    (data / "endpoints.json").write_bytes(_dumped(table))


def undocumented(value: Any) -> Any:
    """The same model without its texts. A member called "documentation" describes itself in an object, and stays."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not (k.startswith("documentation") and isinstance(v, str))}
        return {key: undocumented(inner) for key, inner in kept.items()}
    return [undocumented(inner) for inner in value] if isinstance(value, list) else value


def _dumped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
