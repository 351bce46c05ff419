"""Know again what pure functions made of the very same values: what one build of a process leaves to the next."""


class Recall:
    """The results of the last build."""
