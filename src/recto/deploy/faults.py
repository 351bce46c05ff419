"""What can stop a deploy, in words that say what to do."""

from recto.diagnostics import BuildError, Location, error


class DeployError(BuildError):
    """A deploy cannot go on, and what readers see is the old site or the new one, whole. Carries one diagnostic."""

    def __init__(self, code: str, message: str, hint: str, location: Location | None = None) -> None:
        super().__init__([error(code, message, location, hint=hint)])
