"""The command line: what sets exit codes.

0: all well; 1: findings; 2: the input or the call is wrong; 3: a bug of ours; 130: interrupted.
"""

import gc
import os
import sys
from importlib import import_module

import click

from lenetcalc import __version__
from lenetcalc.cli.messages import bug, stopped, usage
from lenetcalc.cli.printing import echo

COMMANDS = (
    "report",
    "explain",
    "sizes",
    "reconcile",
    "diff",
    "verify",
    "forward",
    "check",
    "freeze",
    "rules",
    "kinds",
    "schema",
)
"""The commands, each in the module of its name, in the order in which they are listed."""


class Commands(click.Group):
    """A group whose commands are loaded when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Every command, in our order."""
        return [*COMMANDS]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name, or `None`."""
        if name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"lenetcalc.cli.commands.{name}"), name)
        return found


def main() -> None:
    """Run the command line; never shows a traceback."""
    gc.disable()  # the process is short and makes hardly any cycles; collecting is a tenth of its time
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # a spec is read by our code alone
    try:
        code = command.main(standalone_mode=False)
    except click.ClickException as error:
        echo(usage(error), sys.stderr)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except SystemExit:  # click's answer to a reader that has seen enough of its help
        code = 0
    except OSError as error:
        echo(stopped(error), sys.stderr)
        code = 2
    except Exception as error:  # the last line of defence: a bug of ours must say so
        echo(bug(error), sys.stderr)
        code = 3
    sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lenetcalc", message="%(prog)s %(version)s")
def command() -> None:
    """What a convolutional network costs, layer by layer, and how every number came about."""
