"""A process that runs the tasks of imports, to be killed in the middle: `import_process.py URL`."""

import sys
from pathlib import Path

from core.bootstrap import build_services
from core.settings import Settings
from tests.support.importing import run_tasks


def main() -> None:
    """Run what waits and end."""
    url, data_dir, name = sys.argv[1:]
    settings = Settings.model_validate(
        {"data_dir": Path(data_dir), "database_url": url, "worker_in_app": False}
    )
    services = build_services(settings)
    try:
        run_tasks(services, name=name)
    finally:
        services.close()


if __name__ == "__main__":
    main()
