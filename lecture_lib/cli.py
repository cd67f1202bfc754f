"""The `lecture` command. It hands over to the part that does the work, imported only then."""

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "lab": ("lecture_lib.lab", "open JupyterLab at the start page"),
    "check": ("lecture_lib.autograder.check", "check an exercise and show its points"),
    "release": ("lecture_lib.autograder.release", "make exercises/ from the masters in solutions/"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `lecture COMMAND ...`; without a command, print the help. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="lecture", description="How neural networks are trained.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, (_, says) in COMMANDS.items():
        commands.add_parser(name, help=says, add_help=False)
    argv = sys.argv[1:] if argv is None else list(argv)
    command = parser.parse_args(argv[:1]).command
    if command is None:
        parser.print_help()
        return 0
    try:
        return importlib.import_module(COMMANDS[command][0]).main(argv[1:])
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lecture_lib"):
            raise
        message = f"lecture {command}: the package {error.name} is missing here; run: make env"
        print(message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
