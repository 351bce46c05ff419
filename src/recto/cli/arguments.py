"""What the command understands: every command, option and example, as data for argparse and for the reference."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from recto import __version__
from recto.diagnostics import did_you_mean

_EXAMPLES = {
    "build": """
examples:
  recto build                        the blog in this folder, into dist/
  recto build ~/blog -o /srv/www     another folder, another output
  recto build -D -F                  with drafts and future posts
  recto build --strict -q            in CI: warnings fail, silence is success
  recto build -b https://example.com/blog""",
    "serve": """
examples:
  recto serve                        this blog at http://localhost:8000/, kept up to date
  recto serve ~/blog -O              another blog, and open a browser
  recto serve -p 9000 --no-drafts    another port, without drafts
  recto serve --base-path /blog      below the folder that it will be deployed to
  recto serve --host 0.0.0.0         for a phone in the same network too""",
    "new": """
examples:
  recto new my-blog                  asks four questions
  recto new my-blog --yes            asks none""",
    "post": """
examples:
  recto post "What the tide leaves"
  recto post "Half an idea" --draft -c notes -t sea -t walking
  recto post "Happy new year" --date 2027-01-01""",
    "templates": """
examples:
  recto templates list               which are yours, and which the theme's
  recto templates copy post.html     make the theme's post.html yours
  recto templates diff               what is yours, and what changed underneath""",
    "deploy": """
examples:
  recto deploy                       build strictly, and send what changed to the usual target
  recto deploy staging -n            what would be sent to another one
  recto deploy --yes -q              in CI: asks nothing, silence is success
  recto deploy --gone /old/post/     an address that is given up""",
    "diff": """
examples:
  recto diff                         what readers would see of a deploy
  recto diff staging -v              at another target, with every page named
  recto diff --markdown              for a pull request""",
    "rollback": """
examples:
  recto rollback                     shows the release before the last deploy again""",
    "ledger": """
examples:
  recto ledger list                  the old addresses, and where each leads
  recto ledger update                records those of now, where a host builds by itself
  recto ledger import https://old.example/
  recto ledger import sitemap.xml feed.xml""",
    "due": """
examples:
  recto due                          when the next posts go live or expire
  recto due --epoch                  the next moment alone, for a script""",
    "ci": """
examples:
  recto ci github                    a workflow that deploys this blog from GitHub
  recto ci gitlab production         to another target, from GitLab
  recto ci netlify                   for Netlify, which builds by itself""",
    "clean": """
examples:
  recto clean                        removes dist/ and what recto remembers
  recto clean --cache                only what it remembers""",
}

HOSTS = ("github", "gitlab", "netlify", "cloudflare")  # that `recto ci` knows

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
    _build(_command(commands, "build", "build the site"))
    _serve(_command(commands, "serve", "show the site in a browser, as it is while you write"))
    _new(_command(commands, "new", "make a new blog in a new folder"))
    _post(_command(commands, "post", "make a new post"))
    _templates(_command(commands, "templates", "list, copy and compare templates"))
    _deploy(_command(commands, "deploy", "build the site strictly, and send it to where its readers are"))
    _diff(_command(commands, "diff", "say what readers would see of a deploy"))
    _rollback(_command(commands, "rollback", "show the release before the last deploy again"))
    _ledger(_command(commands, "ledger", "list, take over and record the addresses that the site ever had"))
    _due(_command(commands, "due", "say when posts go live or expire"))
    _ci(_command(commands, "ci", "write what a hosting service needs to build and deploy the site by itself"))
    _clean(_command(commands, "clean", "remove what recto has made"))
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
    return tuple(_EXAMPLES)


def _check_command(top: Parser, argv: Sequence[str]) -> None:
    word = argv[0]
    if word.startswith("-") or word in _EXAMPLES or word in _ALIASES:
        return
    guess = did_you_mean(word, (*_EXAMPLES, *_ALIASES))
    top.exit(
        2,
        f'error: no command "{word}"{"; " + guess if guess else ""}\n  fix: the commands are {", ".join(_EXAMPLES)}\n',
    )


