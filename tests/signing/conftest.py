"""One infrastructure and one warm verifier for all files of a run."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.services.verification.running import Looked, Verifier
from tests.signing.corpus import Case
from tests.signing.pki import World

Look = Callable[[Case], Looked]


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def verifier() -> Iterator[Verifier]:
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    with Verifier() as one:
        yield one


@pytest.fixture(scope="session")
def trust(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.folder(tmp_path_factory.mktemp("trust"))


@pytest.fixture
def look(world: World, verifier: Verifier, tmp_path: Path) -> Look:
    """Verify a case with the trust folder and moment that it asks for."""

    def looked(case: Case) -> Looked:
        path = tmp_path / "file"
        path.write_bytes(case.content)
        shutil.rmtree(tmp_path / "trust", ignore_errors=True)
        folder = world.folder(tmp_path / "trust", case.roots, case.intermediates, case.crls)
        return verifier.verify(path, folder, datetime.now(UTC), case.at)

    return looked
