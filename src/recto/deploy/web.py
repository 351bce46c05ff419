"""Ask web servers, which may be slow, away, or wrong: within limits of time and size, and again where that can help.

What is sent to one host is never sent on to another, so a secret stays where it belongs; and no message holds one.
"""

import random
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from recto import __version__

TRIES = 5
PAUSE = 0.2  # seconds before something is tried, or looked at, again; each further pause is longer
LONGEST_PAUSE = 60.0  # however long a server asks us to wait
TOO_MANY = 15.0  # where a server only says that we ask too much
LIMIT = 64 * 1024 * 1024  # bytes of an answer
LONGEST = 300.0  # seconds for an answer to arrive whole
HOPS = 6  # requests for one address, as redirects lead on

_TIMEOUT = httpx.Timeout(60, connect=15)
_PASSING = {408, 425, 429, 500, 502, 503, 504, *range(520, 525)}  # what may be otherwise in a moment
_LOCAL: dict[str, httpx.BaseTransport | None] = {
    "all://127.0.0.1": None,
    "all://localhost": None,
    "all://[::1]": None,
}  # a proxy does not lead to this machine


T = TypeVar("T")
R = TypeVar("R")


class WebError(Exception):
    """A server gave no answer that is of use; says why, in words that follow "example.com cannot be read: "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said. `url` is where, after redirects; the names in `headers` are lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300

    @property
    def passing(self) -> bool:
        """Whether it may be another in a moment."""
        return self.status in _PASSING


class Web:
    """A client for one piece of work. `headers` go with each request."""

    def __init__(self, headers: Mapping[str, str] | None = None, *, tries: int = TRIES) -> None:
        own = {"User-Agent": f"recto/{__version__}", **(headers or {})}
        self._client = httpx.Client(headers=own, timeout=_TIMEOUT, mounts=_LOCAL)
        self._tries = tries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def get(self, url: str, *, limit: int = LIMIT) -> Answer:
        """What is at an address. Redirects are followed as long as they stay at the same host ("www." or not); one that leads
        elsewhere is the answer. WebError where there is none, or one of more than `limit` bytes."""
        for _ in range(HOPS):
            answer = self.ask("GET", url, limit=limit)
            if not (url := _onward(answer)):
                return answer
        raise WebError("it redirects in a circle")

    def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | Callable[[], bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = LIMIT,
    ) -> Answer:
        """The answer to one request, whatever its status, asked again while the failure may pass: so only what may be done twice is
        to be asked. WebError where there is none."""
        for pause in _pauses(self._tries):
            try:
                answer = self._once(method, url, body, headers or {}, limit)
            except (httpx.TransportError, httpx.DecodingError) as failure:
                if pause is None or _is_final(failure):
                    raise WebError(_why(failure)) from None
            except (httpx.HTTPError, httpx.InvalidURL) as failure:
                raise WebError(_why(failure)) from None
            else:
                if pause is None or not answer.passing:
                    return answer
                pause = max(pause, _asked_to_wait(answer))
            time.sleep(min(pause, LONGEST_PAUSE))
        raise AssertionError("the last try ends it")

    def _once(
        self,
        method: str,
        url: str,
        body: bytes | Callable[[], bytes] | None,
        headers: Mapping[str, str],
        limit: int,
    ) -> Answer:
        data, end = body() if callable(body) else body, time.monotonic() + LONGEST
        with self._client.stream(method, url, content=data, headers=dict(headers)) as response:
            held = bytearray()
            for piece in response.iter_bytes():
                held += piece
                if len(held) > limit:
                    raise WebError(f"it sends more than {limit:,} bytes")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("one byte after the other")
        return Answer(
            status=response.status_code, url=str(response.url), headers=response.headers, body=bytes(held)
        )


def form(values: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A form with files as it is sent, and its media type."""
    parts: list[tuple[str, tuple[str | None, str | bytes]]] = [
        *((name, (None, text)) for name, text in values.items()),
        *((name, (name, data)) for name, data in files.items()),
    ]
    request = httpx.Request("POST", "http://localhost/", files=parts)
    return request.read(), request.headers["content-type"]


def in_parallel(work: Callable[[T], R], things: Iterable[T], *, workers: int) -> Iterator[R]:
    """Do the work for each thing, a few at a time; what each gives, as it is done. What one raises ends it all."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            for each in as_completed([pool.submit(work, thing) for thing in things]):
                yield each.result()
        finally:
            pool.shutdown(cancel_futures=True)


def until(look: Callable[[], T | None], *, patience: float) -> T | None:
    """What `look` finds, asked again at longer and longer intervals; None where it finds nothing in `patience` seconds."""
    end, pause = time.monotonic() + patience, PAUSE
    while (found := look()) is None and time.monotonic() < end:
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)
    return found


def _pauses(tries: int) -> Iterator[float | None]:
    """How long to wait after each try that failed; None after the last. Those who failed together do not return together."""
    for count in range(tries - 1):
        yield PAUSE * 2**count * random.uniform(0.75, 1.25)
    yield None


def _asked_to_wait(answer: Answer) -> float:
    """The seconds that a server asks for, or that are left until it counts our requests anew."""
    told = answer.headers.get("retry-after") or answer.headers.get("x-ratelimit-reset")
    if answer.status != 429 and not told:
        return 0.0
    try:
        seconds = float(told or TOO_MANY)
    except ValueError:
        return TOO_MANY  # a date
    return seconds - time.time() if seconds > 1e9 else seconds


def _onward(answer: Answer) -> str:
    """Where a redirect within the same host leads; "" for any other answer."""
    if not 300 <= answer.status < 400 or "location" not in answer.headers:
        return ""
    try:
        target = urljoin(answer.url, answer.headers["location"])
        (host, port), (other, new) = _place(answer.url), _place(target)
    except ValueError:
        return ""
    return target if host == other and (port == new or (port, new) == (80, 443)) else ""


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.port or (443 if parts.scheme == "https" else 80)


def _is_final(failure: Exception) -> bool:
    """Whether it will be the same next time."""
    return isinstance(failure, httpx.UnsupportedProtocol) or _of_certificate(failure)


def _of_certificate(failure: BaseException | None) -> bool:
    while failure:
        if isinstance(failure, ssl.SSLCertVerificationError):
            return True
        failure = failure.__cause__ or failure.__context__
    return False


def _why(failure: Exception) -> str:
    """The reason in a few words. What httpx says may hold an address with its user and password, so only parts of it are used."""
    match failure:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return "that is no address of the web"
        case httpx.ConnectTimeout():
            return "it does not answer"
        case httpx.TimeoutException():
            return "it takes too long to answer"
        case httpx.DecodingError():
            return "its answer is damaged"
        case httpx.ProxyError():
            return "the proxy refuses"
    if _of_certificate(failure):
        return "its certificate is not valid"
    text = str(failure).lower()
    if any(sign in text for sign in ("name or service", "nodename", "getaddrinfo", "name resolution")):
        return "there is no host of that name"
    return "it refuses the connection" if "refused" in text else "the connection broke"
