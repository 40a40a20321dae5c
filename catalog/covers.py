"""Covers: renditions of the uploaded ones, a drawn one for every book without."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.urls import reverse

from catalog.models import Product
from catalog.titles import join_names

DESIGN = "1"  # goes up when the drawing changes, so that old pictures are not kept
WIDTH, HEIGHT, MARGIN = 400, 600, 34
FONT = "Iowan Old Style, Palatino Linotype, Palatino, P052, Georgia, serif"
LETTER = 0.54  # the usual width of a letter of these faces, in em
TITLE_SIZES = range(78, 26, -3)
TITLE_LINES = 5
TITLE_TOP = 118
TITLE_BOTTOM = 420

# Cloth, ink: every pair has a contrast of 7:1 or more (WCAG 2.2, 1.4.6).
CLOTHS = [
    ("#e9dfc9", "#2a1c14"),
    ("#22384a", "#eee6d6"),
    ("#2f4a38", "#f1ead9"),
    ("#7c1f1a", "#f6ead8"),
    ("#4b2f4d", "#f3e8ea"),
    ("#1f1d1b", "#efe3cc"),
    ("#d9b44a", "#231a06"),
    ("#5a3a22", "#f5e9d7"),
]
MOTIFS = [
    '<circle cx="330" cy="480" r="150"/>',
    '<path d="M0 600 400 300V600z"/>',
    '<path d="M0 452h400v14H0zM0 482h400v14H0zM0 512h400v14H0z"/>',
    '<path d="M0 400a200 200 0 0 1 200 200h-50a150 150 0 0 0-150-150z'
    'M0 500a100 100 0 0 1 100 100H50a50 50 0 0 0-50-50z"/>',
    '<path d="M0 470 400 380v60L0 560z"/>',
]


@dataclass(frozen=True)
class Cover:
    """What an `img` element needs to show a cover without a jump of the page."""

    url: str
    srcset: str
    width: int
    height: int
    alt: str


def cover_of(work: Product) -> Cover:
    """Return the cover of a work: its first picture, else one drawn from its title.

    Asks nothing of the database for a work loaded by `for_cards`.
    """
    alt = f"Cover of {work.title}"
    for image in work.images.all():
        renditions = image.original.aspect_ratios.get(None, {}).get("WEBP", {})
        srcset = ", ".join(f"{file.url} {width}w" for width, file in sorted(renditions.items()))
        shown = image.alt or alt
        return Cover(image.original.url, srcset, image.width, image.height, shown)
    url = reverse("catalog:cover", args=[work.slug, _fingerprint(work)])
    return Cover(url, "", WIDTH, HEIGHT, alt)


def draw(work: Product) -> str:
    """Return a cover as SVG: people, title and subtitle on a cloth chosen by subject."""
    names, publisher, subject = _words(work)
    cloth, ink = CLOTHS[(_number(subject) + _number(work.slug) % 3) % len(CLOTHS)]
    motif = MOTIFS[_number(work.slug) % len(MOTIFS)]
    size, lines = _fit(work.title)
    bottom = TITLE_TOP + size * len(lines) * 1.08
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}"><rect width="{WIDTH}" height="{HEIGHT}" '
        f'fill="{cloth}"/><g fill="{ink}" opacity=".13">{motif}</g>'
        f'<path d="M{MARGIN} 92H{WIDTH - MARGIN}M{MARGIN} 540H{WIDTH - MARGIN}" '
        f'stroke="{ink}" stroke-width="2" opacity=".65"/>'
        f'<g fill="{ink}" font-family="{FONT}">'
        + _text(names, y=70, size=_shrink(names, 25))
        + "".join(
            _text(line, y=TITLE_TOP + size * (0.82 + 1.08 * row), size=size)
            for row, line in enumerate(lines)
        )
        + "".join(
            _text(line, y=bottom + 24 + 27 * row, size=21, style="italic")
            for row, line in enumerate(_wrap(work.subtitle, 21)[:4])
        )
        + _text(publisher.upper(), y=572, size=_shrink(publisher, 15, spacing=3), spacing=3)
        + "</g></svg>"
    )


def _fingerprint(work: Product) -> str:
    shown = (DESIGN, work.slug, work.title, work.subtitle, *_words(work))
    return hashlib.sha256("|".join(shown).encode()).hexdigest()[:10]


def _words(work: Product) -> tuple[str, str, str]:
    """Return what else stands on or decides the drawn cover: names, publisher, subject."""
    names = join_names([part.contributor.name for part in work.authors])
    subject = next((subject.code or subject.slug for subject in work.categories.all()), "")
    return names, settings.SHOP_NAME, subject


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _text(text: str, *, y: float, size: float, style: str = "", spacing: int = 0) -> str:
    if not text:
        return ""
    more = f' font-style="{style}"' if style else ""
    more += f' letter-spacing="{spacing}"' if spacing else ""
    return f'<text x="{MARGIN}" y="{y:.0f}" font-size="{size:g}"{more}>{escape(text)}</text>'


def _room(size: float) -> int:
    """Return how many letters of a size fit on a line."""
    return int((WIDTH - 2 * MARGIN) / (size * LETTER))


def _shrink(text: str, size: float, *, spacing: float = 0) -> float:
    natural = len(text) * (size * LETTER + spacing)
    return round(size * min(1, (WIDTH - 2 * MARGIN) / natural), 1) if text else size


def _wrap(text: str, size: float) -> list[str]:
    room, lines = _room(size), [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line for line in lines if line]


def _fit(title: str) -> tuple[int, Sequence[str]]:
    """Return the largest size at which no word is cut, and the title in lines of it."""
    for size in TITLE_SIZES:
        lines = _wrap(title, size)
        fits = all(len(line) <= _room(size) for line in lines)
        if fits and len(lines) <= TITLE_LINES and size * len(lines) < TITLE_BOTTOM - TITLE_TOP:
            return size, lines
    return TITLE_SIZES[-1], _wrap(title, TITLE_SIZES[-1])[:8]
