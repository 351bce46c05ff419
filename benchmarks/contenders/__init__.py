"""Every tool that run.py can measure, by name."""

from contenders.base import Contender
from contenders.eleventy import Eleventy
from contenders.hugo import Hugo
from contenders.jekyll import Jekyll, JekyllIncremental
from contenders.nikola import Nikola
from contenders.pelican import Pelican
from contenders.recto import Recto, RectoWhole

CONTENDERS: dict[str, type[Contender]] = {
    each.name: each
    for each in (Recto, RectoWhole, Hugo, Eleventy, Jekyll, JekyllIncremental, Pelican, Nikola)
}

__all__ = ["CONTENDERS", "Contender"]
