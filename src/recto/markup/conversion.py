"""Convert one body, whatever is in it."""

from html import escape

from recto.markup import words
from recto.markup.draft import MAX_LENGTH, UnbearableError, too_deep, too_large
from recto.markup.engine import engine
from recto.markup.finish import finish
from recto.markup.source import NOTHING, clean
from recto.model import Body, Content, Hypertext, Problem


def convert(body: Body) -> Content:
    """The body as HTML with everything that is known about it."""
    if len(body.text) > MAX_LENGTH:
        return _plain(body, too_large(len(body.text)))
    try:
        html, draft = engine(body.options, body.language).convert(clean(body.text))
        return finish(html, body, draft, words.words(body.language))
    except UnbearableError as hostile:
        problem = hostile.problem
    except RecursionError:
        problem = too_deep(0)
    engine.cache_clear()  # what was left half done must not reach the next body
    return _plain(body, problem)


def _plain(body: Body, problem: Problem) -> Content:
    """The text as it was written, and why."""
    text = escape(clean(body.text).replace(NOTHING, ""), quote=False)
    return Content(html=Hypertext(parts=(f'<pre tabindex="0">{text}</pre>',)), problems=(problem,))
