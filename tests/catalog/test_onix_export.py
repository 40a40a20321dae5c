"""What an exported message says of books of every kind, and what it costs."""

from datetime import UTC, date, datetime
from io import BytesIO

import onixcheck
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as rules
from lxml import etree
from oscar.core.loading import get_model
from PIL import Image

from bookstore.demo import catalogue as demo
from catalog.models import Category, Contribution, ContributorLink, Imprint, ProductImage
from catalog.onix.composite import Composite
from catalog.onix.export.message import Style, pieces, write
from catalog.onix.export.record import Account
from catalog.onix.export.selection import CHUNK, NothingOfThatName, Selection
from tests.books import make_contributor, make_edition, make_work, stock_of
from tests.catalog.onix.catalogues import SENT, anything, exported, faults, scratch

pytestmark = pytest.mark.django_db

ProductCategory = get_model("catalogue", "ProductCategory")
ProductRecommendation = get_model("catalogue", "ProductRecommendation")
STYLES = [(release, is_short) for release in ("3.0", "3.1") for is_short in (False, True)]


def make_subject(name, code=None):
    slug = f"subject-{Category.objects.count()}"
    return Category.objects.add_root(instance=Category(name=name, slug=slug, code=code))


def records(selection=None):
    """Return the records of a valid export."""
    root = Composite(etree.fromstring(exported(selection)))
    return root.all("Product")


def record(selection=None):
    """Return the one record of an export."""
    (only,) = records(selection)
    return only


def told(product, *names):
    """Return the words of the elements found by following the names downwards."""
    return [element.text() for element in product.path(*names)]


@pytest.mark.parametrize(("release", "is_short"), STYLES)
def test_the_demo_catalogue_is_valid(tmp_path, release, is_short):
    demo.load()
    path = tmp_path / "message.xml"

    account = write(path, Selection(), Style(SENT, release, is_short))

    assert onixcheck.validate(str(path), schemas=("xsd", "rng")) == []
    assert (account.editions, account.works, account.notes) == (119, 65, [])


def test_the_validator_sees_what_is_wrong(tmp_path):
    """The control: if this finds nothing, the tests beside it prove nothing."""
    make_edition()
    path = tmp_path / "message.xml"
    path.write_bytes(exported().replace(b"<ProductForm>BC<", b"<ProductForm>QQ<"))

    assert any("QQ" in fault for fault in faults(path))


