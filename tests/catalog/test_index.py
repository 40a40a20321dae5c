"""Whatever changes a work, what search knows of it is as if written anew."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin import site
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bookstore.demo.catalogue import MESSAGE
from catalog import merging, search
from catalog.models import Category, Contribution, Contributor, Imprint, Product, Series
from catalog.pricing import offers
from catalog.pricing.models import StockRecord
from catalog.search import keyset, matching
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db

INDEX = {
    "catalogue_searchentry": "work_id, title_key, heading, vector, people, subjects, series, "
    "shown_from",
    "catalogue_searchheading": "kind, target, name, detail, slug, books, key, words",
}


def written():
    with connection.cursor() as cursor:
        rows = {}
        for table, columns in INDEX.items():
            cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")
            rows[table] = cursor.fetchall()
    return rows


class Staff:
    """Somebody who changes books as the admin and the imports do."""

    def __init__(self, seed, client, user):
        self.luck = random.Random(seed)
        self.client = client
        self.user = user

    def _any(self, model, **where):
        return self.luck.choice(list(model.objects.filter(**where).order_by("pk")))

    def _saved(self, thing):
        thing.save()
        search.index_works(work_ids=site.get_model_admin(type(thing)).works_of([thing]))

    def _deleted(self, thing):
        site.get_model_admin(type(thing)).delete_model(None, thing)

    def retitles_a_work(self):
        work = self._any(Product, structure="parent")
        work.title = f"Title {self.luck.randrange(9)} of the König"
        self._saved(work)

    def hides_or_shows_a_work(self):
        work = self._any(Product, structure="parent")
        work.is_public = not work.is_public
        self._saved(work)

    def hides_or_shows_an_edition(self):
        edition = self._any(Product, structure="child")
        edition.is_public = not edition.is_public
        edition.save()
        search.index_works(work_ids=[edition.parent_id])

    def deletes_a_work(self):
        self._deleted(self._any(Product, structure="parent"))

    def renames_a_person(self):
        person = self._any(Contributor)
        person.name = f"Person {self.luck.randrange(9)}"
        self._saved(person)

    def takes_out_a_person(self):
        part = self._any(Contribution)
        part.delete()
        search.index_works(work_ids=[part.work_id])

    def names_a_person(self):
        work, person = self._any(Product, structure="parent"), self._any(Contributor)
        Contribution.objects.get_or_create(work=work, contributor=person, role="B01")
        self._saved(work)

    def files_a_work(self):
        work = self._any(Product, structure="parent")
        work.categories.add(self._any(Category))
        self._saved(work)

    def moves_a_subject(self):
        subject = self._any(Category)
        home = self._any(Category)
        if not home.path.startswith(subject.path):
            Category.objects.move(subject, home, "first-child")
            moved = Category.objects.get(pk=subject.pk)
            search.index_works(work_ids=site.get_model_admin(Category).works_of([moved]))

    def deletes_a_subject(self):
        self._deleted(self._any(Category))

    def puts_a_work_into_a_series(self):
        work = self._any(Product, structure="parent")
        work.series = Series.objects.get_or_create(name=f"Series {self.luck.randrange(3)}")[0]
        self._saved(work)

    def deletes_a_series(self):
        if Series.objects.exists():
            self._deleted(self._any(Series))

    def names_a_person_otherwise(self):
        person = self._any(Contributor)
        person.other_names.create(name=f"Also {self.luck.randrange(9)}")
        self._saved(person)

    def announces_a_book(self):
        book = self._any(Product)
        days = self.luck.choice([-1, 1, 2])
        book.announced_at = timezone.now() + timedelta(days=days)
        book.save()
        search.index_works(work_ids=[book.parent_id or book.pk])

    def shows_or_hides_several(self):
        works = list(Product.objects.filter(structure="parent").order_by("pk"))
        action = self.luck.choice(["publish", "hide"])
        where = reverse("admin:catalogue_product_changelist")
        keys = [work.pk for work in self.luck.sample(works, min(3, len(works)))]
        sent = {"action": action, "_selected_action": keys, "step": "write"}
        self.client.post(where, sent)

    def renames_a_series_or_imprint(self):
        model = self.luck.choice([Series, Imprint])
        if model.objects.exists():
            thing = self._any(model)
            thing.name = f"Renamed {thing.pk} {self.luck.randrange(9)}"
            thing.slug = f"renamed-{thing.pk}-{self.luck.randrange(9)}"
            self._saved(thing)

    def makes_one_of_two(self):
        model = self.luck.choice([Contributor, Category, Series, Imprint])
        if model.objects.count() > 1:
            kept, gone = self.luck.sample(list(model.objects.order_by("pk")), 2)
            merging.merge(kept=kept, gone=gone, by=self.user)

    def imports_again(self):
        call_command("import_onix", MESSAGE, stdout=StringIO())

    def does_something(self):
        names = [name for name in dir(self) if not name.startswith(("_", "does"))]
        names = [name for name in names if name not in {"luck", "client", "user"}]
        # An import puts many things right again: not too often.
        name = self.luck.choice([name for name in names * 6 if name != "imports_again"] + names)
        getattr(self, name)()
        return name


@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_the_index_is_as_if_written_anew(seed, admin_client, admin_user):
    call_command("import_onix", MESSAGE, stdout=StringIO())
    staff = Staff(seed, admin_client, admin_user)

    done = [staff.does_something() for _ in range(45)]

    kept = written()
    search.index_all()
    anew = written()
    for table in INDEX:
        assert kept[table] == anew[table], done


def test_what_nobody_told_search_about_is_put_right_by_the_command():
    work = make_work("Before", author="Somebody")
    make_edition(work)
    search.index_works(work_ids=[work.pk])
    Product.objects.filter(pk=work.pk).update(title="After")

    call_command("index_books", stdout=StringIO())

    assert ("work", work.pk, "After") in [
        row[:3] for row in written()["catalogue_searchheading"]
    ]


@pytest.mark.parametrize("seed", range(3))
def test_search_thinks_of_prices_and_stock_what_the_shop_thinks(seed):
    luck = random.Random(seed)
    for _ in range(60):
        make_edition(
            type=luck.choice(Product.PublicationType.values),
            status=luck.choice(Product.Status.values),
            price=luck.choice([None, "0.00", "9.95", "30.00"]),
            copies=luck.choice([0, 1, 5]),
            is_public=luck.random() > 0.1,
        )
    StockRecord.objects.filter(num_in_stock=5).update(num_allocated=luck.choice([4, 5]))

    shelf = matching.by_price(matching.Matching())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT work, key FROM ({shelf.stretches[0].sql}) priced", shelf.values)
        priced = dict(cursor.fetchall())

    works = Product.objects.works().for_cards()
    expected = {
        work.pk: one.price for work in works for one in offers.offers(work) if one.can_be_bought
    }
    assert priced == expected
    assert len(keyset.first(shelf, 1000)) == works.count()
