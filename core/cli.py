"""What an operator does from a shell: `python -m core.cli COMMAND`."""

import argparse
import getpass
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence

from core import upkeep_cli
from core.bootstrap import worker_on
from core.errors import EpoxError, SettingsError
from core.settings import Settings, load_settings
from core.shell import complain, opened_services, say
from core.startup import prepare_database

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; expected errors end it with a sentence and exit code 1."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        command: Command = options.command
        return command(load_settings(), options)
    except SettingsError as error:
        return complain(str(error))
    except EpoxError as error:
        return complain(error.user_message)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.cli", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database to this version's schema").set_defaults(
        command=_migrate
    )
    commands.add_parser("worker", help="run one more worker").set_defaults(command=_work)
    upkeep_cli.add_commands(commands)
    user = commands.add_parser("create-user", help="make an account with a workspace of its own")
    user.add_argument("email")
    user.add_argument("--name", default="")
    user.add_argument("--admin", action="store_true")
    user.add_argument("--generate-password", action="store_true", help="print a random one")
    user.set_defaults(command=_create_user)
    seed = commands.add_parser("seed", help="add the sample catalogue to a person's workspace")
    seed.add_argument("email")
    seed.set_defaults(command=_seed)
    return parser


def _migrate(settings: Settings, _options: argparse.Namespace) -> int:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_database(settings)
    say("The database is up to date.")
    return 0


def _work(settings: Settings, _options: argparse.Namespace) -> int:
    """Run a worker until it is told to end, then let what runs come to its end."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with opened_services(settings) as services:
        worker = worker_on(services)
        worker.start()
        stop.wait()
        worker.stop(timeout_s=settings.worker_stop_s)
    return 0


def _create_user(settings: Settings, options: argparse.Namespace) -> int:
    password = secrets.token_urlsafe(15) if options.generate_password else getpass.getpass()
    with opened_services(settings) as services:
        services.accounts.create_user(
            email=options.email,
            password=password,
            name=options.name or options.email.partition("@")[0],
            is_admin=options.admin,
        )
    say(f"Made the account {options.email}.")
    if options.generate_password:
        say(f"Password: {password}")
    return 0


def _seed(settings: Settings, options: argparse.Namespace) -> int:
    with opened_services(settings) as services:
        actor = services.accounts.actor_for_email(options.email)
        count = services.products.load_samples(actor)
    say(f"Added {count} sample products.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