@rules(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(anything, anything, anything, anything, anything)
def test_texts_of_any_characters_make_a_valid_message(db, title, name, text, label, series):
    with scratch():
        person = make_contributor(name[:200], biography=text)
        person.sort_name = text[:200]
        person.save()
        ContributorLink.objects.create(contributor=person, label=label, url=f"https://{text}")
        work = make_work(
            title or "x",
            author=person,
            subtitle=text,
            description=text,
            short_description=f"<p>{label}</p>",
            pull_quote=label,
            pull_quote_source=name,
            language="xyz",
        )
        subject = make_subject(series or "x")
        ProductCategory.objects.create(product=work, category=subject)
        make_edition(work, imprint=Imprint.objects.create(name=series))

        for release, is_short in STYLES:
            exported(release=release, is_short=is_short)


def test_control_characters_are_dropped():
    make_edition(title="My\x01 \x0bLife\ufffe", language="eng")

    assert told(record(), "DescriptiveDetail", "TitleDetail", "TitleElement", "TitleText") == [
        "My Life"
    ]


def test_an_edition_without_a_title_that_xml_can_hold_is_left_out_and_said_so(tmp_path):
    make_edition(title="\x01\x02")

    account = write(tmp_path / "message.xml", Selection(), Style(SENT))

    assert account.editions == 0
    assert "left out: its title has no character that XML can hold" in account.notes[0]
    assert faults(tmp_path / "message.xml") == []


def test_an_edition_without_isbn_has_the_shops_own_number_and_is_said_so(tmp_path):
    edition = make_edition(title="Reading Guide")
    type(edition).objects.filter(pk=edition.pk).update(upc=None)
    number = f"{edition.parent.slug}/{edition.slug}"

    account = write(tmp_path / "message.xml", Selection(), Style(SENT))

    (identifier,) = record().all("ProductIdentifier")
    assert told(identifier, "ProductIDType") == ["01"]
    assert told(identifier, "IDTypeName") == ["Meridian Press"]
    assert told(identifier, "IDValue") == [number]
    assert account.notes == [
        "Reading Guide (Paperback): has no ISBN: identified by this shop's own number"
    ]


def test_html_goes_as_xhtml():
    text = '<p>One<br>line, <a href="https://example.org/?a&amp;b">a link</a>&nbsp;!</p>'
    make_edition(make_work(description=text))

    assert b'<Text textformat="05"><p>One<br/>line, <a href=' in exported()
    assert b"rel=" not in exported()


def test_html_that_xhtml_does_not_allow_goes_escaped():
    make_edition(make_work(description="<blockquote>No paragraph</blockquote>"))

    assert b'<Text textformat="02">&lt;blockquote&gt;No paragraph' in exported()


@pytest.mark.parametrize(
    ("status", "copies", "said"),
    [
        ("on_sale", 5, ("03", "04", "21", "5")),
        ("on_sale", 0, ("03", "04", "31", "0")),
        ("forthcoming", 0, ("02", "02", "10", "0")),
        ("reprinting", 0, ("03", "04", "32", "0")),
        ("withdrawn", 2, ("03", "08", "40", "2")),
    ],
)
def test_a_printed_edition_says_whether_it_can_be_had(status, copies, said):
    make_edition(status=status, copies=copies, published_on=date(2027, 5, 1))

    product = record()

    supply = ("ProductSupply", "SupplyDetail")
    assert (
        product.text("NotificationType"),
        *told(product, "PublishingDetail", "PublishingStatus"),
        *told(product, *supply, "ProductAvailability"),
        *told(product, *supply, "Stock", "OnHand"),
    ) == said


def test_an_e_book_has_its_form_protection_and_accessibility_and_no_stock():
    make_edition(type="epub", protection="02", accessibility=["11", "52", "??"])

    product = record()

    described = "DescriptiveDetail"
    assert told(product, described, "ProductForm") == ["ED"]
    assert told(product, described, "ProductFormDetail") == ["E101"]
    assert told(product, described, "EpubTechnicalProtection") == ["02"]
    features = told(product, described, "ProductFormFeature", "ProductFormFeatureValue")
    assert features == ["52", "11"]
    assert told(product, "ProductSupply", "SupplyDetail", "ProductAvailability") == ["20"]
    assert told(product, "ProductSupply", "SupplyDetail", "Stock") == []


def test_a_price_has_its_currency_and_territory():
    make_edition(price="24.50")

    (price,) = record().path("ProductSupply", "SupplyDetail", "Price")

    assert [price.text(name) for name in ("PriceType", "PriceAmount", "CurrencyCode")] == [
        "02",
        "24.50",
        "USD",
    ]
    assert told(price, "Territory", "RegionsIncluded") == ["WORLD"]


def test_an_edition_without_a_price_says_that_it_comes_later():
    make_edition(price=None)

    assert told(record(), "ProductSupply", "SupplyDetail", "UnpricedItemType") == ["02"]


def test_hidden_editions_and_works_are_exported_only_when_asked_for():
    shown = make_edition()
    hidden = make_edition(shown.parent, is_public=False)
    below_hidden = make_edition(make_work("Hidden", is_public=False))

    everything = records(Selection(with_hidden=True))

    assert told(record(), "ProductIdentifier", "IDValue") == [shown.upc]
    assert b"RelatedProduct" not in exported()
    assert [told(one, "ProductIdentifier", "IDValue")[0] for one in everything] == [
        shown.upc,
        hidden.upc,
        below_hidden.upc,
    ]


def test_editions_of_one_work_name_each_other_and_the_work():
    paperback = make_edition()
    epub = make_edition(paperback.parent, type="epub")

    first, second = (one.path("RelatedMaterial")[0] for one in records())

    assert told(first, "RelatedProduct", "ProductRelationCode") == ["06"]
    assert told(first, "RelatedProduct", "ProductIdentifier", "IDValue") == [epub.upc]
    assert told(second, "RelatedProduct", "ProductIdentifier", "IDValue") == [paperback.upc]
    for one in (first, second):
        assert told(one, "RelatedWork", "WorkIdentifier", "IDTypeName") == ["Meridian Press"]
        assert told(one, "RelatedWork", "WorkIdentifier", "IDValue") == [paperback.parent.slug]


def test_books_bought_together_are_named_the_best_first():
    work = make_edition().parent
    best, second, unseen = (make_edition(title=title) for title in ("Best", "Second", "Unseen"))
    type(unseen).objects.filter(pk=unseen.pk).update(is_public=False)
    for ranking, edition in enumerate([unseen, second, best]):
        ProductRecommendation.objects.create(
            primary=work, recommendation=edition.parent, ranking=ranking
        )

    product = record(Selection(work_ids=[work.pk]))

    related = product.path("RelatedMaterial", "RelatedProduct")
    assert [one.text("ProductRelationCode") for one in related] == ["23", "23"]
    assert [told(one, "ProductIdentifier", "IDValue") for one in related] == [
        [best.upc],
        [second.upc],
    ]


def test_who_reads_aloud_belongs_to_the_recording():
    work = make_work(author="Leon Trotsky")
    Contribution.objects.create(
        work=work, contributor=make_contributor("A Voice"), role="E07", position=1
    )
    make_edition(work)
    make_edition(work, type="audio")

    people = [told(one, "DescriptiveDetail", "Contributor", "PersonName") for one in records()]

    assert people == [["Leon Trotsky"], ["Leon Trotsky", "A Voice"]]


def test_a_person_has_numbers_years_a_biography_and_links():
    person = make_contributor(
        isni="000000012281955X", wikidata="Q1", born=1879, died=1940, biography="<p>A life</p>"
    )
    ContributorLink.objects.create(contributor=person, label="Archive", url="https://a.example")
    make_edition(make_work(author=person))

    (contributor,) = record().path("DescriptiveDetail", "Contributor")

    assert told(contributor, "NameIdentifier", "NameIDType") == ["16", "01"]
    assert told(contributor, "NameIdentifier", "IDValue") == ["000000012281955X", "Q1"]
    assert told(contributor, "ContributorDate", "Date") == ["1879", "1940"]
    assert told(contributor, "BiographicalNote") == ["A life"]
    assert told(contributor, "Website", "WebsiteLink") == ["https://a.example"]


def test_subjects_have_their_thema_code_or_the_shops_name():
    work = make_edition().parent
    for subject in (make_subject("Marxism", code="JPFC"), make_subject("Our favourites")):
        ProductCategory.objects.create(product=work, category=subject)

    thema, own = record().path("DescriptiveDetail", "Subject")

    assert (thema.text("SubjectSchemeIdentifier"), thema.text("SubjectCode")) == ("93", "JPFC")
    assert (own.text("SubjectSchemeIdentifier"), own.text("SubjectSchemeName")) == (
        "24",
        "Meridian Press",
    )
    assert ["MainSubject" in one for one in (thema, own)] == [True, False]


def test_the_cover_is_linked_where_the_shop_serves_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    work = make_edition().parent
    picture = BytesIO()
    Image.new("RGB", (20, 30)).save(picture, "PNG")
    upload = SimpleUploadedFile("my-life.png", picture.getvalue())
    ProductImage.objects.create(product=work, original=upload)

    link = told(
        record(), "CollateralDetail", "SupportingResource", "ResourceVersion", "ResourceLink"
    )

    assert link == ["http://testserver/media/covers/my-life.png"]


def test_an_empty_catalogue_says_so():
    assert b"<NoProduct/>" in exported()


def test_the_same_catalogue_gives_the_same_bytes():
    demo.load()

    assert exported() == exported()


def test_only_the_time_of_sending_differs():
    make_edition()
    messages = [
        b"".join(pieces(Selection(), Style(sent), Account()))
        for sent in (SENT, datetime(2027, 1, 1, tzinfo=UTC))
    ]

    one, other = (message.splitlines() for message in messages)

    assert [line.strip() for line in other if line not in one] == [
        b"<SentDateTime>20270101T000000Z</SentDateTime>"
    ]


def fill_shelf(books):
    for number in range(books):
        work = make_work(f"Book {number}", author=make_contributor(f"Author {number}"))
        ProductCategory.objects.create(product=work, category=make_subject(f"Subject {number}"))
        edition = make_edition(work)
        make_edition(work, type="epub")
        other = make_edition(title=f"Other {number}").parent
        ProductRecommendation.objects.create(primary=edition.parent, recommendation=other)


@pytest.mark.parametrize("books", [1, 20])
def test_an_export_costs_the_same_however_many_books(books, django_assert_num_queries):
    fill_shelf(books)

    with django_assert_num_queries(10):
        assert b"".join(pieces(Selection(), Style(SENT), Account())).count(b"<Product>") == (
            3 * books
        )


def test_a_long_export_is_loaded_in_chunks(monkeypatch):
    fill_shelf(3)
    monkeypatch.setattr("catalog.onix.export.selection.CHUNK", 2)

    with CaptureQueriesContext(connection) as queries:
        message = pieces(Selection(), Style(SENT), Account())
        while b"<Product>" not in next(message):
            pass
        before = len(queries)
        rest = b"".join(message)

    assert rest.count(b"<Product>") == 8
    assert len(queries) > before
    assert CHUNK == 200


def test_an_export_of_what_is_not_there_is_refused():
    with pytest.raises(NothingOfThatName, match="no subject has the address"):
        exported(Selection(subjects=["nowhere"]))


def test_stock_that_nobody_counted_is_none():
    edition = make_edition()
    type(stock_of(edition)).objects.update(num_in_stock=None)

    assert told(record(), "ProductSupply", "SupplyDetail", "Stock", "OnHand") == ["0"]
