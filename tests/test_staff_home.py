"""The admin's first page: what needs whoever opens it, and nothing else."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from lxml import html
from oscar.core.loading import get_model

from checkout.account.models import Role
from checkout.models import StaffNotice
from shipping.models import Interruption
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(client):
    """Open the first page as somebody with a role; return what needs them, by link."""

    def home(role):
        person = get_user_model().objects.create_user(f"{role}@example.org", "irrelevant")
        person.is_staff = True
        person.save()
        person.groups.add(Role.objects.get(name=role).group)
        client.force_login(person)
        box = html.fromstring(client.get(reverse("admin:index")).text)
        (box,) = box.find_class("attention-box")
        return box

    return home


def make_order(number, status="Paid"):
    return get_model("order", "Order").objects.create(
        number=number, currency="USD", total_incl_tax=1, total_excl_tax=1, status=status
    )


def make_notice(number):
    StaffNotice.objects.create(
        about=str(number),
        kind=StaffNotice.Kind.MISMATCH,
        text="Look at this",
        created_at=timezone.now(),
    )


@pytest.fixture
def something_of_each():
    for number in range(3):
        make_edition(make_work(f"Unweighed {number}"))
        make_order(str(number))
        make_notice(number)
        Interruption.objects.create(
            title=f"Strike {number}",
            starts_at=timezone.now() - timedelta(days=9),
            review_on=date(2020, 1, 1),
        )


def words(box):
    return [" ".join(item.text_content().split()) for item in box.xpath(".//li")]


def test_an_owner_sees_what_needs_somebody_with_counts(home, something_of_each):
    said = words(home("Owner"))

    for part in (
        "3 orders are paid and to be sent",
        "3 open notices",
        "3 interruptions are past their review",
        "3 books have no weight",
        "3 books have no picture of their cover",
    ):
        assert [one for one in said if one.startswith(part)], (part, said)


@pytest.mark.parametrize(
    ("role", "sees", "does_not"),
    [
        ("Editor", "no weight", "order"),
        ("Orders", "to be sent", "weight"),
        ("Shipping", "past their review", "order"),
    ],
)
def test_each_sees_what_is_theirs(home, something_of_each, role, sees, does_not):
    said = " ".join(words(home(role)))

    assert sees in said
    assert does_not not in said


def test_whom_nothing_needs_is_told_so(home, something_of_each):
    box = home("Newsletter")

    assert "Nothing needs you now." in box.text_content()
    assert words(box) == []


def test_each_link_leads_to_as_many_rows_as_it_counts(home, client, something_of_each):
    box = home("Owner")

    for link in box.xpath(".//a"):
        page = client.get(link.get("href"))
        assert page.status_code == 200
        rows = html.fromstring(page.text).xpath("//*[@id='result_list']/tbody/tr")
        if rows:
            assert (link.get("href"), len(rows)) == (link.get("href"), int(link[0].text))


@pytest.mark.parametrize("things", [1, 20])
def test_the_first_page_costs_the_same_however_much_there_is(
    home, client, things, django_assert_max_num_queries
):
    for number in range(things):
        make_edition(make_work(f"Unweighed {number}"))
        make_order(str(number))
        make_notice(number)

    home("Owner")
    with django_assert_max_num_queries(28):
        client.get(reverse("admin:index"))
