"""What a web server says of a file beside its bytes. Pure, and the same on every machine: the system's own tables are not asked."""

import re
from types import MappingProxyType

from recto.deploy.planning import is_lasting

LASTING = "public, max-age=31536000, immutable"
PASSING = "public, max-age=60"

_OTHER = "application/octet-stream"
_TEXT = re.compile(r"text/|.*[/+](?:json|xml)\Z")
_OF_ENDINGS = {
    "application/epub+zip": "epub",
    "application/feed+json": "feed.json",
    "application/gzip": "gz tgz",
    "application/json": "json map",
    "application/ld+json": "jsonld",
    "application/manifest+json": "webmanifest",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/wasm": "wasm",
    "application/x-7z-compressed": "7z",
    "application/x-bzip2": "bz2",
    "application/x-tar": "tar",
    "application/x-xz": "xz",
    "application/xml": "xml xsl xslt rdf",
    "application/zip": "zip",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg oga opus",
    "audio/wav": "wav",
    "audio/webm": "weba",
    "font/collection": "ttc",
    "font/otf": "otf",
    "font/ttf": "ttf",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "image/apng": "apng",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg jpeg jfif",
    "image/jxl": "jxl",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tif tiff",
    "image/vnd.microsoft.icon": "ico",
    "image/webp": "webp",
    "model/gltf+json": "gltf",
    "model/gltf-binary": "glb",
    "text/calendar": "ics",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "html htm",
    "text/javascript": "js mjs cjs",
    "text/markdown": "md markdown",
    "text/plain": "txt text log",
    "text/vcard": "vcf",
    "text/vtt": "vtt",
    "video/mp4": "mp4 m4v",
    "video/mpeg": "mpeg mpg",
    "video/ogg": "ogv",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
}
_TYPES = MappingProxyType(
    {ending: kind for kind, endings in _OF_ENDINGS.items() for ending in endings.split()}
)


def content_type(path: str) -> str:
    """The media type of a file by its name, with the encoding of texts: ours are in UTF-8."""
    name = path.rpartition("/")[2].lower()
    kind = _TYPES.get(name) or _TYPES.get(name.rpartition(".")[2], _OTHER)
    return f"{kind}; charset=utf-8" if _TEXT.match(kind) else kind


def cache_control(path: str) -> str:
    """How long caches may keep a file: for ever where its name changes with its bytes, else a minute.

    A name that ends in digits alone is taken for a date or a number of its author's. That one digest of forty-three looks like
    that too costs a question now and then, and no reader an old file.
    """
    lasting = is_lasting(path) and not re.search(r"[._-][0-9]+\.[^./]+\Z", path)
    return LASTING if lasting else PASSING
