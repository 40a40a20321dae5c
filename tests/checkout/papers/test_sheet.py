"""What all papers have in common: sheet, pages, letters, odd text."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from checkout.papers import invoice as invoices
from checkout.papers import packing_slip
from checkout.papers.book import Book
from checkout.papers.packing_slip import Absent, Packed
from tests.checkout.papers.conftest import INVOICE, MY_LIFE, SELLER, SLIP

A4, LETTER = (595, 842), (612, 792)


def book(title, byline="Leon Trotsky"):
    return Book(title, byline, "Paperback", "978-0-14-310637-1")


@pytest.mark.parametrize(
    ("country", "size"), [("GB", A4), ("DE", A4), ("US", LETTER), ("CA", LETTER)]
)
def test_a_paper_has_the_size_that_the_shops_country_prints_on(slip, read, country, size):
    pdf = packing_slip.render(slip(seller=replace(SELLER, country=country)))

    assert read(pdf).size == size


def test_a_paper_tells_a_screen_reader_what_it_is(slip, read):
    paper = read(packing_slip.render(slip()))

    assert paper.title == "Packing slip for order 1234-5678"
    assert (paper.language, paper.is_tagged) == ("en", True)


def test_the_same_paper_is_the_same_file(slip, invoice):
    assert packing_slip.render(slip()) == packing_slip.render(slip())
    assert invoices.render(invoice()) == invoices.render(invoice())


def test_a_paper_is_small(slip, invoice):
    assert len(packing_slip.render(slip())) < 50_000
    assert len(invoices.render(invoice())) < 50_000


def test_every_page_says_which_it_is_and_of_what(slip, read):
    books = tuple(Packed(book(f"Volume {number}"), 1) for number in range(1, 41))

    paper = read(packing_slip.render(slip(packed=books)))

    count = len(paper.pages)
    assert count > 2
    for number, page in enumerate(paper.pages, start=1):
        assert f"Page {number} of {count}" in page
        assert "Copies Book" in page
    for page in paper.pages[1:]:
        assert page.startswith("Meridian Press Packing slip for order 1234-5678")
    places = [paper.text.index(f"Volume {number} ") for number in range(1, 41)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "name",
    [
        "Zażółć gęślą jaźń",
        "Νίκος Καζαντζάκης",
        "Лев Троцкий",
        "Nguyễn Thị Ánh",
        "שלום עליכם",
        "曹雪芹",
        "紫式部",
        "한강",
    ],
)
def test_a_name_is_printed_in_its_own_script(slip, read, name):
    paper = read(packing_slip.render(slip(address=(name,), packed=(Packed(book(name), 1),))))

    for word in name.split():
        assert paper.text.count(word) + paper.text.count(word[::-1]) == 2


def test_arabic_has_a_font_that_joins_its_letters(slip, read):
    paper = read(packing_slip.render(slip(address=("نجيب محفوظ",))))

    assert "NotoNaskhArabic-Regular" in paper.fonts
    assert "njyb" not in paper.text


@pytest.mark.parametrize(
    ("country", "font"), [("JP", "jp"), ("KR", "kr"), ("TW", "tc"), ("CN", "sc"), ("GB", "sc")]
)
def test_chinese_characters_take_the_form_of_the_readers_country(slip, read, country, font):
    paper = read(packing_slip.render(slip(country=country, address=("直",))))

    assert any(name.startswith(f"NotoSansCJK{font}") for name in paper.fonts)


def test_a_word_no_font_has_is_spelt_in_latin_letters_and_the_rest_left(slip, read):
    title = "Łódź სალამი 📚"

    paper = read(packing_slip.render(slip(packed=(Packed(book(title), 1),))))

    assert "Łódź salami :books:" in paper.text


def test_control_characters_and_marks_of_direction_are_not_printed(slip, read):
    title = "My\x00\x07 \u202eLife\u2066\ufeff\ue000\n\tand\u2028more"

    paper = read(packing_slip.render(slip(packed=(Packed(book(title), 1),))))

    assert "My Life and more Leon Trotsky" in paper.text


def test_text_is_never_taken_for_the_language_of_the_template(slip, read):
    title = '#panic("x") $x^2$ *bold* <label> @ref \\ // /* `raw` "]'

    paper = read(packing_slip.render(slip(packed=(Packed(book(title), 1),))))

    assert title in paper.text


def test_a_very_long_word_is_broken_and_nothing_of_it_lost(slip, invoice, read):
    word = "".join(chr(ord("a") + place % 26) for place in range(255))

    for pdf in [
        packing_slip.render(slip(packed=(Packed(book(word), 1),), shipping_method=word)),
        invoices.render(invoice(buyer=(word,), seller=replace(SELLER, name=word))),
    ]:
        assert word in read(pdf).text.replace(" ", "").replace("\u200b", "")


anything = some.text(some.characters(codec=None), max_size=80)
marks = some.text(some.characters(categories=["Mn", "Me", "Mc", "Cf", "Lo"]), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd=anything | marks)
def test_nothing_a_reader_or_an_editor_writes_stops_a_paper(odd):
    strange = Book(odd, odd, odd, odd)

    slip = replace(
        SLIP,
        number=odd,
        address=(odd, odd),
        shipping_method=odd,
        packed=(Packed(strange, 1),),
        absent=(Absent(strange, 2, odd),),
    )
    lines = (replace(INVOICE.lines[0], book=strange),)

    assert packing_slip.render(slip).startswith(b"%PDF-")
    assert invoices.render(replace(INVOICE, lines=lines, buyer=(odd,))).startswith(b"%PDF-")


def test_a_paper_with_nothing_in_it_is_a_paper(slip, read):
    paper = read(packing_slip.render(slip(address=(), packed=(), absent=())))

    assert "There is no book in this parcel." in paper.text
    assert MY_LIFE.title not in paper.text
