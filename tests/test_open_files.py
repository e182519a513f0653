"""The limit of open files that a service manager or a shell sets."""

import subprocess
import sys

import pytest

CODE = """
import resource
from celestile.cli.hosting import allow_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_files()
files = [open("/dev/null") for _ in range({opened})]
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "opened", "after"),
    [(128, 600, 500, "600 600"), (300, 300, 200, "300 300")],
    ids=["raised to the hard limit", "there already"],
)
def test_soft_limit_of_open_files_is_raised_as_far_as_allowed(soft, hard, opened, after):
    code = CODE.format(soft=soft, hard=hard, opened=opened)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == after
