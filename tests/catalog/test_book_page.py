"""The page of a book."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from oscar.core.loading import get_model
from PIL import Image

from catalog.models import Contribution, ContributorLink, ProductImage, Series
from tests.books import make_contributor, make_edition, make_work, stock_of

pytestmark = pytest.mark.django_db

ProductRecommendation = get_model("catalogue", "ProductRecommendation")


@pytest.fixture
def trotsky():
    person = make_contributor(
        "Leon Trotsky", born=1879, died=1940, biography="Born in Yanovka."
    )
    ContributorLink.objects.create(
        contributor=person, label="His archive", url="https://archive.example/"
    )
    return person


@pytest.fixture
def my_life(trotsky):
    return make_work(
        "My Life",
        author=trotsky,
        subtitle="An Attempt at an Autobiography",
        short_description="From a farm to exile.",
        description="<p>The long text.</p>",
        pull_quote="He forgets nothing.",
        pull_quote_source="From the editor's note",
        first_published=1930,
    )


@pytest.fixture
def paperback(my_life):
    return make_edition(my_life, weight_g=680, pages=612, width_mm=152, height_mm=229)


@pytest.fixture
def epub(my_life):
    return make_edition(my_life, type="epub", price="9.99")


def page(client, book):
    response = client.get(book.get_absolute_url())
    assert response.status_code == 200
    return response.text


def words(html):
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    return text.replace(" ,", ",")


def test_the_page_has_every_part_in_the_order_of_the_design(client, my_life, paperback, epub):
    companion = make_edition(title="The Revolution Betrayed").parent
    ProductRecommendation.objects.create(primary=my_life, recommendation=companion)
    make_edition(make_work("1905", author=my_life.authors[0].contributor))

    text = words(page(client, my_life))

    parts = [
        "Leon Trotsky",
        "An Attempt at an Autobiography",
        "From a farm to exile.",
        "Publication type",
        "$24.95",
        "Availability: In stock",
        "Add to basket",
        "Frequently Bought Together",
        "Total of 2 books",
        "About this book",
        "He forgets nothing.",
        "The long text.",
        "Details Publication type Paperback Weight 1.5 lbs (680 g)",
        "Leon Trotsky, 1879\N{EN DASH}1940",
        "Born in Yanovka.",
        "Further reading: His archive",
        "Books by Leon Trotsky",
        "Scroll to top",
        "Sign up to receive emails on new publications, special offers, and exclusive events",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    places = [text.find(part, text.index("Where we ship")) for part in parts]
    assert places == sorted(places)


def test_the_contributor_stands_above_the_title(client, my_life, paperback):
    html = page(client, my_life)

    assert html.index('class="book__by"') < html.index('class="book__title"')


def test_each_edition_has_a_page_with_its_own_price_and_facts(client, paperback, epub):
    assert "9.99" in page(client, epub)
    assert "1.5 lbs" in page(client, paperback)
    assert "1.5 lbs" not in page(client, epub)


def test_the_work_opens_at_the_first_edition_that_can_be_bought(
    client, settings, my_life, epub
):
    make_edition(my_life, copies=0)

    html = page(client, my_life)

    address = f"{settings.SITE_URL}{epub.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in html


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Availability: In stock"),
        ({"copies": 1}, "Availability: In stock, the last copy"),
        ({"copies": 3}, "Availability: In stock, only 3 left"),
        ({"copies": 0}, "Availability: Out of stock"),
        ({"copies": 0, "status": "reprinting"}, "Availability: Being reprinted"),
        ({"copies": 4, "status": "reprinting"}, "Availability: In stock"),
        ({"copies": 0, "type": "epub"}, "Availability: Available now, as a download"),
        (
            {"copies": 0, "status": "forthcoming", "published_on": "2027-05-01"},
            "Availability: Order now, published on 1 May 2027",
        ),
        ({"status": "withdrawn"}, "Availability: No longer sold"),
        ({"price": None}, "Availability: Not on sale yet"),
    ],
)
def test_the_page_tells_whether_the_book_can_be_had(client, fields, told):
    edition = make_edition(**fields)

    assert told in words(page(client, edition))


def test_what_cannot_be_bought_has_no_button(client):
    edition = make_edition(copies=0)

    assert "Add to basket" not in page(client, edition)


def test_copies_promised_to_orders_are_not_offered(client):
    edition = make_edition(copies=2)
    record = stock_of(edition)
    record.num_allocated = 2
    record.save()

    assert "Out of stock" in page(client, edition)


def test_books_that_cannot_be_bought_are_left_out_of_bought_together(
    client, my_life, paperback
):
    for title, copies in {"In Defense of Marxism": 5, "Sold Out Book": 0}.items():
        other = make_edition(title=title, copies=copies).parent
        ProductRecommendation.objects.create(primary=my_life, recommendation=other)

    text = words(page(client, my_life))

    assert "In Defense of Marxism" in text
    assert "Sold Out Book" not in text
    assert "$49.90" in text


def test_a_book_without_companions_has_no_such_section(client, paperback):
    assert "Frequently Bought Together" not in page(client, paperback)


def test_other_people_are_named_with_what_they_did(client, my_life, paperback):
    eastman = make_contributor("Max Eastman")
    Contribution.objects.create(work=my_life, contributor=eastman, role="B06", position=2)

    assert "Translator: Max Eastman" in words(page(client, my_life))


def test_search_engines_read_the_edition(client, my_life, paperback, epub):
    html = page(client, paperback)

    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", html)[1])
    assert data["@type"] == ["Product", "Book"]
    assert data["isbn"] == paperback.upc
    assert data["offers"]["price"] == "24.95"
    assert data["offers"]["availability"] == "https://schema.org/InStock"
    assert [example["isbn"] for example in data["workExample"]] == [epub.upc]


def test_a_title_cannot_break_out_of_the_page(client):
    edition = make_edition(title="</script><script>alert(1)</script>")

    assert "<script>alert" not in page(client, edition)


@pytest.mark.parametrize("hidden", ["work", "edition"])
def test_what_is_not_public_is_not_found(client, my_life, paperback, hidden):
    book = my_life if hidden == "work" else paperback
    book.is_public = False
    book.save()

    assert client.get(paperback.get_absolute_url()).status_code == 404
    assert client.get(my_life.get_absolute_url()).status_code == 404


def test_an_unknown_edition_of_a_known_work_is_not_found(client, my_life, paperback):
    address = reverse("catalog:edition", args=[my_life.slug, "scroll"])

    response = client.get(address)

    assert response.status_code == 404
    assert 'role="search"' in response.text


@pytest.mark.parametrize("shelf", [1, 20])
def test_the_page_costs_the_same_however_many_books_stand_around(
    client, django_assert_max_num_queries, trotsky, my_life, paperback, epub, shelf
):
    for number in range(shelf):
        other = make_edition(make_work(f"Book {number}", author=trotsky)).parent
        ProductRecommendation.objects.create(primary=my_life, recommendation=other)
    client.get("/")

    with django_assert_max_num_queries(16):
        page(client, my_life)


def test_an_uploaded_cover_replaces_the_drawn_one(
    client, my_life, paperback, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    picture = tmp_path / "cover.png"
    Image.new("RGB", (700, 1050), "navy").save(picture)
    upload = SimpleUploadedFile("cover.png", picture.read_bytes(), "image/png")
    ProductImage.objects.create(product=my_life, original=upload)

    html = page(client, my_life)

    assert 'width="700" height="1050"' in html
    assert re.findall(r"(\d+)w[,\"]", html) == ["160", "320", "480", "640"]
    assert len(list(tmp_path.rglob("*.webp"))) == 4


def shelves_of(client, book):
    shelves = client.get(book.get_absolute_url()).context["book"].shelves
    return {shelf.title: [card.title for card in shelf.cards] for shelf in shelves}


def test_the_other_books_of_the_series_stand_in_its_order(client, my_life, paperback):
    series = Series.objects.create(name="Classics")
    for title, number in [("Ten", "10"), ("Two", "2"), ("One", "1")]:
        work = make_edition(make_work(title)).parent
        type(work).objects.filter(pk=work.pk).update(series=series, series_number=number)
    type(my_life).objects.filter(pk=my_life.pk).update(series=series, series_number="3")

    assert shelves_of(client, paperback) == {
        "In the same series: Classics": ["One", "Two", "Ten"]
    }


def test_books_about_the_author_stand_on_both_pages(client, trotsky, my_life, paperback):
    life = make_edition(make_work("The Prophet Armed")).parent
    life.about.add(trotsky)
    hidden = make_edition(make_work("Hidden"), is_public=False).parent
    hidden.about.add(trotsky)

    assert shelves_of(client, paperback) == {"Books about Leon Trotsky": ["The Prophet Armed"]}
    about = client.get(trotsky.get_absolute_url()).context["about"]
    assert [card.title for card in about] == ["The Prophet Armed"]


def test_who_did_several_things_is_named_once_with_all_of_them(client, my_life, paperback):
    maude = make_contributor("Louise Maude")
    for position, role in enumerate(["B06", "A20"], start=2):
        my_life.contributions.create(contributor=maude, role=role, position=position)

    shown = page(client, paperback)

    assert "Translator, notes: <a" in shown
    assert shown.count(">Louise Maude</a></p>") == 1
