"""Each story's X12, read and run through all models, tells the expected rows, and no check fails.

`pytest tests/stories --rewrite` writes what was found as what is expected: read the diff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories import story
from tests.transforms import chain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("folder", story.folders(), ids=lambda folder: folder.name)
def test_the_story_comes_out_as_told(folder: Path, request: pytest.FixtureRequest) -> None:
    delivered, rules = story.files(folder), story.rules(folder)
    connection = chain.of_files(delivered, rules=rules)
    named = story.decided(delivered, connection)
    if named != delivered:
        connection = chain.of_files(named, rules=rules)
    texts = story.told(connection)
    assert not chain.failed_checks(connection)
    if request.config.getoption("--rewrite"):
        story.rewrite(folder, texts)
    assert texts == story.expected(folder)
