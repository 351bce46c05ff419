BLOG_AUTHOR = "Bench"
BLOG_TITLE = "Bench Blog"
SITE_URL = "https://blog.example.org/"
BLOG_EMAIL = "bench@example.org"
BLOG_DESCRIPTION = "Bench"
DEFAULT_LANG = "en"
TIMEZONE = "UTC"
THEME = "bench"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": (".md",)}
MARKDOWN_EXTENSIONS = [
    "markdown.extensions.fenced_code",
    "markdown.extensions.codehilite",
    "markdown.extensions.extra",
]
MARKDOWN_EXTENSION_CONFIGS = {DEFAULT_LANG: {"markdown.extensions.codehilite": {"guess_lang": False}}}
PRETTY_URLS = True
STRIP_INDEXES = True
TAG_PATH = "categories"
TAG_PAGES_ARE_INDEXES = False
INDEX_PATH = ""
INDEX_DISPLAY_POST_COUNT = 10
INDEXES_STATIC = False
INDEXES_PRETTY_PAGE_URL = ["page", "{number}", "index.html"]
INDEX_TEASERS = False
FEED_LENGTH = 20
GENERATE_ATOM = False
GENERATE_RSS = True
RSS_PATH = ""
SHOW_SOURCELINK = False
COPY_SOURCES = False
USE_BUNDLES = False
CREATE_MONTHLY_ARCHIVE = False
NAVIGATION_LINKS = {DEFAULT_LANG: ()}
NAVIGATION_ALT_LINKS = {DEFAULT_LANG: ()}
DISABLED_PLUGINS = [
    "classify_archive",
    "classify_categories",
    "classify_authors",
    "render_galleries",
    "render_listings",
    "sitemap_robots",
    "robots",
    "create_bundles",
    "classify_sections",
]
TIMELINE_LINKS = ""
EXTRA_HEAD_DATA = ""
