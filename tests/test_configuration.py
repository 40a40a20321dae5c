"""The shop refuses to start on settings that would lose money, mail or secrets."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from bookstore.configuration import REQUIRED, refuse_unsafe_settings

SAFE = {
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": "k" * 50,
    "DATABASE_URL": "postgresql:///shop",
    "SITE_URL": "https://shop.example",
    "ALLOWED_HOSTS": ["shop.example"],
    "EMAIL_URL": "smtp://mail.example",
    "DEFAULT_FROM_EMAIL": "shop@shop.example",
    "SHOP_EMAIL": "shop@shop.example",
    "SHOP_ADDRESS": ["1 Road", "Town"],
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_x"],
    "STRIPE_API_BASE": "",
    "STATIC_ROOT": "/srv/static",
    "MEDIA_ROOT": "/srv/media",
    "EDITION_FILES": "edition-files",
}


def test_safe_settings_start():
    refuse_unsafe_settings(SAFE)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_value_is_named(name):
    told = name.replace("WEBHOOK_SECRETS", "WEBHOOK_SECRET")

    with pytest.raises(ImproperlyConfigured, match=f"- {told} is missing"):
        refuse_unsafe_settings(SAFE | {name: ""})


@pytest.mark.parametrize(
    ("unsafe", "told"),
    [
        ({"DEBUG": True}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"SITE_URL": "http://shop.example"}, "SITE_URL must begin with https"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS must name"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE is set"),
        ({"EDITION_FILES": "/dev/null/edition-files"}, "DATA_DIR cannot be written"),
        ({"EDITION_FILES": "x/files", "MEDIA_ROOT": "x"}, "MEDIA_ROOT holds DATA_DIR"),
        ({"EDITION_FILES": "x/files", "STATIC_ROOT": "x"}, "STATIC_ROOT holds DATA_DIR"),
    ],
)
def test_an_unsafe_value_is_named(unsafe, told):
    with pytest.raises(ImproperlyConfigured, match=told):
        refuse_unsafe_settings(SAFE | unsafe)


def test_all_problems_are_told_at_once():
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe_settings(SAFE | {"SECRET_KEY": "", "EMAIL_URL": ""})

    assert "SECRET_KEY" in str(refusal.value)
    assert "EMAIL_URL" in str(refusal.value)


def test_the_demo_needs_nothing_but_never_takes_a_live_key():
    demo = dict.fromkeys(SAFE, "") | {"DEMO": True, "STRIPE_API_BASE": "http://127.0.0.1:1"}
    refuse_unsafe_settings(demo)

    with pytest.raises(ImproperlyConfigured, match="live key"):
        refuse_unsafe_settings(demo | {"STRIPE_SECRET_KEY": "sk_live_x"})
