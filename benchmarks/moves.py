"""See that no address dies: posts are renamed, then all get another style of permalink, and every old address is asked of nginx.

python benchmarks/moves.py                        # 10,000 posts, of which 1,000 are renamed
python benchmarks/moves.py --posts 500 --renamed 50

Each old address must answer with one redirect (301) to an address that answers with the page of that post, and each feed must
have the ids that it had. Ends with 1 where one does not.
"""

import argparse
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import hosts  # noqa: E402
from contenders.recto import Recto  # noqa: E402
from corpus import make_corpus  # noqa: E402

SETTINGS = """
deploy:
  default: {type: folder, path: ../served, redirects: nginx}
"""
HTTP = """
map_hash_max_size 65536;
map_hash_bucket_size 256;
map $uri $moved { include SERVED/_redirects.ma[p]; }
"""
SERVER = """
if ($moved = gone) { return 410; }
if ($moved) { return 301 $moved; }
location / { try_files $uri $uri/ =404; }
"""
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_ENTRY = re.compile(r"<entry.*?<title>(.*?)</title>\s*<id>(.*?)</id>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says of an address."""

    status: int
    location: str
    body: str


class Reader:
    """Somebody who has old addresses."""

    def __init__(self, base: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)

    def ask(self, url: str) -> Answer:
        """Ask for one address, and follow nothing."""
        self._connection.request("GET", url)
        response = self._connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        return Answer(status=response.status, location=response.getheader("Location") or "", body=body)


def build_site(site: Path, count: int) -> None:
    """The blog before anything moves."""
    tool = Recto()
    site.mkdir(parents=True)
    # a title is what a post is known by here, so none may have that of another
    tool.prepare(site, [post.with_title(f"{post.title} {post.number}") for post in make_corpus(count)])
    settings = site / "site.yaml"
    text = settings.read_text("utf-8").replace("items: 20", "items: 1000")
    settings.write_text(text + SETTINGS, "utf-8")


def deploy(site: Path) -> float:
    """Deploy it; the seconds that took."""
    start = time.perf_counter()
    done = subprocess.run(
        [Recto().program, "deploy", "--yes", "--quiet"],
        cwd=site,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        sys.exit(f"recto deploy ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def posts(site: Path) -> dict[str, str]:
    """The address of each post, by its title, as a build tells them."""
    done = subprocess.run(
        [Recto().program, "build", "--json"], cwd=site, capture_output=True, text=True, check=True
    )
    found = {}
    for page in json.loads(done.stdout)["pages"]:
        if page["from"].startswith("posts/") and (site / "dist" / page["path"]).exists():
            text = (site / "dist" / page["path"]).read_text("utf-8")
            if "http-equiv" not in text:
                found[_HEADING.findall(text)[-1].strip()] = page["url"]
    return found


def entries(site: Path) -> dict[str, str]:
    """The id of each entry of the feed, by its title."""
    return dict(_ENTRY.findall((site / "dist" / "feed.xml").read_text("utf-8")))


def rename(site: Path, count: int) -> None:
    """Give this many posts, spread over the blog, files of other names, some of them in folders."""
    files = sorted((site / "posts").glob("*.md"))
    for number, path in enumerate(files[:: max(1, len(files) // count)][:count]):
        day, slug = path.name[:10], path.stem[11:]
        folder = path.parent / "moved" if number % 3 == 0 else path.parent
        folder.mkdir(exist_ok=True)
        path.rename(folder / f"{day}-now-{number}-{slug}.md")


def restyle(site: Path) -> None:
    """Give all posts another kind of address."""
    settings = site / "site.yaml"
    text = re.sub(r"^permalink:.*\n", "", settings.read_text("utf-8"), flags=re.MULTILINE)
    settings.write_text(f"{text}\npermalink: /{{year}}/{{month}}/{{slug}}.html\n", "utf-8")


def wrong(reader: Reader, old: Iterable[tuple[str, str]], now: Mapping[str, str]) -> list[str]:
    """What does not lead where it should: `old` are pairs of a title and an address that its post had."""
    problems = []
    for title, url in old:
        if url == now[title]:
            continue
        first = reader.ask(url)
        second = reader.ask(first.location) if first.location else first
        if first.status != 301 or first.location != now[title]:
            problems.append(f"{url}: {first.status} {first.location}, not 301 {now[title]}")
        elif second.status != 200 or title not in second.body:
            problems.append(f"{url}: leads to {first.location}, which is {second.status}")
    return problems


def main() -> int:
    """Move posts twice, and ask for all that was."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--renamed", type=int, default=1_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recto-moves-") as folder:
        site, served = Path(folder) / "site", Path(folder) / "served"
        build_site(site, args.posts)
        print(f"first deploy: {deploy(site):.1f} s")
        ids, now = entries(site), posts(site)
        history = [*now.items()]
        failures = 0
        with hosts.nginx(served, server=SERVER, http=HTTP.replace("SERVED", str(served))) as nginx:
            for step in ("renamed", "restyled"):
                if step == "renamed":
                    rename(site, args.renamed)
                else:
                    restyle(site)
                print(f"{step}: {deploy(site):.1f} s")
                os.kill(nginx.pid, signal.SIGHUP)  # nginx reads its map when it is loaded
                time.sleep(1)
                now = posts(site)
                problems = wrong(Reader(nginx.base), history, now)
                asked = sum(url != now[title] for title, url in history)
                print(f"{step}: {asked:,} old addresses asked, {len(problems):,} wrong")
                changed = {
                    title: (ids[title], found)
                    for title, found in entries(site).items()
                    if found != ids[title]
                }
                print(f"{step}: {len(ids):,} entries of the feed, {len(changed):,} with another id")
                print("\n".join([*problems[:5], *map(str, list(changed.items())[:5])]), file=sys.stderr)
                failures += len(problems) + len(changed)
                history += now.items()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
