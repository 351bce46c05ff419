"""Make the whole site out of its sources: which posts it has, in which order, where each lives, what its links mean.

Pure: the clock comes in as `now`, and every problem leaves as a located diagnostic. Linear in the number of posts.
"""

from recto.site.assembly import Assembly, assemble
from recto.site.cards import carded, cards
from recto.site.illustrate import faces, illustrate, shown
from recto.site.past import follow
from recto.site.selection import Due, due, select, withheld

__all__ = [
    "Assembly",
    "Due",
    "assemble",
    "carded",
    "cards",
    "due",
    "faces",
    "follow",
    "illustrate",
    "select",
    "shown",
    "withheld",
]
