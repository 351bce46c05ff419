"""Every command with its options and examples, as data for argparse, the help and the reference."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOSTS = ("github", "gitlab", "netlify", "cloudflare")  # that `recto ci` knows


def _site_and_output(command: ArgumentParser) -> None:
    help_ = "the site's folder (default: this one)"
    command.add_argument("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help=help_)
    help_ = "the output folder (default: DIR/dist)"
    command.add_argument("-o", "--output", type=Path, metavar="OUT", help=help_)


def _build(command: ArgumentParser) -> None:
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


def _serve(command: ArgumentParser) -> None:
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


def _new(command: ArgumentParser) -> None:
    add = command.add_argument
    add("dir", type=Path, metavar="DIR", help="the folder to make")
    add("-y", "--yes", action="store_true", help="ask nothing, take the defaults")


def _post(command: ArgumentParser) -> None:
    add = command.add_argument
    add("title", metavar="TITLE", help="the title of the post")
    add("-c", "--category", action="append", default=[], metavar="NAME", help="a category; may be repeated")
    add("-t", "--tag", action="append", default=[], metavar="NAME", help="a tag; may be repeated")
    add("--draft", action="store_true", help="mark it as a draft, which is not published")
    add("--date", metavar="DATE", help="YYYY-MM-DD (default: today)")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _templates(command: ArgumentParser) -> None:
    add = command.add_argument
    help_ = "list (default), copy or diff; then names of templates"
    add("words", nargs="*", metavar="list|copy|diff [NAME]", help=help_)
    add("--seen", action="store_true", help="with diff: what changed underneath is taken over")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _target(command: ArgumentParser) -> None:
    help_ = "the target's name in site.yaml (default: the one called default, or the only one)"
    command.add_argument("target", nargs="?", metavar="TARGET", help=help_)
    help_ = "the site's folder (default: this one)"
    command.add_argument("--site", type=Path, default=Path(), metavar="DIR", help=help_)


def _compared(command: ArgumentParser) -> None:
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


def _deploy(command: ArgumentParser) -> None:
    _target(command)
    add = command.add_argument
    add("-n", "--dry-run", action="store_true", help="say what would be done, and send nothing")
    add("-y", "--yes", action="store_true", help="do not ask before many pages go")
    help_ = "an address of the site that is given up, and says so from now on; may be repeated"
    add("--gone", action="append", default=[], metavar="URL", help=help_)
    help_ = "also remove what was left for pages that somebody has open"
    add("--purge", action="store_true", help=help_)
    help_ = "seconds that caches have to show what was sent, with verify (default: 60; GitHub Pages: 300)"
    add("--patience", type=_seconds, metavar="N", help=help_)
    add("--force", action="store_true", help="go ahead over what somebody else, or a newer commit, put there")
    add("-q", "--quiet", action="store_true", help="say nothing but problems")
    _compared(command)


def _diff(command: ArgumentParser) -> None:
    _target(command)
    command.add_argument("--markdown", action="store_true", help="print Markdown, for a pull request")
    _compared(command)


def _rollback(command: ArgumentParser) -> None:
    _target(command)
    command.add_argument("-y", "--yes", action="store_true", help="do not ask")


def _ledger(command: ArgumentParser) -> None:
    add = command.add_argument
    help_ = "list (default), update, or import with addresses or files of sitemaps and feeds"
    add("words", nargs="*", metavar="list|update|import [SOURCE]", help=help_)
    add("--json", action="store_true", help="with list: print one JSON document in place of text")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _due(command: ArgumentParser) -> None:
    add = command.add_argument
    help_ = "the site's folder (default: this one)"
    add("dir", nargs="?", type=Path, default=Path(), metavar="DIR", help=help_)
    add("--json", action="store_true", help="print one JSON document in place of text")
    help_ = "print the next moment in seconds since 1970, or nothing"
    add("--epoch", action="store_true", help=help_)


def _ci(command: ArgumentParser) -> None:
    add = command.add_argument
    add("host", metavar="HOST", help=f"where it runs: {', '.join(HOSTS)}")
    help_ = "the target's name in site.yaml (default: the one called default, or the only one)"
    add("target", nargs="?", metavar="TARGET", help=help_)
    add("--force", action="store_true", help="replace the file if there is one")
    add("--site", type=Path, default=Path(), metavar="DIR", help="the site's folder (default: this one)")


def _clean(command: ArgumentParser) -> None:
    _site_and_output(command)
    add = command.add_argument
    add("--cache", action="store_true", help="only what recto remembers")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise ArgumentTypeError(f"must be a whole number from 1, not {text!r}")
    return number


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise ArgumentTypeError(f"must be a whole number of seconds, not {text!r}")
    return int(text)


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
    if not 0 <= number <= 65_535:
        raise ArgumentTypeError(f"must be a whole number from 1 to 65535, or 0 for any, not {text!r}")
    return number


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does, in words that follow its name; what it can be told; examples of it, a line each."""

    help: str
    options: Callable[[ArgumentParser], None]
    examples: str


