"""The banner on a post that is not public: why it is not, and when it will be. Pure: HTML that needs no script."""

from datetime import datetime

from recto.builder import Plan
from recto.model import Page
from recto.preview.notices import Link


def banner(plan: Plan, page: Page, *, now: datetime, link: Link) -> str:
    """The banner of a page, for `injection.inject`; "" for a page that `recto build` writes too. `now` is aware."""
    return ""
