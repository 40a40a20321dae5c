"""Making one of two: everything moves, old addresses lead on, imports find who stayed."""

from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connections
from django.urls import reverse
from lxml import html
from oscar.core.loading import get_model

import catalog
from catalog import merging, search
from catalog.models import Category, Contribution, Contributor, Imprint, Product, Series
from catalog.onix.importer import LOCK
from catalog.search.words import did_you_mean
from tests.books import make_contributor, make_edition, make_work
from tests.catalog.onix.messages import contributor, isbn, life, load, message, product
from tests.catalog.onix.messages import wikidata as item
from tests.editor import Page, make_subject
from tests.finding import found

pytestmark = pytest.mark.django_db
ProductCategory = get_model("catalogue", "ProductCategory")


@pytest.fixture
def kept():
    return make_contributor("Leon Trotsky", born=1879, died=1940, biography="<p>Kept.</p>")


@pytest.fixture
def gone():
    return make_contributor("Lev Trotskij", wikidata="Q33391", biography="<p>Gone.</p>")


@pytest.fixture
def merge(admin_user):
    def merge(kept, gone, **how):
        merging.merge(kept=kept, gone=gone, by=admin_user, **how)
        kept.refresh_from_db()

    return merge


def merge_page(thing):
    return reverse(f"admin:catalogue_{thing._meta.model_name}_merge", args=[thing.pk])


def test_books_move_and_doubles_become_one(merge, kept, gone):
    both, theirs = make_work("My Life", author=kept), make_work("1905", author=gone)
    both.contributions.create(contributor=gone, role="A01", position=2)
    both.contributions.create(contributor=gone, role="A23", position=3)

    merge(kept, gone)

    parts = Contribution.objects.order_by("work_id", "position")
    assert [(part.work, part.contributor, part.role) for part in parts] == [
        (both, kept, "A01"),
        (both, kept, "A23"),
        (theirs, kept, "A01"),
    ]
    assert list(Contributor.objects.all()) == [kept]


def test_what_one_lacks_it_gets_and_what_it_has_it_keeps(merge, kept, gone):
    kept.links.create(label="Here", url="https://example.org/1", position=1)
    gone.links.create(label="Same", url="https://example.org/1", position=1)
    gone.links.create(label="There", url="https://example.org/2", position=2)

    merge(kept, gone)

    assert (kept.wikidata, kept.biography) == ("Q33391", "<p>Kept.</p>")
    assert [link.label for link in kept.links.all()] == ["Here", "There"]


def test_the_isni_and_the_books_about_them_move_too(merge, kept, gone):
    Contributor.objects.filter(pk=gone.pk).update(isni="0000000121446283")
    gone.refresh_from_db()
    both, theirs = make_work("The Prophet Armed"), make_work("The Prophet Unarmed")
    both.about.set([kept, gone])
    theirs.about.set([gone])

    merge(kept, gone)

    assert kept.isni == "0000000121446283"
    assert [list(work.about.all()) for work in (both, theirs)] == [[kept], [kept]]


def test_the_other_biography_is_taken_if_staff_say_so(merge, kept, gone):
    merge(kept, gone, takes=["biography"])

    assert kept.biography == "<p>Gone.</p>"


def test_years_that_make_no_life_are_not_mixed(merge):
    kept, gone = make_contributor("A", born=1900), make_contributor("B", died=1890)

    merge(kept, gone)

    assert (kept.born, kept.died) == (1900, None)


def test_all_spellings_are_found_and_shown(merge, kept, gone, client):
    make_edition(make_work("My Life", author=kept))
    make_edition(make_work("1905", author=gone))
    gone.other_names.create(name="Bronstein")

    merge(kept, gone)

    assert kept.also_known_as == ["Bronstein", "Lev Trotskij"]
    assert "Also known as Bronstein, Lev Trotskij" in client.get(kept.get_absolute_url()).text
    assert sorted(found("Trotskij")) == sorted(found("Bronstein")) == ["1905", "My Life"]
    assert did_you_mean("Bronstien") == "bronstein"


