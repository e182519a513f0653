"""A bench on which made files of telescopes are opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from telescopes.checks import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()
