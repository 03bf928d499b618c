"""Pages for `bin/bench`: what Page of benchmarks/pages.py takes."""

PAGES = [{"name": "help", "ours": ("/help",)}]
