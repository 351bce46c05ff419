"""Answer requests: each takes the current edition once, and everything in its answer is of that one.

The site's own files are served below the folder that it is deployed to, those of the preview itself below `_recto/` in it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from recto.diagnostics import Diagnostic
from recto.model import Page
from recto.preview import answers, banners, editor, failures, injection, inspector
from recto.preview.doorway import OWN, SCRIPTS, client
from recto.preview.editions import Edition, File
from recto.preview.events import Hub
from recto.preview.index import Index
from recto.preview.notices import Link, Notices
from recto.preview.press import Press, Sheet, Told, our_fault
from recto.preview.workshop import Workshop
from recto.text import unquote_path

NOT_FOUND = "404.html"
HTML = answers.content_type(NOT_FOUND)
LARGEST = 10_000_000  # bytes of an HTML file that gets the script


class App:
    """The ASGI application of a preview, without its guard. `told` hears of what is wrong that no build could tell."""

    def __init__(
        self, workshop: Workshop, hub: Hub, press: Press, index: Index, files: Executor, told: Told
    ) -> None:
        self._workshop, self._hub, self._press, self._index = workshop, hub, press, index
        self._files, self._told = files, told
        self._notices: tuple[int, Notices] | None = None
        self._own: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "": self._look,
            "events": self._events,
            "page": self._page,
            **{name: partial(self._client, name) for name in SCRIPTS},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope)
        try:
            response = await self._answer(request)
        except Exception as fault:
            self._told((our_fault(fault),))
            response = answers.said(500, f"recto failed: {fault!r}")
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        url = answers.decoded(request.scope["raw_path"])
        if url is None:
            return answers.said(400, "This address is none: it is not UTF-8, or has a NUL in it.")
        _, own, name = url.rpartition(OWN)
        if own and name in self._own:  # below any folder: a page may be older than the folder is
            return await self._own[name](request)
        edition = await self._workshop.settled()
        if edition.plan is None:
            return self._failed(request, edition, edition.diagnostics)
        path = edition.path(url)
        found = edition.find(path) if path else None
        if path and found is None:
            found = await self._index.find(edition.plan, path)
        if found is None:
            return _elsewhere(request, edition, url) or await self._missing(request, edition)
        return await self._file(request, edition, found) or await self._missing(request, edition)

    # ---- files of the site ----

    async def _file(
        self, request: Request, edition: Edition, found: File, status: int = 200
    ) -> Response | None:
        """The answer that gives a file; None for one that is not there any more."""
        if isinstance(found, Page):
            return await self._rendered(request, edition, found, status)
        try:
            file = answers.opened(found.source, str(self._workshop.root))
        except OSError:
            self._workshop.miss(found)
            return None
        kind = answers.content_type(found.path)
        if kind == HTML and os.fstat(file.fileno()).st_size <= LARGEST:
            with file:
                data = injection.inject(file.read(), edition.base)
            return answers.held(request.method, request.headers, data, kind, status=status)
        return answers.of_file(
            request.method, request.headers, file, kind, digest=found.digest, executor=self._files
        )

    async def _rendered(self, request: Request, edition: Edition, page: Page, status: int) -> Response:
        sheet = await self._press.sheet(edition, page)
        if sheet.data is None:
            return self._failed(request, edition, sheet.problems)
        data, kind = sheet.data, answers.content_type(page.path)
        if kind == HTML:
            assert edition.plan
            banner = banners.banner(edition.plan, page, now=edition.round.moment, link=self._link())
            data = injection.inject(data, edition.base, banner)
        return answers.held(request.method, request.headers, data, kind, status=status)

    async def _missing(self, request: Request, edition: Edition) -> Response:
        """The site's own page for what is not there."""
        page = edition.find(NOT_FOUND)
        answer = await self._file(request, edition, page, status=404) if page else None
        return answer or answers.said(404, "There is no page at this address.")

    def _failed(self, request: Request, edition: Edition, problems: Sequence[Diagnostic]) -> Response:
        data = failures.failure(problems, base=edition.base, link=self._link())
        return answers.held(request.method, request.headers, data, HTML, status=500)

    # ---- files of the preview ----

    async def _events(self, request: Request) -> Response:
        return self._hub.stream()

    async def _client(self, name: str, request: Request) -> Response:
        return client(request, name)

    async def _page(self, request: Request) -> Response:
        """What the browser is told of the page it shows."""
        edition = await self._workshop.settled()
        url = answers.decoded(request.query_params.get("url", "").encode())
        path = (edition.path(url) if url else None) or ""
        page = edition.find(path)
        page = page if isinstance(page, Page) else None
        sheet = await self._press.sheet(edition, page) if page else Sheet(None)
        told = self._told_of(edition).of(page, failed=sheet.problems, last=edition.gone.get(path))
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    async def _look(self, request: Request) -> Response:
        """The site as the builder sees it."""
        edition = await self._workshop.settled()
        look = partial(inspector.page, edition, request.query_params, link=self._link())
        html = await asyncio.get_running_loop().run_in_executor(self._files, look)
        return answers.held(request.method, request.headers, html.encode("utf-8", "replace"), HTML)

    def _told_of(self, edition: Edition) -> Notices:
        if self._notices is None or self._notices[0] != edition.number:
            made = Notices(edition.plan, edition.diagnostics, link=self._link())
            self._notices = (edition.number, made)
        return self._notices[1]

    def _link(self) -> Link:
        return partial(editor.link, self._workshop.settings.editor, str(self._workshop.root))


def _elsewhere(request: Request, edition: Edition, url: str) -> Response | None:
    """Where what is meant is found, if it is a folder without its slash, or the top of the server."""
    if edition.base and (url == "/" or f"{url}/" == unquote_path(f"{edition.base}/")):
        return _moved(request, f"{edition.base}/")
    path = edition.path(url)
    index = f"{path}/index.html"
    return _moved(request, edition.address(index)) if path and edition.find(index) else None


def _moved(request: Request, url: str) -> Response:
    query = request.scope["query_string"].decode("latin-1")
    return answers.moved(f"{url}?{query}" if query else url)
