"""Which Chromium the tests use, and how it is started.

$CHROMIUM, or Debian's `chromium-headless-shell`, or `chromium` on the path, or the one that Playwright brings along
(`playwright install chromium`). The shell is the same engine without the browser around it, and Playwright's own
choice for work without a screen: a page in a fresh context takes it a third of the processor's time. It has no viewer
of PDF files.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserType

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium-headless-shell", "chromium")


def launch(engine: BrowserType, *, whole: bool = False) -> Browser | None:
    """The browser, running without a screen; None when this machine has none. `whole`: not the shell, but what has a
    viewer of PDF files."""
    names = [name for name in NAMES if not whole or "shell" not in name]
    own = engine.executable_path
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), own)
    if not Path(program).is_file():
        return None
    return engine.launch(executable_path=program, args=ARGUMENTS)
