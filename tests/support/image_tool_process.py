"""A process that runs the tasks that wait, to be killed in the middle: `... URL DATA_DIR`."""

import sys
from pathlib import Path

from core.bootstrap import build_services
from core.settings import Settings
from tests.support.tasks import run_tasks


def main() -> None:
    """Run what waits and end."""
    url, data_dir = sys.argv[1:]
    settings = Settings.model_validate(
        {"data_dir": Path(data_dir), "database_url": url, "worker_in_app": False}
    )
    services = build_services(settings)
    try:
        run_tasks(services)
    finally:
        services.close()


if __name__ == "__main__":
    main()
