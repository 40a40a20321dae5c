"""Contributors, subjects, series, imprints and pictures in the admin."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from oscar.core.loading import get_model
from PIL import Image

from catalog import pictures, search
from catalog.models import Category, Contributor, Imprint, ProductImage, Series
from tests.books import make_contributor, make_edition, make_work
from tests.editor import Page, make_subject
from tests.finding import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_page(admin_client):
    def open_page(thing=None, model=None):
        name = (model or type(thing))._meta.model_name
        if thing is None:
            return Page(admin_client, reverse(f"admin:catalogue_{name}_add"))
        return Page(admin_client, reverse(f"admin:catalogue_{name}_change", args=[thing.pk]))

    return open_page


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def a_picture(kind="JPEG", size=(600, 900), name="cover.jpg"):
    file = BytesIO()
    Image.new("RGB", size, "darkred").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


def test_a_renamed_contributor_is_found_under_the_new_name(open_page):
    person = make_contributor("Lev Bronstein")
    make_edition(make_work("My Life", author=person))
    page = open_page(person)
    page["name"] = "Leon Trotsky"

    page.save()

    assert page.errors == {}
    assert found("trotsky") == ["My Life"]
    assert found("bronstein") == []


def test_a_contributor_is_added_with_further_reading(open_page, client):
    page = open_page(model=Contributor)
    page["name"], page["sort_name"], page["slug"] = "Rosa Luxemburg", "Luxemburg, Rosa", "rosa"
    page.add_row("links", label="Archive", url="https://example.org/rosa", position="0")

    page.save()

    make_edition(make_work(author=Contributor.objects.get(slug="rosa")))
    assert 'href="https://example.org/rosa"' in client.get("/authors/rosa/").text


def test_nobody_dies_before_being_born(open_page):
    page = open_page(make_contributor("Leon Trotsky"))
    page["born"], page["died"] = "1940", "1879"

    assert page.save().errors == {"died": ["That is not after the year of birth."]}


def test_only_contributors_without_books_are_deleted(admin_client):
    author, nobody = make_contributor("Leon Trotsky"), make_contributor("Nobody")
    make_work("My Life", author=author)

    answers = [
        admin_client.post(
            reverse("admin:catalogue_contributor_delete", args=[person.pk]), {"post": "yes"}
        ).status_code
        for person in (author, nobody)
    ]

    assert answers == [403, 302]
    assert list(Contributor.objects.all()) == [author]


def test_a_contributor_lists_their_books_once(open_page):
    author = make_contributor("Leon Trotsky")
    work = make_work("My Life", author=author)
    work.contributions.create(contributor=author, role="A23")

    page = open_page(author)

    assert page.text.count(">My Life<") == 1


def test_a_subject_is_added_renamed_and_found(open_page, client):
    page = open_page(model=Category)
    page["name"], page["slug"], page["code"] = "Labor", "Labor", "KCF"
    page.save()
    subject = Category.objects.get(code="KCF")
    work = make_edition(title="My Life").parent
    get_model("catalogue", "ProductCategory").objects.create(product=work, category=subject)

    page = open_page(subject)
    page["name"] = "Labor Movements"
    page.save()

    subject.refresh_from_db()
    assert (subject.name, subject.slug, subject.depth) == ("Labor Movements", "labor", 1)
    assert found("movements") == ["My Life"]
    assert client.get("/subjects/labor/").status_code == 200


def test_a_subject_is_put_below_another(open_page):
    history = make_subject(name="History", slug="history")
    labor = make_subject(name="Labor", slug="labor")
    page = open_page(labor)
    page["treebeard_position"], page["treebeard_ref_node"] = "first-child", history.pk

    page.save()

    labor.refresh_from_db()
    assert labor.path.startswith(history.path)
    assert labor.depth == 2


def test_two_subjects_do_not_share_an_address(open_page):
    make_subject(name="Labor", slug="labor")
    page = open_page(model=Category)
    page["name"], page["slug"] = "Labour", "labor"

    assert list(page.save().errors) == ["slug"]


def test_deleting_a_subject_counts_its_books_and_leaves_them(admin_client):
    subject = make_subject(name="Exile", slug="exile")
    work = make_edition(title="My Life").parent
    get_model("catalogue", "ProductCategory").objects.create(product=work, category=subject)
    search.index_works(work_ids=[work.pk])
    url = reverse("admin:catalogue_category_delete", args=[subject.pk])

    asked = admin_client.get(url).text
    admin_client.post(url, {"post": "yes"})

    assert "Books filed there, which stay: 1" in asked
    assert "productcategory" not in asked
    assert (Category.objects.count(), found("exile")) == (0, [])
    assert found("my life") == ["My Life"]


def test_a_series_is_renamed_and_deleted_and_search_follows(open_page, admin_client):
    series = Series.objects.create(name="Foundations")
    make_edition(make_work("My Life", series=series))
    page = open_page(series)
    page["name"] = "Cornerstones"
    page.save()
    assert found("cornerstones") == ["My Life"]

    url = reverse("admin:catalogue_series_delete", args=[series.pk])
    admin_client.post(url, {"post": "yes"})

    assert found("cornerstones") == []
    assert found("my life") == ["My Life"]


def test_a_cover_is_uploaded_and_shown(open_page, client, media):
    work = make_edition(title="My Life").parent
    page = open_page(work)
    page.add_row("images", original=a_picture(), alt="A red square", display_order="0")

    page.save()

    cover = ProductImage.objects.get()
    assert (page.errors, cover.width, cover.height) == ({}, 600, 900)
    assert cover.original.url in client.get(work.get_absolute_url()).text
    assert list((media / "covers").glob("*/*w.webp"))
    assert "cover-thumbnail" in page.text


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (SimpleUploadedFile("cover.jpg", b"%PDF-1.7 and so on"), "not a picture"),
        (SimpleUploadedFile("cover.svg", b"<svg onload='alert(1)'/>"), "not a picture"),
        (a_picture("GIF", name="cover.gif"), "This is a GIF file"),
        (SimpleUploadedFile("big.jpg", b"x" * 10_000_001), "10.0 MB: at most 10 MB"),
    ],
    ids=["a PDF", "an SVG", "a GIF", "too large"],
)
def test_what_is_no_cover_is_refused_beside_the_field(open_page, media, upload, message):
    page = open_page(make_edition(title="My Life").parent)
    page["subtitle"] = "An Attempt"
    page.add_row("images", original=upload, display_order="0")

    errors = page.save().errors

    assert message in errors["images-0-original"][0]
    assert page["subtitle"] == "An Attempt"
    assert not ProductImage.objects.exists()


def test_a_cover_is_named_by_what_it_is(open_page, media):
    page = open_page(make_edition(title="My Life").parent)
    page.add_row("images", original=a_picture("PNG", name="page.html"), alt="A square")

    page.save()

    assert ProductImage.objects.get().original.name == "covers/page.png"


def test_a_damaged_cover_is_refused(open_page, media):
    whole = a_picture(size=(900, 1200)).read()
    page = open_page(make_edition(title="My Life").parent)
    damaged = SimpleUploadedFile("cover.jpg", whole[: len(whole) // 2])
    page.add_row("images", original=damaged, display_order="0")

    assert "damaged" in page.save().errors["images-0-original"][0]


def test_a_cover_of_too_many_pixels_is_refused(open_page, media, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    page = open_page(make_edition(title="My Life").parent)
    page.add_row("images", original=a_picture(), display_order="0")

    assert "too many pixels" in page.save().errors["images-0-original"][0]


def test_a_portrait_is_uploaded_and_taken_away(open_page, media):
    person = make_contributor("Leon Trotsky")
    page = open_page(person)
    page["portrait"] = a_picture("PNG", name="portrait.png")
    page.save()
    person.refresh_from_db()
    assert person.portrait.name.startswith("portraits/portrait")

    page["portrait-clear"] = "on"
    page.save()

    person.refresh_from_db()
    assert not person.portrait


@pytest.mark.parametrize("things", [1, 20])
@pytest.mark.parametrize("model", [Contributor, Category, Series, Imprint])
def test_lists_cost_the_same_however_long(
    admin_client, model, things, django_assert_max_num_queries
):
    for number in range(things):
        work = make_work("My Life", author=f"Author {number}")
        make_edition(work, imprint=Imprint.objects.create(name=f"Imprint {number}"))
        Series.objects.create(name=f"Series {number}").works.add(work)
        make_subject(name=f"Subject {number}", slug=f"subject-{number}")
    url = reverse(f"admin:catalogue_{model._meta.model_name}_changelist")

    with django_assert_max_num_queries(9):
        assert admin_client.get(url).status_code == 200


def test_pages_speak_of_names_only(admin_client, open_page):
    work = make_work("My Life", author="Leon Trotsky", series=Series.objects.create(name="S"))
    make_edition(work, imprint=Imprint.objects.create(name="I"))
    make_subject(name="Exile", slug="exile")

    for model in (Contributor, Category, Series, Imprint):
        name = model._meta.model_name
        listed = admin_client.get(reverse(f"admin:catalogue_{name}_changelist")).text
        pages = [listed, open_page(model.objects.get()).text, open_page(model=model).text]
        for text in pages:
            assert " object (" not in text
            assert "vForeignKeyRawIdAdminField" not in text
            assert "column-id" not in text


def test_a_new_contributor_is_shown_nobodys_books(open_page):
    make_edition(make_work("My Life", author="Leon Trotsky"))

    assert "My Life" not in open_page(model=Contributor).text
