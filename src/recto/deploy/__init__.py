"""Send a finished site to where its readers are: plan, then apply. Only the targets touch the world.

What a target holds and what it is to hold are two values (`snapshot`); what has to be done is their difference (`planning`), and
so is what readers will see of it (`difference`). Each kind of target carries it out in a way that leaves readers the old site or
the new one, whole, at whichever moment it ends.
"""

from recto.deploy.difference import Difference, Shown
from recto.deploy.faults import DeployError
from recto.deploy.opening import opened
from recto.deploy.preparing import Prepared, Wish, prepared
from recto.deploy.running import carry_out, keep, settings_of, verified
from recto.deploy.target import Progress

__all__ = [
    "DeployError",
    "Difference",
    "Prepared",
    "Progress",
    "Shown",
    "Wish",
    "carry_out",
    "keep",
    "opened",
    "prepared",
    "settings_of",
    "verified",
]
