"""`python -m infra.deploy.edge FILE`: infra/edge.yaml as it is deployed, its anchors written out, to be linted."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from infra.local.template import EDGE, load

Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
Path(sys.argv[1]).write_text(json.dumps(load(EDGE), ensure_ascii=False, indent=1), encoding="utf-8")
