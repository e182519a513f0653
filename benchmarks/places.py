"""Paths, and the use of the cores."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
WORK = HERE / ".work"
"""All generated files: data, other servers, caches, logs. You can remove them at any time."""
DATA = WORK / "data"
CACHES = WORK / "caches"
LOGS = WORK / "logs"
SPARSE = WORK / "sparse"

PYTHON = Path(sys.executable)
CELESTILE = PYTHON.parent / "celestile"

SERVER_CORE = 0
LOAD_CORE = 1
ALL_CORES = ",".join(str(core) for core in sorted(os.sched_getaffinity(0)))

TILE = 256
QUALITY = 90
