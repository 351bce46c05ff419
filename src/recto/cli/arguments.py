"""Read the arguments of the command, and answer a slip of the pen with a suggestion."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from recto import __version__
from recto.cli.options import COMMANDS, Command
from recto.diagnostics import did_you_mean

_ALIASES = {"preview": "serve"}  # other names of commands

_OVERVIEW = """
examples:
  recto new my-blog                  make a blog
  recto post "My first post"         make a post in it
  recto serve                        see it while you write
  recto build                        build it into dist/
  recto deploy                       send it to where its readers are

'recto COMMAND --help' tells more of a command."""


class UsageError(Exception):
    """The command was called in a way that cannot work: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"error: {message}\n  fix: {hint}")


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a slip of the pen with a suggestion, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message}\n  fix: see {self.prog} --help\n")


def parser() -> Parser:
    """The whole command line."""
    top = _parser("recto", "Turn a folder of Markdown posts into a finished blog.", _OVERVIEW)
    top.add_argument("--version", action="version", version=f"recto {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, command in COMMANDS.items():
        command.options(_command(commands, name, command))
    return top


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments as a namespace; exits with 2 where they are wrong."""
    top = parser()
    if not argv:
        top.print_help()
        raise SystemExit(0)
    _check_command(top, argv)
    args, unknown = top.parse_known_args(argv)
    if "words" in args:  # argparse ends a list of words at the first option
        args.words += [word for word in unknown if not word.startswith("-")]
        unknown = [word for word in unknown if word.startswith("-")]
    if unknown:
        _refuse(top, args.command, unknown[0])
    args.command = _ALIASES.get(args.command, args.command)
    return args


def command_parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command, by name."""
    return {name: command for name, command in _commands(parser()).items() if name not in _ALIASES}


def _commands(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    [commands] = (action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    return dict(commands.choices)


def _refuse(top: Parser, command: str, word: str) -> NoReturn:
    known = [option for action in _commands(top)[command]._actions for option in action.option_strings]
    if not word.startswith("-"):
        message = f'"{word}" is one word too many'
    else:
        message = f'recto {command} has no option "{word}"'
    guess = did_you_mean(word, known) if word.startswith("--") else ""
    top.exit(2, f"error: {message}\n  fix: {guess or f'see recto {command} --help'}\n")


def command_names() -> tuple[str, ...]:
    """The commands, in the order of the help."""
    return tuple(COMMANDS)


def _check_command(top: Parser, argv: Sequence[str]) -> None:
    word = argv[0]
    if word.startswith("-") or word in COMMANDS or word in _ALIASES:
        return
    guess = did_you_mean(word, (*COMMANDS, *_ALIASES))
    top.exit(
        2,
        f'error: no command "{word}"{"; " + guess if guess else ""}\n  fix: the commands are {", ".join(COMMANDS)}\n',
    )


def _parser(prog: str, description: str, epilog: str) -> Parser:
    return Parser(
        prog=prog,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _command(commands: "argparse._SubParsersAction[Parser]", name: str, about: Command) -> Parser:
    command = commands.add_parser(
        name,
        aliases=[alias for alias, meant in _ALIASES.items() if meant == name],
        help=about.help,
        description=f"{about.help[0].upper()}{about.help[1:]}.",
        epilog=f"\nexamples:{about.examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_argument("--no-color", action="store_true", help="plain text, also on a terminal")
    return command
