"""Limits and names that models, pages and the import share."""

LARGEST_BODY = 500_000  # characters of HTML of one article
LONGEST_TITLE = 200
LONGEST_SUMMARY = 400
LONGEST_COMMENT = 2000
START = "/my"  # whose help is offered where a page is not known
KEPT_VERSIONS = 50  # of an article in a language, see `portal.help.version`
MOST_TITLES = 500  # of articles on a page
SITES = "customer_portal_knowledge.sites"  # the parameter of `tools.sites`
EMBED_SECONDS = 3600  # for how long browsers keep the script of such sites
FRESH_SECONDS = 300  # for how long a proxy keeps a page that is public

# Who sees it, from the widest to the narrowest: the index compares.
LEVELS = [
    ("public", "Everybody"),
    ("signed_in", "People who are signed in"),
    ("staff", "Only our staff"),
]
LEVEL_CODES = [code for code, _label in LEVELS]

# Words in the place of a category that mean something else below /help.
RESERVED = frozenset({"sitemap.xml", "feed.xml", "search", "suggest", "embed.js"})
