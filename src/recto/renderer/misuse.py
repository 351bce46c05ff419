"""What filters and functions raise where a template asks for what cannot be."""


class MisuseError(Exception):
    """A template asks for what cannot be; `word` is what stands in the template where the caret belongs."""

    def __init__(self, message: str, *, hint: str = "", word: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.word = word
