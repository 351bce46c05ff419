"""Ask a hosting service by its API, and say in plain words what it refuses. The token goes to that service, and into no message."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from recto.deploy.faults import DeployError
from recto.deploy.web import Answer, Web, WebError

T = TypeVar("T")

_LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What to call a service; the environment variable that holds its token; and where one is made."""

    name: str
    variable: str
    tokens: str


class Service:
    """A connection to a service for the target called `target`. `api` is the address of its interface."""

    def __init__(self, host: Host, target: str, api: str) -> None:
        self.host = host
        self._target = target
        self._api = _safe(api, target).rstrip("/")
        self._token = _token(host, target)
        self._web = Web({"Authorization": f"Bearer {self._token}"})

    def close(self) -> None:
        """Let go of the connections."""
        self._web.close()

    def ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        json: object = None,
        missing: tuple[str, str] | None = None,
    ) -> T:
        """What the service answers, as a value of that kind. `missing` is what to say, and to do, where it knows no such thing.
        DeployError where it refuses or cannot be asked."""
        return self.understood(self.good(self.answer(method, path, json=json), missing), kind)

    def understood(self, answer: Answer, kind: type[T]) -> T:
        """The answer as a value. DeployError where it is none of that kind."""
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except (msgspec.MsgspecError, ValueError):
            message = f"what answers at {self._api} is not the interface of {self.host.name}"
            hint = f'see "api" of {self._target} in site.yaml'
            raise DeployError("deploy-unreachable", message, hint) from None

    def good(self, answer: Answer, missing: tuple[str, str] | None = None) -> Answer:
        """The answer, which is a good one. DeployError with what it means where it is not."""
        if not answer.ok:
            raise self._refusal(answer, missing)
        return answer

    def answer(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        body: bytes | Callable[[], bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer as it is, whatever it says. DeployError where there is none."""
        kind = {"Content-Type": "application/json"} if json is not None else {}
        data = msgspec.json.encode(json) if json is not None else body
        try:
            return self._web.ask(method, self._api + path, body=data, headers=kind | dict(headers or {}))
        except WebError as problem:
            where = urlsplit(self._api).netloc
            message = f"{self._target} cannot be reached at {where}: {problem}"
            hint = (
                "see whether the network works, then deploy again; until then readers have the site they had"
            )
            raise DeployError("deploy-unreachable", message, hint) from None

    def refused(self, why: str) -> DeployError:
        """The service does not want to, for a reason of its own."""
        hint = f"put that right at {self.host.name} or in site.yaml, then deploy again"
        return DeployError("deploy-refused", f"{self.host.name} refuses {self._target}: {why}", hint)

    def _refusal(self, answer: Answer, missing: tuple[str, str] | None) -> DeployError:
        name, variable = self.host.name, self.host.variable
        if answer.status in (401, 403):
            message = f"{name} does not let {self._target} in with the token in {variable}"
            hint = f"make a new one at {self.host.tokens} with the right to deploy this site, and set {variable} to it"
            return DeployError("deploy-refused", message, hint)
        if answer.status == 404 and missing:
            return DeployError("deploy-refused", *missing)
        if answer.passing:
            message = f"{name} answers {answer.status} again and again"
            hint = "deploy again in some minutes; until then readers have the site they had"
            return DeployError("deploy-unreachable", message, hint)
        said = self._without_token(_said(answer.body)) or f"it answers {answer.status}"
        return self.refused(said)

    def _without_token(self, text: str) -> str:
        return text.replace(self._token, "...")


def foreign(target: str, host: str) -> DeployError:
    """Something is there that recto did not put there."""
    message = f"what {target} shows at {host} was not deployed by recto"
    hint = "see that this is the right site; then deploy --force replaces what is there"
    return DeployError("deploy-foreign", message, hint)


def overtaken(target: str, host: str) -> DeployError:
    """Somebody else was quicker."""
    message = f"somebody else deployed {target} at {host} at the same time"
    return DeployError("deploy-overtaken", message, "deploy again, and it will build on what is there now")


def _token(host: Host, target: str) -> str:
    token = os.environ.get(host.variable, "").strip()
    if not token:
        message = f"{target} needs a token of {host.name}, and {host.variable} is not set"
        hint = f"make one at {host.tokens} and set {host.variable} to it (in CI: as a secret)"
        raise DeployError("deploy-secret", message, hint)
    if not (token.isascii() and token.isprintable() and " " not in token):
        message = f"what {host.variable} holds is no token of {host.name}"
        raise DeployError("deploy-secret", message, f"copy it once more from {host.tokens}")
    return token


def _safe(api: str, target: str) -> str:
    """The address, where a token may be sent to it."""
    parts = urlsplit(api)
    if parts.scheme == "https" or parts.hostname in _LOCAL:
        return api
    message = f"a token for {target} would go to {parts.netloc or api} for all to read"
    raise DeployError("deploy-refused", message, 'let "api" in site.yaml begin with https://')


def _said(body: bytes) -> str:
    """The reason that an answer gives."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError):
        return ""
    match found:
        case {"errors": [{"message": str(text)}, *_]} | {"message": str(text)}:
            return " ".join(text[:200].split())
    return ""
