import sys

sys.path.insert(0, ".")
from pelicanconf import *  # noqa: F403

CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "reader"
CHECK_MODIFIED_METHOD = "mtime"
