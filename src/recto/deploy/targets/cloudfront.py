"""Let CloudFront forget what it holds of files that changed."""

import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from recto.deploy.headers import LASTING, cache_control
from recto.deploy.targets import aws
from recto.model import S3Target
from recto.text import encode_path

MOST = 1000  # paths that are named one by one; what Amazon does in a month without a fee


def invalidate(settings: S3Target, paths: Iterable[str], site: str) -> None:
    """Have all copies of these files of the site at this address dropped, which takes CloudFront some minutes. DeployError."""
    items = addresses(paths, urlsplit(site).path.rstrip("/"))
    if not items:
        return
    batch = {"Paths": {"Quantity": len(items), "Items": items}, "CallerReference": secrets.token_hex(16)}
    client = aws.client(settings, "cloudfront")
    try:
        with aws.telling(settings):
            client.create_invalidation(DistributionId=settings.cloudfront, InvalidationBatch=batch)
    finally:
        client.close()


def addresses(paths: Iterable[str], base_path: str) -> list[str]:
    """Under which addresses CloudFront may hold old bytes of these files; a pattern for all of them where they are too many. A new
    file's too, as it also holds that there was none."""
    found = set()
    for path in paths:
        if cache_control(path) != LASTING:
            url = f"{base_path}/{encode_path(path)}"
            found |= {url, url.removesuffix("index.html")} if path.endswith("index.html") else {url}
    return sorted(found) if len(found) <= MOST else [f"{base_path}/*"]
