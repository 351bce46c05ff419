"""What a server's `sh` does for a deploy. Each may be run again after a connection broke, and does the rest of its work.

`root` is the folder, `seen` what `current` led to when we looked, `token` what is new is called by; what comes out of it begins with a word.
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence

# Functions of the scripts. A link is taken for what it says; "?" is for what is no link.
_COMMON = r"""
shown() { if [ -L current ]; then readlink current; elif [ -e current ]; then echo '?'; fi; }
"""

_LOCKED = (
    _COMMON
    + r"""
cd "$root" 2>/dev/null || { echo none; exit 0; }
n=0
until mkdir .lock 2>/dev/null; do
  if [ ! -d .lock ]; then mkdir .lock || exit 1; break; fi
  if [ -n "$(find .lock -prune -mmin +1 2>/dev/null)" ]; then rmdir .lock 2>/dev/null && continue; fi
  n=$((n+1)); if [ $n -gt 20 ]; then echo busy; exit 0; fi
  sleep 1
done
trap 'rmdir .lock' EXIT
trap 'exit 1' HUP INT PIPE TERM
show() {
  rm -f ".current-$token"; ln -s "releases/$1/site" ".current-$token"
  mv -fT ".current-$token" current || mv -fh ".current-$token" current
}
"""
)

LOOK = (
    _COMMON
    + r"""
if [ ! -d "$root" ]; then echo; return; fi
cd "$root"
shown || :
cat current/../snapshot.json 2>/dev/null || :
"""
)

# What deploys left that died is removed after a day. A file system without hard links gets copies.
PREPARE = (
    _COMMON
    + r"""
mkdir -p "$root/releases"; cd "$root"
if [ "$(shown)" != "$seen" ]; then echo overtaken; return; fi
cd releases
find . ! -name . -prune -name '.[no][el][wd]-*' -mmin +1440 -exec rm -rf {} +
rm -rf ".new-$token"
if [ -n "$old" ]; then
  cp -al "$old" ".new-$token" 2>/dev/null || { rm -rf ".new-$token"; cp -Rp "$old" ".new-$token"; }
fi
mkdir -p ".new-$token/site"; cd ".new-$token/site"
"""
)

SWITCH = (
    _LOCKED
    + r"""
now=$(shown)
if [ "$now" != "releases/$new/site" ]; then
  if [ "$now" != "$seen" ]; then echo overtaken; return; fi
  if [ ! -d "releases/$new" ]; then
    find "releases/.new-$token/site" -type d ! -perm -555 -exec chmod a+rx {} + -o -type f ! -perm -444 -exec chmod a+r {} +
    mv "releases/.new-$token" "releases/$new"
  fi
  if [ "$now" = '?' ]; then mv current "before-recto-$token"; fi
  show "$new"
fi
keep=' '; each=$new; n=0
while [ -n "$each" ] && [ -f "releases/$each/before" ] && [ $n -lt "$releases" ]; do
  keep="$keep$each "; each=$(cat "releases/$each/before"); n=$((n+1))
done
for folder in releases/*/; do
  each=${folder#releases/}; each=${each%/}
  case $keep in *" $each "*) continue;; esac
  if [ -f "releases/$each/before" ]; then mv "releases/$each" "releases/.old-$each"; rm -rf "releases/.old-$each"; fi
done
echo done
"""
)

BACK = (
    _LOCKED
    + r"""
now=$(shown); now=${now#releases/}; now=${now%/site}
before=$(cat "releases/$now/before" 2>/dev/null || :)
if [ -z "$before" ] || [ ! -d "releases/$before/site" ]; then echo none; return; fi
show "$before"
echo done
cat "releases/$before/label"
"""
)


def removing(paths: Sequence[str]) -> Iterator[str]:
    """Lines of a script that removes these files, and the folders that this leaves empty, in the folder where it is."""
    yield from (f"rm -f -- {shlex.join(part)}" for part in _parts(paths))
    folders = {parent for path in paths for parent in _parents(path)}
    for part in _parts(sorted(folders, key=lambda folder: (-folder.count("/"), folder))):
        yield f"rmdir -- {shlex.join(part)} 2>/dev/null || :"


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _parts(items: Sequence[str], size: int = 200) -> Iterable[Sequence[str]]:
    """As many at a time as fit into one command."""
    return (items[start : start + size] for start in range(0, len(items), size))