COMMANDS = {
    "build": Command(
        "build the site",
        _build,
        """
  recto build                        the blog in this folder, into dist/
  recto build ~/blog -o /srv/www     another folder, another output
  recto build -D -F                  with drafts and future posts
  recto build --strict -q            in CI: warnings fail, silence is success
  recto build -b https://example.com/blog""",
    ),
    "serve": Command(
        "show the site in a browser, as it is while you write",
        _serve,
        """
  recto serve                        this blog at http://localhost:8000/, kept up to date
  recto serve ~/blog -O              another blog, and open a browser
  recto serve -p 9000 --no-drafts    another port, without drafts
  recto serve --base-path /blog      below the folder that it will be deployed to
  recto serve --host 0.0.0.0         for a phone in the same network too""",
    ),
    "new": Command(
        "make a new blog in a new folder",
        _new,
        """
  recto new my-blog                  asks four questions
  recto new my-blog --yes            asks none""",
    ),
    "post": Command(
        "make a new post",
        _post,
        """
  recto post "What the tide leaves"
  recto post "Half an idea" --draft -c notes -t sea -t walking
  recto post "Happy new year" --date 2027-01-01""",
    ),
    "templates": Command(
        "list, copy and compare templates",
        _templates,
        """
  recto templates list               which are yours, and which the theme's
  recto templates copy post.html     make the theme's post.html yours
  recto templates diff               what is yours, and what changed underneath""",
    ),
    "deploy": Command(
        "build the site strictly, and send it to where its readers are",
        _deploy,
        """
  recto deploy                       build strictly, and send what changed to the usual target
  recto deploy staging -n            what would be sent to another one
  recto deploy --yes -q              in CI: asks nothing, silence is success
  recto deploy --gone /old/post/     an address that is given up""",
    ),
    "diff": Command(
        "say what readers would see of a deploy",
        _diff,
        """
  recto diff                         what readers would see of a deploy
  recto diff staging -v              at another target, with every page named
  recto diff --markdown              for a pull request""",
    ),
    "rollback": Command(
        "show the release before the last deploy again",
        _rollback,
        """
  recto rollback                     shows the release before the last deploy again""",
    ),
    "ledger": Command(
        "list, take over and record the addresses that the site ever had",
        _ledger,
        """
  recto ledger list                  the old addresses, and where each leads
  recto ledger update                records those of now, where a host builds by itself
  recto ledger import https://old.example/
  recto ledger import sitemap.xml feed.xml""",
    ),
    "due": Command(
        "say when posts go live or expire",
        _due,
        """
  recto due                          when the next posts go live or expire
  recto due --epoch                  the next moment alone, for a script""",
    ),
    "ci": Command(
        "write what a hosting service needs to build and deploy the site by itself",
        _ci,
        """
  recto ci github                    a workflow that deploys this blog from GitHub
  recto ci gitlab production         to another target, from GitLab
  recto ci netlify                   for Netlify, which builds by itself""",
    ),
    "clean": Command(
        "remove what recto has made",
        _clean,
        """
  recto clean                        removes dist/ and what recto remembers
  recto clean --cache                only what it remembers""",
    ),
}
