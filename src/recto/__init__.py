"""recto turns a folder of Markdown posts into a finished blog."""

__version__ = "0.1.0"
