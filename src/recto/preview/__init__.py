"""Show a site as it will be, and keep what is shown as its files are: the same build, its pages rendered when asked for."""

from recto.preview.editions import Edition
from recto.preview.options import Options, ServeError, Teller
from recto.preview.running import serve

__all__ = ["Edition", "Options", "ServeError", "Teller", "serve"]
