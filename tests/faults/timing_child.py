"""Does what the clock brings to a plant, in a process that may be killed: url, moment."""

from __future__ import annotations

import sys

from installation import open_installation
from timed import Plant


def main() -> None:
    """Sweep once at a moment."""
    url, moment = sys.argv[1:]
    installation = open_installation(url)
    plant = Plant(installation, installation.system().now).at(moment)
    plant.work()
    installation.store.close()


if __name__ == "__main__":
    main()
