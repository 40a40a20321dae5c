"""The admin as a whole: who gets in, what is there, and the people who sign in."""

from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from tests.editor import Page

pytestmark = pytest.mark.django_db
User = get_user_model()
PASSWORD = "a sentence is easy to remember"
OUR_APPS = {
    *("account", "address", "auth", "catalogue", "partner"),
    *("checkout", "newsletter", "order", "shipping"),
}


@pytest.fixture
def reader():
    return User.objects.create_user("reader@example.org", PASSWORD, first_name="Ada")


@pytest.fixture
def clerk():
    """A member of staff who may edit accounts and is no superuser."""
    clerk = User.objects.create_user("clerk@example.org", PASSWORD)
    clerk.is_staff = True
    clerk.save()
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="account"))
    return clerk


def page_of(user):
    return reverse("admin:account_user_change", args=[user.pk])


def pages():
    """Every list in the admin, and every page to add something."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")


class InlineCode(HTMLParser):
    """Collect every inline style, script and event handler."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [
            f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")
        ]
        is_data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.found.append(f"<{tag}>")


def test_nothing_of_oscars_own_admin_is_registered():
    classes = {type(page).__module__.split(".")[0] for page in admin.site._registry.values()}

    assert {model._meta.app_label for model in admin.site._registry} <= OUR_APPS
    assert classes <= {"bookstore", "catalog", "checkout", "shipping", "newsletter"}


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_who_is_not_staff_is_sent_to_sign_in(client, reader, is_signed_in):
    if is_signed_in:
        client.force_login(reader)

    for path in pages():
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("admin:login"))


def test_every_page_carries_the_shops_name_and_no_inline_code(admin_client, settings):
    for path in [reverse("admin:index"), *pages()]:
        answer = admin_client.get(path)
        if answer.status_code == 403:  # What nobody adds by hand.
            continue
        finder = InlineCode()
        finder.feed(answer.text)

        assert settings.SHOP_NAME in answer.text
        assert (path, finder.found) == (path, [])
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_staff_sign_in_by_e_mail_in_any_case(client, clerk):
    answer = client.post(
        reverse("admin:login"), {"username": "Clerk@Example.org", "password": PASSWORD}
    )

    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_user_is_added_by_address_and_password(admin_client):
    page = Page(admin_client, reverse("admin:account_user_add"))
    page["email"], page["password1"], page["password2"] = "New@Example.org", PASSWORD, PASSWORD

    page.save()

    user = User.objects.get(email="new@example.org")
    assert user.check_password(PASSWORD)
    assert not user.is_staff
    assert "username" not in page.text.lower()


def test_an_address_is_taken_in_any_case(admin_client, reader):
    page = Page(admin_client, reverse("admin:account_user_add"))
    page["email"], page["password1"], page["password2"] = (
        "READER@example.org",
        PASSWORD,
        PASSWORD,
    )

    assert list(page.save().errors) == ["email"]


def test_a_password_is_changed(admin_client, reader):
    url = reverse("admin:auth_user_password_change", args=[reader.pk])
    other = "another sentence to remember"

    admin_client.post(url, {"password1": other, "password2": other, "usable_password": "true"})

    reader.refresh_from_db()
    assert reader.check_password(other)


def test_a_reader_becomes_staff_in_a_group(admin_client, reader):
    editors = Group.objects.create(name="Editors")
    page = Page(admin_client, page_of(reader))
    page["is_staff"], page["groups"] = "on", editors.pk

    page.save()

    reader.refresh_from_db()
    assert (page.errors, reader.is_staff, list(reader.groups.all())) == ({}, True, [editors])


def test_only_superusers_give_rights(client, clerk, reader):
    client.force_login(clerk)
    page = Page(client, page_of(reader))
    page["is_superuser"] = page["is_staff"] = "on"
    page["last_name"] = "Reader"

    page.save()

    reader.refresh_from_db()
    assert (reader.is_superuser, reader.is_staff, reader.last_name) == (False, False, "Reader")


def test_only_superusers_touch_staff(client, clerk, admin_user):
    client.force_login(clerk)
    password = reverse("admin:auth_user_password_change", args=[admin_user.pk])

    assert client.post(page_of(admin_user), {"email": "x@example.org"}).status_code == 403
    assert client.get(password).status_code == 403


def test_accounts_are_switched_off_and_not_deleted(admin_client, reader):
    delete = reverse("admin:account_user_delete", args=[reader.pk])

    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    assert delete not in admin_client.get(page_of(reader)).text


def test_groups_are_given_rights_for_what_has_a_page(admin_client):
    page = Page(admin_client, reverse("admin:auth_group_add"))

    choices = page.tree.forms[-1].inputs["permissions"].xpath(".//option/text()")

    assert "Books: change" in choices
    assert not [choice for choice in choices if "Voucher" in choice or "wishlist" in choice]


def test_deleting_a_group_names_it_alone(admin_client):
    group = Group.objects.create(name="Editors")
    group.permissions.add(Permission.objects.get(codename="change_product"))
    delete = reverse("admin:auth_group_delete", args=[group.pk])

    assert " object (" not in admin_client.get(delete).text
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("users", [1, 20])
def test_the_list_of_users_costs_the_same_however_long(
    admin_client, users, django_assert_max_num_queries
):
    for number in range(users):
        User.objects.create_user(f"reader{number}@example.org")

    with django_assert_max_num_queries(6):
        listed = admin_client.get(reverse("admin:account_user_changelist"), {"q": "reader"})

    assert f"{users} User" in listed.text
