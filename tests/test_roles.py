"""Roles of staff: who sees what, whatever address they type."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from bookstore.demo import STAFF
from catalog.models import Contributor, Imprint, Series
from checkout.account import roles
from checkout.account.models import Role
from tests.books import make_contributor, make_edition, make_work, stock_of
from tests.editor import Page, make_subject

pytestmark = pytest.mark.django_db
User = get_user_model()

BOOKS = {"product", "contributor", "category", "series", "imprint", "stockrecord"}
ORDERS = {"order", "parcel", "refundrequest", "dispute", "staffnotice", "stripecomparison"}
SHIPPING = {"zone", "method", "interruption", "country"}
PARTS = {
    "Editor": BOOKS,
    "Orders": {*ORDERS, "stockrecord"},
    "Shipping": SHIPPING,
    "Newsletter": {"subscriber"},
    "Owner": {*BOOKS, *ORDERS, *SHIPPING, "subscriber", "user", "group"},
}


@pytest.fixture
def member(client):
    """Sign in somebody who has a role, and return them."""

    def member(role):
        person = User.objects.create_user(f"{role.lower()}@example.org", "irrelevant")
        person.is_staff = True
        person.save()
        person.groups.add(Role.objects.get(name=role).group)
        client.force_login(person)
        return person

    return member


def lists():
    """The page of the list of every model, by the model's name."""
    for model in admin.site._registry:
        name, app = model._meta.model_name, model._meta.app_label
        yield name, reverse(f"admin:{app}_{name}_changelist")


@pytest.mark.parametrize("role", PARTS)
def test_a_role_sees_its_part_and_is_refused_the_rest(client, member, role):
    member(role)
    pages = dict(lists())
    # What a later release brings is in the part of one role or another.
    known = {name: url for name, url in pages.items() if name in PARTS["Owner"]}

    seen = {name for name, url in known.items() if client.get(url).status_code == 200}
    refused = {name for name, url in known.items() if client.get(url).status_code == 403}
    index = client.get(reverse("admin:index")).text

    assert seen == PARTS[role]
    assert refused == set(known) - PARTS[role]
    assert {name for name, url in known.items() if f'href="{url}"' in index} == PARTS[role]


@pytest.mark.parametrize("role", sorted(set(PARTS) - {"Editor", "Owner"}))
def test_who_does_not_edit_books_is_refused_each_page_about_them(client, member, role):
    person = make_contributor("Leon Trotsky")
    work = make_work("My Life", author=person)
    things = [work, person, make_subject("Exile", "exile")]
    things += [Series.objects.create(name="S"), Imprint.objects.create(name="I")]
    member(role)

    for thing in things:
        name = f"admin:catalogue_{thing._meta.model_name}"
        for page in (f"{name}_change", f"{name}_delete", f"{name}_history"):
            url = reverse(page, args=[thing.pk])
            assert (url, client.get(url).status_code) == (url, 403)
            assert (url, client.post(url, {"name": "X"}).status_code) == (url, 403)
        assert client.get(reverse(f"{name}_add")).status_code == 403
    assert Contributor.objects.get().name == "Leon Trotsky"


@pytest.mark.parametrize("role", ["Shipping", "Newsletter"])
def test_stock_is_not_for_everybody(client, member, role):
    record = stock_of(make_edition())
    member(role)
    url = reverse("admin:partner_stockrecord_change", args=[record.pk])

    assert client.get(url).status_code == 403
    assert client.post(url, {"added": 5, "reason": "x"}).status_code == 403


def test_an_owner_gives_roles_and_makes_no_superuser(client, member):
    member("Owner")
    reader = User.objects.create_user("reader@example.org", "irrelevant")
    page = Page(client, reverse("admin:account_user_change", args=[reader.pk]))
    page["is_staff"], page["is_superuser"] = "on", "on"
    page["groups"] = Group.objects.get(name="Editor").pk

    page.save()

    reader.refresh_from_db()
    assert (page.errors, reader.is_staff, reader.is_superuser) == ({}, True, False)
    assert [group.name for group in reader.groups.all()] == ["Editor"]


def test_an_owner_does_not_touch_superusers(client, member, admin_user):
    member("Owner")
    page = reverse("admin:account_user_change", args=[admin_user.pk])
    password = reverse("admin:auth_user_password_change", args=[admin_user.pk])

    assert client.post(page, {"email": "x@example.org"}).status_code == 403
    assert client.get(password).status_code == 403


def permissions_of(name):
    group = Role.objects.get(name=name).group
    return set(group.permissions.values_list("codename", flat=True))


def test_what_an_owner_adds_and_takes_away_stays():
    group = Group.objects.get(name="Newsletter")
    group.permissions.add(Permission.objects.get(codename="view_order"))
    group.permissions.remove(Permission.objects.get(codename="delete_subscriber"))

    roles.give()

    assert "view_order" in permissions_of("Newsletter")
    assert "delete_subscriber" not in permissions_of("Newsletter")


def test_a_new_permission_goes_to_the_roles_it_belongs_to():
    before = {name: permissions_of(name) for name in PARTS}
    kind = Permission.objects.get(codename="view_subscriber").content_type
    Permission.objects.create(codename="praise_subscriber", content_type=kind, name="Praise")

    roles.give()

    given = {name for name in PARTS if permissions_of(name) - before[name]}
    assert given == {"Newsletter", "Owner"}


def test_a_group_that_was_renamed_or_deleted_is_left_so():
    Group.objects.filter(name="Newsletter").update(name="Letters")
    Group.objects.get(name="Shipping").delete()
    groups = set(Group.objects.values_list("name", flat=True))

    roles.give()

    assert set(Group.objects.values_list("name", flat=True)) == groups
    assert Role.objects.get(name="Newsletter").group.name == "Letters"


def test_giving_again_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        roles.give()


def test_every_part_of_a_role_is_there():
    known = {label for app in apps.get_app_configs() for label in _labels(app)}

    missing = {part for parts in roles.ROLES.values() for part in parts} - known
    assert missing == set()


def _labels(app):
    yield app.label
    for model in app.get_models():
        yield f"{app.label}.{model._meta.model_name}"
        for act in ("add", "change", "delete", "view"):
            yield f"{app.label}.{act}_{model._meta.model_name}"


def test_the_demo_has_somebody_for_each_role(monkeypatch):
    monkeypatch.setenv("DEMO_STAFF_PASSWORD", "irrelevant")
    make_edition()

    call_command("demo", verbosity=0)

    domain = STAFF.partition("@")[2]
    for name in PARTS:
        person = User.objects.get(email=f"{name.lower()}@{domain}")
        assert (person.is_staff, person.is_superuser) == (True, False)
        assert [group.name for group in person.groups.all()] == [name]
