"""Tell from what git and ssh print why they refuse, and what to do. Pure; no secret that an address may hold is passed on."""

import re
from dataclasses import dataclass

from recto.deploy.faults import DeployError

_KEY = "see that your key or token is right and may write there; git ls-remote with the same address tries it"
_ADDRESS = "see that the address is right, that the repository is there, and that you may see it"
_MOVED = "somebody else deployed in the meantime; look at what is there with recto diff, then deploy again"
_RULES = "its own rules refuse this; see what protects the branch there"
_LATER = "see that the network and the other side are up, then deploy again; readers have the old site"

# What is printed, in git's and ssh's own words; the first that fits counts.
_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), code, hint)
    for pattern, code, hint in (
        (
            r"no space left|disk quota|quota exceeded|disk full",
            "deploy-full",
            "make room there, then deploy again",
        ),
        (r"\(stale info\)|\(fetch first\)|cannot lock ref|failed to update ref", "deploy-overtaken", _MOVED),
        (
            r"remote: error: .*|\(branch is currently checked out\)|\(non-fast-forward\)|\[remote rejected\] .*",
            "deploy-refused",
            _RULES,
        ),
        (
            r"host key verification failed|host identification has changed",
            "deploy-refused",
            "connect once by hand with ssh, and compare the key of the host with the one that it should have",
        ),
        (
            r"command not found|cannot run ssh|git-(?:receive|upload)-pack.*not found",
            "deploy-missing",
            "git must be installed on both sides, and ssh on this one",
        ),
        (
            r"dubious ownership",
            "deploy-refused",
            "the folder belongs to somebody else; if you trust it: git config --global --add safe.directory FOLDER",
        ),
        (
            r"permission denied|access denied|authentication failed|could not read (?:username|password)"
            r"|invalid (?:username|credentials)|returned error: 40[13]|insufficient permission|not allowed|read-only",
            "deploy-refused",
            _KEY,
        ),
        (
            r"does not appear to be a git repository|repository .*not found|not found|does not exist|no such file"
            r"|unsupported protocol|unable to find remote helper|protocol .* not supported|transport .* not allowed",
            "deploy-unreachable",
            _ADDRESS,
        ),
        (
            r"could not resolve|name or service not known|name resolution|timed out|timeout"
            r"|connection (?:refused|reset|closed)|(?:network|host) .*(?:unreachable|no route)|no route to host"
            r"|hung up|early eof|unexpected disconnect|rpc failed|returned error: (?:408|429|5\d\d)"
            r"|kex_exchange_identification|broken pipe|couldn't connect|failed to connect|ssl|tls",
            "deploy-passing",
            _LATER,
        ),
        (r"could not read from remote repository", "deploy-passing", _LATER),
    )
)

_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
_SPEAKER = re.compile(r"(?:(?:remote|fatal|error|ssh|warning): )+|!\t\S+\t", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why git refuses, in its own words but short. `passing` is whether it may be otherwise in a moment."""

    code: str
    reason: str
    hint: str
    passing: bool = False

    def told(self, target: str, doing: str) -> DeployError:
        """The same as an error of a deploy: what could not be done, and why."""
        return DeployError(self.code, f"{target}: {doing}: {self.reason}", self.hint)


def open_part(text: str) -> str:
    """The text without the names and passwords of addresses in it."""
    return _SECRET.sub("", text)


def named(printed: str) -> Refusal:
    """The refusal that these words of git's are."""
    text = open_part(printed)
    for pattern, code, hint in _REASONS:
        if found := pattern.search(text):
            passing = code == "deploy-passing"
            return Refusal(
                code="deploy-unreachable" if passing else code,
                reason=_line(text, found.start()),
                hint=hint,
                passing=passing,
            )
    last = next((line for line in reversed(text.splitlines()) if line.strip()), "git says nothing")
    return Refusal(code="deploy-failed", reason=_plain(last), hint="the words are git's; see git help push")


def _line(text: str, position: int) -> str:
    start, end = text.rfind("\n", 0, position) + 1, text.find("\n", position)
    return _plain(text[start : end if end >= 0 else len(text)])


def _plain(line: str) -> str:
    line = line.strip()
    speaker = _SPEAKER.match(line)
    said = line[speaker.end() if speaker else 0 :].rstrip(".")
    return said[:1].lower() + said[1:]