def test_an_old_address_leads_to_the_new_one_however_often_it_moved(
    merge, kept, gone, client, admin_user
):
    last = make_contributor("Trotsky, L.")
    old, older = kept.get_absolute_url(), gone.get_absolute_url()
    merge(kept, gone)
    merge(last, kept)

    for address in (old, older):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (301, last.get_absolute_url())
    assert client.get("/authors/nobody/").status_code == 404


def test_an_import_of_the_old_name_goes_to_the_one_that_stayed(merge, kept, gone):
    merge(kept, gone)

    load(message(product(isbn(1), descriptive=contributor("Lev Trotskij"))))

    kept.refresh_from_db()
    assert [part.contributor for part in Contribution.objects.all()] == [kept]
    assert kept.name == "Leon Trotsky"


def test_an_import_finds_by_what_it_knew_and_writes_nothing_over(merge, kept):
    """The publisher's wrong year and another item led to the double; they come again."""
    double = make_contributor("Leon Trotsky", born=1870, wikidata="Q999")
    kept.wikidata = "Q33391"
    kept.save()
    merge(kept, double)

    extras = [life("1870", "1940"), item("Q999")]
    for number, extra in enumerate(extras, start=1):
        person = contributor("Leon Trotsky", extra=extra)
        load(message(product(isbn(number), descriptive=person)))

    kept.refresh_from_db()
    assert list(Contributor.objects.all()) == [kept]
    assert (kept.born, kept.wikidata) == (1879, "Q33391")


def test_an_import_of_somebody_else_with_the_old_name_is_somebody_else(merge, kept, gone):
    merge(kept, gone)

    other = contributor("Lev Trotskij", extra=life("1950", "2000"))
    load(message(product(isbn(1), descriptive=other)))

    assert Contributor.objects.count() == 2


def test_nobody_new_takes_the_address_of_who_was_merged(merge, client):
    kept, gone = Series.objects.create(name="Classics"), Series.objects.create(name="Old Ones")
    merge(kept, gone)

    new = Series.objects.create(name="Old ones")

    assert new.slug == "old-ones-2"
    assert client.get("/series/old-ones/").url == kept.get_absolute_url()


def test_series_and_imprints_are_merged_and_found_again(merge, client):
    series, twin = (Series.objects.create(name=name) for name in ("Classics", "The Classics"))
    imprint, double = (
        Imprint.objects.create(name=name) for name in ("Meridian", "Meridian P.")
    )
    work = make_work("My Life", series=twin)
    edition = make_edition(work, imprint=double)
    address = twin.get_absolute_url()

    merge(series, twin)
    merge(imprint, double)

    work.refresh_from_db()
    edition.refresh_from_db()
    assert (work.series, edition.imprint) == (series, imprint)
    assert client.get(address).url == series.get_absolute_url()
    described = "<Imprint><ImprintName>Meridian P.</ImprintName></Imprint>"
    load(message(product(isbn(1), publishing=described)))
    assert list(Imprint.objects.all()) == [imprint]


