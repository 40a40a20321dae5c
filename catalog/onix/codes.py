"""What ONIX codes mean to the shop (EDItEUR code lists, issue 71)."""

from typing import Final

from catalog.models import Contribution, Product

Type = Product.PublicationType
Status = Product.Status
Role = Contribution.Role

# List 1: notification types.
FULL_RECORDS: Final = {"01", "02", "03"}
UPDATE: Final = "04"
DELETION: Final = "05"
OTHER_NOTIFICATIONS: Final = {
    "08": "a notice of sale",
    "09": "a notice of acquisition",
    "88": "a test",
    "89": "a test",
}

# List 5: ISBN-13, GTIN-13 and ISBN-10, best first. List 16 uses the same numbers.
ISBN_TYPES: Final = ("15", "03", "02")

# List 17. Roles without a place of their own take the nearest one, or "contributor".
ROLES: Final[dict[str, tuple[str, ...]]] = {
    **{role.value: (role.value,) for role in Role},
    "A08": (Role.PHOTOGRAPHER,),
    "A25": (Role.NOTES,),
    "A29": (Role.INTRODUCTION, Role.NOTES),
    "A35": (Role.ILLUSTRATOR,),
    "A38": (Role.AUTHOR,),
    "B08": (Role.TRANSLATOR,),
    "B11": (Role.EDITOR,),
    "B12": (Role.EDITOR,),
    "B13": (Role.EDITOR,),
    "B21": (Role.EDITOR,),
}
VOICES: Final = {Role.NARRATOR.value, Role.READER.value}

# List 150: product forms; downloads take their type from list 175.
FORMS: Final[dict[str, str]] = {
    "BB": Type.HARDCOVER,
    "BC": Type.PAPERBACK,
    "BF": Type.PAMPHLET,
    "AJ": Type.AUDIO,
    "AN": Type.AUDIO,
}
UNSPECIFIED_BOOK: Final = "BA"
DOWNLOADS: Final = {"EA", "EB", "ED"}

# List 175: product form details.
DOWNLOAD_DETAILS: Final[dict[str, str]] = {
    "E101": Type.EPUB,
    "E150": Type.EPUB,
    "E107": Type.PDF,
    "E108": Type.PDF,
}
BOOK_DETAILS: Final[dict[str, str]] = {
    **dict.fromkeys(["B101", "B102", "B103", "B104", "B105", "B106", "B107"], Type.PAPERBACK),
    **dict.fromkeys(["B113", "B114", "B116", "B131", "B132", "B135"], Type.PAPERBACK),
    "B416": Type.PAPERBACK,
    **dict.fromkeys(["B115", "B401", "B402"], Type.HARDCOVER),
    "B310": Type.PAMPHLET,
}

# List 23: page counts that describe the book itself, best first; list 24: 03 is pages.
PAGE_COUNTS: Final = ("00", "11", "05", "06", "07")
PAGES: Final = "03"

# List 48: measures, by the field that keeps them.
MEASURES: Final = {"01": "height_mm", "02": "width_mm", "03": "thickness_mm", "08": "weight_g"}

# List 50: grams and millimetres in a unit (avoirdupois pound and ounce, international inch).
GRAMS: Final = {"gr": "1", "kg": "1000", "lb": "453.59237", "oz": "28.349523125"}
MILLIMETRES: Final = {"mm": "1", "cm": "10", "in": "25.4"}

# List 64: publishing statuses that stop the sale whatever the supplier says: cancelled,
# no longer ours, withdrawn or recalled.
STOPPED: Final = {"01", "05", "11", "12", "15", "16", "17"}
FORTHCOMING: Final = "02"
PUBLISHING_STATUSES: Final[dict[str, str]] = {
    **dict.fromkeys(["00", "04", "09", ""], Status.ON_SALE),
    FORTHCOMING: Status.FORTHCOMING,
    **dict.fromkeys([*STOPPED, "03", "06", "07", "08", "10", "13", "18"], Status.WITHDRAWN),
}

# List 65: availability. 97-99 say that the sender does not know: list 64 decides then.
AVAILABILITIES: Final[dict[str, str]] = {
    **dict.fromkeys(["10", "11", "12"], Status.FORTHCOMING),
    **dict.fromkeys(["20", "21", "22", "23", "30", "31"], Status.ON_SALE),
    **dict.fromkeys(["32", "33"], Status.REPRINTING),
    **dict.fromkeys(["01", "09", "34"], Status.WITHDRAWN),
    **{str(code): Status.WITHDRAWN for code in range(40, 53)},
}
AVAILABLE: Final = {"20", "21", "22", "23"}
NONE_IN_STOCK: Final = {"31", "32", "33"}

# List 58: retail prices (recommended, fixed, agency), with tax before without.
RETAIL_PRICES: Final = ("02", "04", "42", "01", "03", "41")
# List 59: prices that everybody pays.
CONSUMER_PRICES: Final = {"", "00", "05"}

# List 22: the languages of the text and of the original.
TEXT_LANGUAGE, ORIGINAL_LANGUAGE = "01", "02"
# List 79: accessibility features, with values of list 196.
ACCESSIBILITY: Final = "09"

# List 27: subject schemes that the report names.
THEMA: Final = "93"
PROPRIETARY_SUBJECT: Final = "24"
SCHEMES: Final = {
    "10": "10, BISAC",
    "12": "12, BIC",
    "20": "20, keywords",
    **{str(code): f"{code}, Thema qualifier" for code in range(94, 100)},
}

# List 51: relations between formats of one work, and "if you liked this".
SAME_WORK: Final = {"06", "13", "27"}
SIMILAR: Final = "23"
# List 164: manifestation of.
MANIFESTATION: Final = "01"

# List 49: the euro area.
EUROZONE: Final = {
    *("AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "SI", "SK"),
}