def _parser(prog: str, description: str, epilog: str) -> Parser:
    return Parser(
        prog=prog,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _command(commands: "argparse._SubParsersAction[Parser]", name: str, text: str) -> Parser:
    command = commands.add_parser(
        name,
        aliases=[alias for alias, meant in _ALIASES.items() if meant == name],
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=_EXAMPLES[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_argument("--no-color", action="store_true", help="plain text, also on a terminal")
    return command


def _site_and_output(command: Parser) -> None:
    help_ = "the site's folder (default: this one)"
    command.add_argument("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help=help_)
    help_ = "the output folder (default: DIR/dist)"
    command.add_argument("-o", "--output", type=Path, metavar="OUT", help=help_)


def _build(command: Parser) -> None:
    _site_and_output(command)
    add = command.add_argument
    add(
        "-b",
        "--base-url",
        metavar="URL",
        help="the address of the built site, in place of the configured url",
    )
    add("-D", "--drafts", action="store_true", help="build drafts and unpublished posts too")
    add("-F", "--future", action="store_true", help="build posts with a date in the future too")
    add("--strict", action="store_true", help="warnings stop the build as errors do")
    add("--clean", action="store_true", help="forget all that earlier builds remembered")
    add(
        "-j",
        "--jobs",
        type=_positive,
        metavar="N",
        help="how many processes convert (default: one a processor)",
    )
    add("-q", "--quiet", action="store_true", help="say nothing but problems")
    add("-v", "--verbose", action="store_true", help="say what was written and how long each stage took")
    add("--json", action="store_true", help="print one JSON document in place of text")


def _serve(command: Parser) -> None:
    add = command.add_argument
    help_ = "the site's folder (default: this one)"
    add("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help=help_)
    help_ = "the port to listen at (default: 8000); where it is taken, the next one that is free"
    add("-p", "--port", type=_port, default=8000, metavar="N", help=help_)
    help_ = "the name or address to listen at (default: this machine alone)"
    add("--host", default="", metavar="HOST", help=help_)
    add("-O", "--open", action="store_true", help="open a browser")
    add("--no-drafts", action="store_true", help="leave drafts and unpublished posts out")
    add("--no-future", action="store_true", help="leave posts with a date in the future out")
    help_ = "look for changed files again and again: for network drives and containers, which do not tell"
    add("--poll", action="store_true", help=help_)
    help_ = "the folder that the site will be deployed below, in place of the one in its url"
    add("--base-path", metavar="PATH", help=help_)


def _new(command: Parser) -> None:
    add = command.add_argument
    add("dir", type=Path, metavar="DIR", help="the folder to make")
    add("-y", "--yes", action="store_true", help="ask nothing, take the defaults")


def _post(command: Parser) -> None:
    add = command.add_argument
    add("title", metavar="TITLE", help="the title of the post")
    add("-c", "--category", action="append", default=[], metavar="NAME", help="a category; may be repeated")
    add("-t", "--tag", action="append", default=[], metavar="NAME", help="a tag; may be repeated")
    add("--draft", action="store_true", help="mark it as a draft, which is not published")
    add("--date", metavar="DATE", help="YYYY-MM-DD (default: today)")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _templates(command: Parser) -> None:
    add = command.add_argument
    help_ = "list (default), copy or diff; then names of templates"
    add("words", nargs="*", metavar="list|copy|diff [NAME]", help=help_)
    add("--seen", action="store_true", help="with diff: what changed underneath is taken over")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _target(command: Parser) -> None:
    help_ = "the target's name in site.yaml (default: the one called default, or the only one)"
    command.add_argument("target", nargs="?", metavar="TARGET", help=help_)
    help_ = "the site's folder (default: this one)"
    command.add_argument("--site", type=Path, default=Path(), metavar="DIR", help=help_)


def _compared(command: Parser) -> None:
    """The options of what compares the site with what its target holds."""
    add = command.add_argument
    add(
        "-j",
        "--jobs",
        type=_positive,
        metavar="N",
        help="how many processes convert (default: one a processor)",
    )
    add("-v", "--verbose", action="store_true", help="name every page, entry and address")
    add("--json", action="store_true", help="print one JSON document in place of text")


def _deploy(command: Parser) -> None:
    _target(command)
    add = command.add_argument
    add("-n", "--dry-run", action="store_true", help="say what would be done, and send nothing")
    add("-y", "--yes", action="store_true", help="do not ask before many pages go")
    help_ = "an address of the site that is given up, and says so from now on; may be repeated"
    add("--gone", action="append", default=[], metavar="URL", help=help_)
    help_ = "also remove what was left for pages that somebody has open"
    add("--purge", action="store_true", help=help_)
    add("--force", action="store_true", help="go ahead over what somebody else, or a newer commit, put there")
    add("-q", "--quiet", action="store_true", help="say nothing but problems")
    _compared(command)


def _diff(command: Parser) -> None:
    _target(command)
    command.add_argument("--markdown", action="store_true", help="print Markdown, for a pull request")
    _compared(command)


def _rollback(command: Parser) -> None:
    _target(command)
    command.add_argument("-y", "--yes", action="store_true", help="do not ask")


def _ledger(command: Parser) -> None:
    add = command.add_argument
    help_ = "list (default), update, or import with addresses or files of sitemaps and feeds"
    add("words", nargs="*", metavar="list|update|import [SOURCE]", help=help_)
    add("--json", action="store_true", help="with list: print one JSON document in place of text")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _due(command: Parser) -> None:
    add = command.add_argument
    help_ = "the site's folder (default: this one)"
    add("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help=help_)
    add("--json", action="store_true", help="print one JSON document in place of text")
    help_ = "print the next moment in seconds since 1970, or nothing"
    add("--epoch", action="store_true", help=help_)


def _ci(command: Parser) -> None:
    add = command.add_argument
    add("host", metavar="HOST", help=f"where it runs: {', '.join(HOSTS)}")
    help_ = "the target's name in site.yaml (default: the one called default, or the only one)"
    add("target", nargs="?", metavar="TARGET", help=help_)
    add("--force", action="store_true", help="replace the file if there is one")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _clean(command: Parser) -> None:
    _site_and_output(command)
    add = command.add_argument
    add("--cache", action="store_true", help="only what recto remembers")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not {text!r}")
    return number


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from 1 to 65535, or 0 for any, not {text!r}"
        )
    return number