def test_subjects_are_merged_with_those_below_them(merge, client):
    kept, gone = make_subject("Labor", "labor"), make_subject("Labour", "labour")
    Category.objects.filter(pk=gone.pk).update(code="KCF")
    below = make_subject("Strikes", "strikes", below=gone)
    both, theirs = make_edition(title="My Life").parent, make_edition(title="1905").parent
    for work, subject in ((both, kept), (both, gone), (theirs, gone)):
        ProductCategory.objects.create(product=work, category=subject)

    merge(kept, Category.objects.get(pk=gone.pk))

    below.refresh_from_db()
    assert Category.objects.get_parent(below) == kept
    filed = ProductCategory.objects.order_by("product").values_list("product", "category")
    assert list(filed) == [(both.pk, kept.pk), (theirs.pk, kept.pk)]
    assert client.get("/subjects/labour/").url == "/subjects/labor/"
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_a_subject_is_merged_into_one_below_it(merge):
    gone = make_subject("Labour", "labour")
    kept = make_subject("Labor", "labor", below=gone)
    gone.refresh_from_db()
    other = make_subject("Strikes", "strikes", below=gone)
    gone.refresh_from_db()

    merge(kept, gone)

    other.refresh_from_db()
    assert (kept.depth, Category.objects.get_parent(other)) == (1, kept)
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_nobody_is_merged_twice_or_with_themselves(merge, kept, gone):
    merge(kept, gone)

    with pytest.raises(merging.NotMergeable, match="not there any more"):
        merge(kept, Contributor(pk=gone.pk or 10**6, name="Lev Trotskij"))
    with pytest.raises(merging.NotMergeable, match="two different"):
        merge(kept, kept)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_merged_while_an_import_runs(merge, kept, gone):
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])

        with pytest.raises(merging.NotMergeable, match="import is running"):
            merge(kept, gone)
    finally:
        other.close()
    assert Contributor.objects.count() == 2


def test_staff_choose_see_what_moves_and_confirm(admin_client, kept, gone):
    make_edition(make_work("1905", author=gone))
    gone.links.create(label="A short life", url="https://example.org/2", position=1)

    chosen = admin_client.get(merge_page(kept)).text
    asked = admin_client.get(merge_page(kept), {"other": gone.pk, "stays": kept.pk})
    said = " ".join(unescape(asked.text).split())
    form = html.fromstring(asked.text).forms[-1]
    before = Contributor.objects.count()
    done = admin_client.post(merge_page(kept), dict(form.form_values()), follow=True)

    assert f'value="{gone.pk}"' in chosen
    for part in (
        "Merge Lev Trotskij into Leon Trotsky?",
        "1 book: 1905",
        "Search finds Leon Trotsky also as Lev Trotskij",
        "Further reading moves: A short life",
        "gets from Lev Trotskij: wikidata Q33391",
        "Take the biography of Lev Trotskij instead",
        "This cannot be undone.",
    ):
        assert part in said
    assert before == 2
    assert "Lev Trotskij was merged into Leon Trotsky." in done.text
    assert list(Contributor.objects.all()) == [kept]
    assert "Merged with Lev Trotskij" in LogEntry.objects.get().change_message


def test_the_other_way_round(admin_client, kept, gone):
    page = admin_client.get(merge_page(kept), {"other": gone.pk, "stays": gone.pk})

    assert "Merge Leon Trotsky into Lev Trotskij?" in page.text


def test_what_changed_since_it_was_shown_is_shown_again(admin_client, kept, gone):
    asked = admin_client.get(merge_page(kept), {"other": gone.pk, "stays": kept.pk})
    form = html.fromstring(asked.text).forms[-1]
    make_work("1905", author=gone)

    again = admin_client.post(merge_page(kept), dict(form.form_values()))

    assert "Something changed meanwhile" in again.text
    assert Contributor.objects.count() == 2


def test_who_may_not_delete_may_not_merge(client, kept, gone):
    ada = get_user_model().objects.create_user("ada@example.org", "irrelevant")
    ada.is_staff = True
    ada.save()
    ada.user_permissions.add(Permission.objects.get(codename="change_contributor"))
    client.force_login(ada)

    page = reverse("admin:catalogue_contributor_change", args=[kept.pk])
    assert "Merge with another" not in client.get(page).text
    assert client.get(merge_page(kept)).status_code == 403
    assert client.post(merge_page(kept), {"other": gone.pk}).status_code == 403


