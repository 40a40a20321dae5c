"""The table of rates, given out and taken back in the admin."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shipping import rate_changes
from shipping.models import Band, Method, Zone
from shipping.rates import BandRates, MethodRates, ZoneRates
from tests.shipping.conftest import make_method

pytestmark = pytest.mark.django_db
HEADER = (
    "zone,countries,duties,method,min_days,max_days,handling,free_from,excluded,up_to_g,price"
)


@pytest.fixture
def islands(make_zone):
    return make_zone("Islands", "IS GB", prices={500: "9.00", 1000: "12.00"}, method="Air")


def export(client):
    return client.get(reverse("admin:shipping_rates_export"))


def upload(client, text):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(
        reverse("admin:shipping_rates_import"), {"table": SimpleUploadedFile("new.csv", data)}
    )


def confirm(client, dry_run):
    confirmed = {"confirmed": dry_run.context["signed"]}
    return client.post(reverse("admin:shipping_rates_import"), confirmed)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def member_of_staff(client, *codenames):
    user = get_user_model().objects.create_user("staff@example.org", "a long sentence")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


def test_the_table_has_a_row_for_every_band(admin_client, islands):
    islands.duties = "You may have to pay duty."
    islands.save()
    method = islands.methods.get()
    method.handling, method.free_from = Decimal("1.50"), Decimal(100)
    method.save()
    method.excluded.set(["IS"])

    response = export(admin_client)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").splitlines() == [
        HEADER,
        "Islands,GB IS,You may have to pay duty.,Air,3,6,1.50,100.00,IS,500,9.00",
        "Islands,GB IS,You may have to pay duty.,Air,3,6,1.50,100.00,IS,1000,12.00",
    ]


def test_the_table_costs_the_same_however_long(admin_client, make_zone):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            export(admin_client)
        return len(queries)

    def add(number):
        zone = make_zone(f"Zone {number}", "IS", prices={1000: "9.00"})
        zone.methods.get().excluded.set(["IS"])

    add(0)
    cost_of_one = cost()
    for number in range(1, 20):
        add(number)

    assert cost() == cost_of_one


def test_a_table_taken_back_unchanged_changes_nothing(admin_client, demo_rates, make_zone):
    make_zone("Moon", "AQ")
    make_zone("=Sun", "BV", prices={})

    dry_run = upload(admin_client, export(admin_client).content)

    assert dry_run.context["changes"] == []
    assert "Nothing: the rates are as in the file." in dry_run.text
    assert "Apply these changes" not in dry_run.text


def test_a_dry_run_says_what_would_be_added_changed_and_removed(admin_client, islands):
    make_method(islands, "Sea", {1000: "4.00"})

    dry_run = upload(
        admin_client,
        f"{HEADER}\n"
        "Islands,IS NO,Pay duty,Air,3,7,1.00,50,IS,500,8.50\n"
        "World,,,Post,5,9,,,,2000,20\n",
    )

    assert [
        (change.act, str(change), change.details) for change in dry_run.context["changes"]
    ] == [
        ("added", "World", ()),
        (
            "added",
            "Post (World)",
            ("min_days: 5", "max_days: 9", "handling: 0.00", "up to 2,000 g: 20.00"),
        ),
        (
            "changed",
            "Islands",
            ("countries: NO come in", "countries: GB go out", "duties: nothing to Pay duty"),
        ),
        (
            "changed",
            "Air (Islands)",
            (
                "max_days: 6 to 7",
                "handling: 0.00 to 1.00",
                "free_from: nothing to 50.00",
                "excluded: IS come in",
                "up to 500 g: 9.00 to 8.50",
                "up to 1,000 g: 12.00 to nothing",
            ),
        ),
        ("removed", "Sea (Islands)", ()),
    ]
    assert rate_changes.current()[0].country_codes == {"IS", "GB"}
    assert not Zone.objects.filter(name="World").exists()


def test_a_confirmed_table_becomes_the_rates_without_a_second_upload(admin_client, islands):
    make_method(islands, "Sea", {1000: "4.00"})
    Method.objects.filter(name="Air").update(code="the-old-code")
    table = (
        f"{HEADER}\n"
        "Islands,IS NO,Pay duty,Air,3,7,1.00,50.00,IS,500,8.50\n"
        "Islands,IS NO,Pay duty,Air,3,7,1.00,50.00,IS,2000,15.00\n"
        "World,,,Post,5,9,0.00,,,2000,20.00\n"
    )

    response = confirm(admin_client, upload(admin_client, table))

    assert said(response) == ["The rates were imported, with 5 changes."]
    assert export(admin_client).content.decode("utf-8-sig") == table.replace("\n", "\r\n")
    assert dict(Method.objects.values_list("name", "code")) == {
        "Air": "the-old-code",
        "Post": "world-post",
    }
    assert dict(Zone.objects.values_list("name", "position")) == {"Islands": 0, "World": 1}


def test_history_says_who_imported(admin_client, admin_user, islands):
    table = export(admin_client).content.replace(b"9.00", b"8.00")

    confirm(admin_client, upload(admin_client, table))

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (admin_user, "Islands")
    assert entry.get_change_message() == "Rates imported from a table."


def test_a_table_moves_a_country_from_one_zone_to_another(admin_client, islands, make_zone):
    make_zone("North", "NO", prices={500: "9.00"}, position=1)
    table = export(admin_client).content.replace(b"GB IS", b"IS").replace(b",NO,", b",GB NO,")

    confirm(admin_client, upload(admin_client, table))

    assert [zone.name for zone in Zone.objects.filter(countries="GB")] == ["North"]


def test_a_bad_table_is_refused_whole_with_each_line(admin_client, islands):
    before = rate_changes.current()

    refused = upload(
        admin_client,
        f"{HEADER}\nIslands,IS,,Air,3,7,,,,500,8\nB,XX,,Air,3,7,,,,500,8\nC,NO,,Air,9,7,,,,500,-8\n",
    )

    assert "signed" not in refused.context
    for line in [
        "Line 3: XX in countries is no country we know.",
        "Line 4: min_days 9 is more than max_days 7.",
        "Line 4: price cannot be negative: -8.",
    ]:
        assert line in refused.text
    assert rate_changes.current() == before


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("zone\nÎles".encode("latin-1"), "Line 2: This is not UTF-8: save it as CSV UTF-8."),
        (b"x" * 600_000, "The file is larger than 500 kB."),
        (b"", "The submitted file is empty."),
    ],
    ids=["not UTF-8", "too large", "empty"],
)
def test_what_is_no_table_is_refused_on_the_page(admin_client, data, reason):
    assert reason in upload(admin_client, data).text


def test_a_form_without_a_file_asks_for_one(admin_client):
    page = admin_client.post(reverse("admin:shipping_rates_import"))

    assert page.context["form"].errors == {"table": ["This field is required."]}


def test_only_so_many_faults_are_listed(admin_client, islands):
    refused = upload(admin_client, HEADER + "\nIslands,XX,,,,,,,,," * 60)

    assert len(refused.context["faults"]) == 50
    assert "And 10 more." in refused.text


def test_rates_that_changed_after_the_dry_run_are_not_overwritten(admin_client, islands):
    dry_run = upload(admin_client, export(admin_client).content.replace(b"9.00", b"8.00"))
    Band.objects.filter(up_to_g=1000).update(price=Decimal("13.00"))

    response = confirm(admin_client, dry_run)

    assert said(response) == [
        "Somebody changed the rates meanwhile. Nothing was applied: choose the file again."
    ]
    assert list(Band.objects.values_list("price", flat=True)) == [
        Decimal("9.00"),
        Decimal("13.00"),
    ]


def test_a_table_applied_once_is_not_applied_again(admin_client, islands):
    dry_run = upload(admin_client, export(admin_client).content.replace(b"9.00", b"8.00"))
    confirm(admin_client, dry_run)
    Band.objects.filter(up_to_g=500).update(price=Decimal("7.00"))

    assert "Nothing was applied" in said(confirm(admin_client, dry_run))[-1]
    assert Band.objects.get(up_to_g=500).price == Decimal("7.00")


def test_what_nobody_signed_is_not_applied(admin_client, islands):
    dry_run = upload(admin_client, export(admin_client).content.replace(b"9.00", b"8.00"))

    response = admin_client.post(
        reverse("admin:shipping_rates_import"), {"confirmed": dry_run.context["signed"] + "x"}
    )

    assert "choose the file again" in said(response)[0]
    assert Band.objects.get(up_to_g=500).price == Decimal("9.00")


def test_a_dry_run_is_good_for_an_hour_and_for_one_person(
    admin_client, client, islands, time_machine
):
    table = export(admin_client).content.replace(b"9.00", b"8.00")
    theirs = upload(admin_client, table)
    other = get_user_model().objects.create_superuser("other@example.org", "a long sentence")
    client.force_login(other)

    taken = confirm(client, theirs)
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    late = confirm(admin_client, theirs)

    assert "choose the file again" in said(taken)[0]
    assert "choose the file again" in said(late)[0]
    assert Band.objects.get(up_to_g=500).price == Decimal("9.00")


def test_what_the_database_refuses_half_way_leaves_all_rates_as_they_were(islands):
    (before,) = rate_changes.current()
    bad = MethodRates("", "Post", 1, 2, (BandRates(500, Decimal(-1)),))
    after = [replace(before, duties="Pay duty"), ZoneRates("World", frozenset(), (bad,))]

    with pytest.raises(IntegrityError), transaction.atomic():
        rate_changes.apply(after=after, shown_for=rate_changes.fingerprint([before]))

    assert rate_changes.current() == (before,)


def test_zones_and_methods_stand_in_the_order_of_the_table(admin_client, islands, make_zone):
    make_method(islands, "Sea", {1000: "4.00"})
    make_zone("North", "NO", prices={500: "9.00"}, position=1)
    make_zone("World", position=2)

    dry_run = upload(
        admin_client,
        f"{HEADER}\n"
        "North,NO,,Standard,3,6,0,,,500,9\n"
        "South,FR,,,,,,,,,\n"
        "Islands,GB IS,,Sea,3,6,0,,,1000,4\n"
        "Islands,GB IS,,Air,3,6,0,,,500,9\n"
        "Islands,GB IS,,Air,3,6,0,,,1000,12\n"
        "Islands,GB IS,,Land,3,6,0,,,1000,5\n"
        "World,,,,,,,,,,\n",
    )
    confirm(admin_client, dry_run)

    changes = [(str(change), change.details) for change in dry_run.context["changes"]]
    assert changes[0] == ("South", ("countries: FR", "place: after North"))
    assert changes[1][0] == "Land (Islands)"
    assert "place" not in "".join(changes[1][1])
    assert changes[2:] == [
        ("Sea (Islands)", ("place: first",)),
        ("North", ("place: first",)),
    ]
    names = [zone.name for zone in Zone.objects.all()]
    assert names == ["North", "South", "Islands", "World"]
    assert [method.name for method in islands.methods.all()] == ["Sea", "Air", "Land"]


@pytest.mark.parametrize("table", ["Islands,IS,,Sea,3,6,,,,500,9", "World,,,Sea,3,6,,,,500,9"])
def test_an_interruption_never_widens_because_its_method_went(
    admin_client, islands, interrupt, table
):
    strike = interrupt(severity="suspended")
    strike.methods.set(islands.methods.all())

    response = confirm(admin_client, upload(admin_client, f"{HEADER}\n{table}\n"))

    assert "would then be about all: Strike. Change them first." in said(response)[0]
    assert [method.name for method in strike.methods.all()] == ["Air"]


def test_staff_who_may_only_look_get_the_table_but_no_import(client, islands):
    member_of_staff(client, "view_zone", "view_method", "view_band")

    listed = client.get(reverse("admin:shipping_zone_changelist")).text

    assert export(client).status_code == 200
    assert reverse("admin:shipping_rates_export") in listed
    assert reverse("admin:shipping_rates_import") not in listed
    assert client.get(reverse("admin:shipping_rates_import")).status_code == 403
    assert upload(client, HEADER).status_code == 403


def test_an_import_takes_every_right_over_the_rates(client, islands):
    rights = [
        f"{act}_{table}"
        for act in ("add", "change", "delete")
        for table in ("zone", "method", "band")
    ]
    member_of_staff(client, *rights[:-1])

    assert client.get(reverse("admin:shipping_rates_import")).status_code == 403


def test_staff_without_shipping_get_nothing_of_it(client, islands):
    member_of_staff(client, "view_order")

    for name in ["rates_export", "rates_import", "try", "problems"]:
        assert client.get(reverse(f"admin:shipping_{name}")).status_code == 403


def test_strangers_are_asked_to_sign_in(client):
    for name in ["rates_export", "rates_import", "try", "problems"]:
        response = client.get(reverse(f"admin:shipping_{name}"))

        assert response.status_code == 302
        assert reverse("admin:login") in response["Location"]
