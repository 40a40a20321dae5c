"""Papers as plain data, and what a reader of their PDF finds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from checkout.papers.book import Book
from checkout.papers.invoice import Charge, Invoice, Line, Movement
from checkout.papers.packing_slip import Packed, PackingSlip
from checkout.papers.seller import Seller

SELLER = Seller(
    name="Meridian Press",
    address=("12 Foxglove Lane", "Anytown, MA 00000"),
    email="orders@meridian.example",
    website="shop.example",
    country="GB",
)
ADDRESS = ("Ada Reader", "1 Library Lane", "LONDON", "EC1Y 8SY", "United Kingdom")
MY_LIFE = Book("My Life", "Leon Trotsky", "Paperback", "978-0-14-310637-1")
SLIP = PackingSlip(
    seller=SELLER,
    number="1234-5678",
    ordered_on=date(2026, 11, 24),
    address=ADDRESS,
    country="GB",
    shipping_method="By post",
    packed=(Packed(MY_LIFE, 1),),
    absent=(),
)
INVOICE = Invoice(
    seller=SELLER,
    number="1234-5678",
    ordered_on=date(2026, 11, 24),
    buyer=ADDRESS,
    country="GB",
    currency="USD",
    lines=(Line(MY_LIFE, 2, Decimal("24.95"), Decimal("49.90")),),
    discount=Decimal(0),
    charges=(Charge("Shipping: By post", Decimal("4.50")),),
    tax=Decimal(0),
    total=Decimal("54.40"),
    payments=(Movement(date(2026, 11, 25), Decimal("54.40"), "USD"),),
    refunds=(),
    is_cancelled=False,
)


@pytest.fixture
def read():
    """Return the pages of a PDF as text, and what it says about itself."""

    def read(pdf):
        reader = PdfReader(BytesIO(pdf))
        pages = [" ".join(page.extract_text().split()) for page in reader.pages]
        fonts = {
            font["/BaseFont"].partition("+")[2]
            for page in reader.pages
            for font in page["/Resources"]["/Font"].values()
        }
        return SimpleNamespace(
            pages=pages,
            text=" ".join(pages),
            fonts=fonts,
            title=reader.metadata.title,
            language=reader.root_object["/Lang"],
            is_tagged=bool(reader.root_object["/MarkInfo"]["/Marked"]),
            size=tuple(round(float(side)) for side in reader.pages[0].mediabox[2:]),
        )

    return read


@pytest.fixture
def slip():
    return lambda **changes: replace(SLIP, **changes)


@pytest.fixture
def invoice():
    return lambda **changes: replace(INVOICE, **changes)
