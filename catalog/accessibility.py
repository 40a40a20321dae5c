"""What makes an e-book readable for everybody, and what locks it (ONIX lists 196 and 144)."""

from collections.abc import Iterable
from typing import Final

# List 196, the codes that a reader can act on, in our words. Left out are those that
# only mean something with a text beside them (addresses, names, dates).
FEATURES: Final[dict[str, str]] = {
    "52": "Everything can be read without sight, with a screen reader or in braille",
    "51": "Everything can be listened to as recorded audio",
    "36": "Type size, typeface, spacing and colours can be changed",
    "10": "No reading aid of the device is switched off",
    "14": "Pictures have short descriptions",
    "15": "Pictures have full descriptions",
    "16": "Figures shown in charts are given as text or tables, too",
    "11": "Table of contents with links",
    "12": "Index with links",
    "29": "Jumps from one heading to the next",
    "32": "Jumps to the main parts of the book",
    "13": "One clear order of reading",
    "19": "Page numbers of the printed book",
    "41": "List of the printed book's pages, with links",
    "22": "Languages are marked, for correct pronunciation",
    "21": "Hints for correct reading aloud",
    "20": "Recorded audio that follows the text",
    "17": "Mathematics as MathML",
    "35": "Mathematics as LaTeX",
    "53": "Mathematics described in words",
    "18": "Chemistry as ChemML",
    "34": "Chemistry as MathML",
    "54": "Chemistry as LaTeX",
    "24": "Made easier to read with dyslexia",
    "25": "Nothing is told by colour alone",
    "26": "High contrast of text and background",
    "37": "Very high contrast of text and background",
    "27": "Voices stand out clearly from background sound",
    "28": "Films have full audio descriptions",
    "30": "Parts are named for assistive technology (ARIA)",
    "31": "Interactive parts work with assistive technology",
    "38": "Unusual words and abbreviations are explained",
    "39": "What accompanies the audiobook is accessible, too",
    "40": "Links say where they lead",
    "02": "Conforms with EPUB Accessibility 1.0, level A",
    "03": "Conforms with EPUB Accessibility 1.0, level AA",
    "04": "Conforms with EPUB Accessibility 1.1",
    "05": "Conforms with PDF/UA-1",
    "06": "Conforms with PDF/UA-2",
    "80": "Conforms with WCAG 2.0",
    "81": "Conforms with WCAG 2.1",
    "82": "Conforms with WCAG 2.2",
    "84": "WCAG level A",
    "85": "WCAG level AA",
    "86": "WCAG level AAA",
    "09": "Known to have limits for readers with disabilities",
    "08": "Not examined yet",
}

# List 144, in our words.
PROTECTIONS: Final[dict[str, str]] = {
    "00": "None",
    "02": "Watermark, no lock",
    "01": "Locked (DRM)",
    "03": "Locked (Adobe DRM)",
    "04": "Locked (Apple DRM)",
    "06": "Locked (Readium LCP)",
}


def in_order(codes: Iterable[str]) -> list[str]:
    """Return the known ones of some codes of list 196, each once, most telling first."""
    found = set(codes)
    return [code for code in FEATURES if code in found]
