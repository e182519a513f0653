"""``python -m celestile`` is ``celestile``."""

import sys

from celestile.cli import main

if __name__ == "__main__":
    sys.exit(main())
