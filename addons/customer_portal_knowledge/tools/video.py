"""Videos: where a link leads, what shows it, and its chapters."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

# {site: what shows its videos without cookies of its own before they are played}
VIDEO_HOSTS = {
    "youtube.com": "www.youtube-nocookie.com",
    "vimeo.com": "player.vimeo.com",
}
_YOUTUBE = re.compile(r"[\w-]{11}")
_VIMEO = re.compile(r"\d{5,12}")
_CHAPTER = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\s+(\S.*)")
MOST_CHAPTERS = 100


class Video(NamedTuple):
    """A video of another site."""

    site: str  # what people call it
    url: str  # its page there
    embed: str  # what is loaded once somebody agrees


def read_video(text):
    """Return the Video of a link, or None for anything that is none."""
    try:
        parts = urlsplit((text or "").strip())
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if parts.scheme not in ("http", "https"):
        return None
    if host in ("youtube.com", "youtube-nocookie.com", "youtu.be"):
        path = parts.path.strip("/").split("/")[-1]
        key = parse_qs(parts.query).get("v", [path])[0]
        if _YOUTUBE.fullmatch(key):
            return Video(
                "youtube.com",
                f"https://www.youtube.com/watch?v={key}",
                f"https://{VIDEO_HOSTS['youtube.com']}/embed/{key}",
            )
    if host in ("vimeo.com", "player.vimeo.com"):
        key = parts.path.strip("/").split("/")[-1]
        if _VIMEO.fullmatch(key):
            return Video(
                "vimeo.com",
                f"https://vimeo.com/{key}",
                f"https://{VIDEO_HOSTS['vimeo.com']}/video/{key}?dnt=1",
            )
    return None


def read_chapters(text):
    """Return [(seconds, time as written, name)] of lines such as `1:25 Choose`."""
    chapters = []
    for line in (text or "").splitlines()[:MOST_CHAPTERS]:
        if found := _CHAPTER.fullmatch(line.strip()):
            hours, minutes, seconds, name = found.groups()
            total = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
            chapters.append((total, line.split()[0], name))
    return chapters
