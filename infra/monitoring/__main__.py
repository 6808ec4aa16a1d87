"""`python -m infra.monitoring FILE`: write the whole template, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from infra.local.template import load
from infra.monitoring.resources import whole

Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
Path(sys.argv[1]).write_text(json.dumps(whole(load()), ensure_ascii=False, indent=1), encoding="utf-8")
