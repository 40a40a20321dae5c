"""The catalogue of Standard Ebooks (CC0) as an ONIX message, and its covers in the shop.

The folder is not part of the repository. It is looked for in BOOKSTORE_SHARED_DATA, or in
`shared/data` beside the repository.
"""

import json
import os
from collections import Counter
from pathlib import Path

from django.core.files import File

from catalog.models import Product, ProductImage
from catalog.onix.export.elements import flag, part, xml
from catalog.onix.export.texts import marked_up, plain
from tests.catalog.onix.messages import isbn

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("BOOKSTORE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
FOLDER = SHARED / "standardebooks"

SPACE = "http://ns.editeur.org/onix/3.1/reference"
FIRST_NUMBER = 8001

# MARC relators whose work readers see, by ONIX list 17. Left out are those who made the
# file: transcribers, proofreaders, markup editors, typographers, designers of type.
ROLES = {
    "aut": "A01",
    "edt": "B01",
    "trl": "B06",
    "ill": "A12",
    "ann": "A20",
    "win": "A24",
    "wpr": "A15",
    "wfw": "A23",
    "waw": "A19",
    "wac": "A21",
    "wat": "A32",
    "art": "A36",
}
THEMA = {
    "Fiction": ("FBC", "Classic fiction"),
    "Science Fiction": ("FL", "Science fiction"),
    "Horror": ("FK", "Horror"),
    "Satire": ("FUP", "Satirical fiction"),
    "Shorts": ("FYB", "Short stories"),
    "Philosophy": ("QD", "Philosophy"),
    "Nonfiction": ("JP", "Politics and government"),
    "Autobiography": ("DNB", "Autobiography"),
}
PLACES = {"en.wikipedia.org": "Wikipedia", "id.loc.gov": "the Library of Congress"}


def books():
    """Return the books of the folder."""
    return json.loads((FOLDER / "catalogue.json").read_text())


def message(found):
    """Return the books as an ONIX 3.1 message, and how often each role was left out."""
    left_out = Counter()
    sender = part("Sender", part("SenderName", "Standard Ebooks"))
    header = part("Header", sender, part("SentDateTime", "20261124T180000Z"))
    products = [_product(n, book, left_out) for n, book in enumerate(found, FIRST_NUMBER)]
    lines = [xml(element, depth=1, is_short=False) for element in (header, *products)]
    root = f'<ONIXMessage xmlns="{SPACE}" release="3.1">\n'.encode()
    return root + b"".join(lines) + b"</ONIXMessage>\n", left_out


def attach_covers(found):
    """Upload the covers as staff would, with all their renditions."""
    for number, book in enumerate(found, FIRST_NUMBER):
        work = Product.objects.get(upc=isbn(number)).parent
        path = FOLDER / book["cover"]
        with path.open("rb") as file:
            ProductImage.objects.create(product=work, original=File(file, name=path.name))


def _product(number, book, left_out):
    return part(
        "Product",
        part("RecordReference", book["identifier"]),
        part("NotificationType", "03"),
        part("ProductIdentifier", part("ProductIDType", "15"), part("IDValue", isbn(number))),
        _descriptive(book, left_out),
        _collateral(book),
        part(
            "PublishingDetail",
            part("Imprint", part("ImprintName", "Standard Ebooks")),
            part("PublishingStatus", "04"),
            part(
                "PublishingDate",
                part("PublishingDateRole", "01"),
                part("Date", book["published"][:10].replace("-", ""), dateformat="00"),
            ),
        ),
        _supply(),
    )


def _descriptive(book, left_out):
    people = [_contributor(one, left_out) for one in book["contributors"]]
    ranked = sorted(book["collections"], key=lambda one: one["type"] != "series")
    title = [part("TitleText", book["title"], collationkey=_sort_title(book))]
    return part(
        "DescriptiveDetail",
        part("ProductComposition", "00"),
        part("ProductForm", "ED"),
        part("ProductFormDetail", "E101"),
        part("EpubTechnicalProtection", "00"),
        *map(_collection, ranked),
        part(
            "TitleDetail",
            part("TitleType", "01"),
            part(
                "TitleElement",
                part("TitleElementLevel", "01"),
                *title,
                part("Subtitle", book["subtitle"] or ""),
            ),
        ),
        *people,
        flag("NoEdition"),
        part("Language", part("LanguageRole", "01"), part("LanguageCode", "eng")),
        part(
            "Extent",
            part("ExtentType", "00"),
            part("ExtentValue", book["word_count"]),
            part("ExtentUnit", "02"),
        ),
        *(_subject("93", *THEMA[genre]) for genre in book["genre"]),
        *(_subject("04", "", heading) for heading in book["subjects_lcsh"]),
    )


def _sort_title(book):
    rest, comma, article = book["title_file_as"].rpartition(", ")
    is_article = comma and article in {"The", "A", "An"}
    return rest if is_article else book["title_file_as"]


def _collection(told):
    name = part("TitleText", told["name"])
    elements = [part("TitleElement", part("TitleElementLevel", "02"), name)]
    if told["position"]:
        number = part("PartNumber", told["position"])
        elements.append(part("TitleElement", part("TitleElementLevel", "01"), number))
    detail = part("TitleDetail", part("TitleType", "01"), *elements)
    return part("Collection", part("CollectionType", "10"), detail)


def _contributor(told, left_out):
    roles = [code for role, code in ROLES.items() if role in told["roles"]]
    left_out.update(role for role in told["roles"] if role not in ROLES)
    if not roles:
        return None
    return part(
        "Contributor",
        *(part("ContributorRole", role) for role in roles),
        part("PersonName", told["name"]),
        part("PersonNameInverted", told["file_as"]),
        *(_website(told["name"], url) for url in told["same_as"]),
    )


def _website(name, url):
    place = PLACES[url.split("/")[2]]
    return part(
        "Website",
        part("WebsiteRole", "00"),
        part("WebsiteDescription", f"{name} at {place}"),
        part("WebsiteLink", url),
    )


def _subject(scheme, code, heading):
    return part(
        "Subject",
        part("SubjectSchemeIdentifier", scheme),
        part("SubjectCode", code),
        part("SubjectHeadingText", heading),
    )


def _collateral(book):
    texts = [
        ("02", plain("Text", book["description"] or "")),
        ("03", marked_up("Text", book["long_description_html"] or "")),
    ]
    return part(
        "CollateralDetail",
        *(
            part("TextContent", part("TextType", kind), part("ContentAudience", "00"), text)
            for kind, text in texts
            if text is not None
        ),
    )


def _supply():
    supplier = part(
        "Supplier", part("SupplierRole", "09"), part("SupplierName", "Standard Ebooks")
    )
    price = part(
        "Price",
        part("PriceType", "01"),
        part("PriceAmount", "4.99"),
        part("CurrencyCode", "USD"),
    )
    return part(
        "ProductSupply",
        part("SupplyDetail", supplier, part("ProductAvailability", "20"), price),
    )