@pytest.mark.parametrize("kind", ["category", "series", "imprint"])
def test_every_kind_has_its_page(admin_client, kind):
    makers = {
        "category": lambda name: make_subject(name, name.lower()),
        "series": lambda name: Series.objects.create(name=name),
        "imprint": lambda name: Imprint.objects.create(name=name),
    }
    kept, gone = makers[kind]("Classic"), makers[kind]("Classics")
    url = merge_page(kept)
    assert "Classics" in admin_client.get(url, {"q": "class"}).text

    asked = admin_client.get(url, {"other": gone.pk, "stays": kept.pk})
    form = html.fromstring(asked.text).forms[-1]
    admin_client.post(url, dict(form.form_values()))

    assert [str(each) for each in type(kept).objects.all()] == ["Classic"]


def test_a_changed_address_leads_to_the_new_one(admin_client, client, kept):
    page = Page(admin_client, reverse("admin:catalogue_contributor_change", args=[kept.pk]))
    page["slug"] = "leon-trotsky"

    page.save()

    answer = client.get(kept.get_absolute_url())
    assert (answer.status_code, answer.url) == (301, "/authors/leon-trotsky/")


def test_other_names_are_entered_by_hand_and_found(admin_client, kept):
    make_edition(make_work("My Life", author=kept))
    page = Page(admin_client, reverse("admin:catalogue_contributor_change", args=[kept.pk]))
    page.add_row("other_names", name="Bronstein")

    page.save()

    assert page.errors == {}
    assert found("bronstein") == ["My Life"]


@pytest.mark.parametrize("works", [1, 20])
def test_the_question_costs_the_same_however_many_books(
    admin_client, kept, gone, works, django_assert_max_num_queries
):
    for number in range(works):
        make_work(f"Book {number}", author=gone)

    with django_assert_max_num_queries(12):
        admin_client.get(merge_page(kept), {"other": gone.pk})


def test_numbers_of_a_series_and_imprints_have_public_pages(client):
    series = Series.objects.create(name="Classics", description="<p>Old.</p><script>x</script>")
    imprint = Imprint.objects.create(name="Meridian")
    for number in (10, 2):
        work = make_work(f"Volume {number}", series=series, series_number=str(number))
        make_edition(work, imprint=imprint)
        search.index_works(work_ids=[work.pk])

    page = client.get("/series/classics/").text

    assert page.index("Volume 2") < page.index("Volume 10")
    assert "<p>Old.</p>" in page
    assert "<script>x" not in page
    assert "Volume 2" in client.get("/imprints/meridian/").text
    assert "/series/classics/" in client.get("/series/").text
    assert "/imprints/meridian/" in client.get("/imprints/").text
    work = Product.objects.works().first()
    book = client.get(work.get_absolute_url()).text
    assert "/series/classics/" in book
    assert "/imprints/meridian/" in book


@pytest.mark.parametrize("works", [1, 20])
@pytest.mark.parametrize("path", ["series/classics", "imprints/meridian", "series", "imprints"])
def test_pages_of_series_and_imprints_cost_the_same(
    client, works, path, django_assert_max_num_queries
):
    series, imprint = (
        Series.objects.create(name="Classics"),
        Imprint.objects.create(name="Meridian"),
    )
    for number in range(works):
        work = make_work(f"Volume {number}", series=series)
        make_edition(work, imprint=imprint)
        other = make_work(f"Other {number}", series=Series.objects.create(name=f"S{number}"))
        make_edition(other, imprint=Imprint.objects.create(name=f"I{number}"))

    with django_assert_max_num_queries(10):
        assert client.get(f"/{path}/").status_code == 200


def test_series_that_were_there_before_get_addresses_of_their_own():
    (file,) = Path(catalog.__path__[0]).glob("migrations/*_names_and_addresses.py")
    migration = import_module(f"catalog.migrations.{file.stem}")
    for name in ("Classics", "classics", "Classics!"):
        Series.objects.create(name=name, slug=f"to-be-chosen-{len(name)}{name[0]}")

    migration.choose_slugs(apps, None)

    assert set(Series.objects.values_list("slug", flat=True)) == {
        "classics",
        "classics-2",
        "classics-3",
    }
