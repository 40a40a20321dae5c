"""What names one country or method is never about all because that was deleted."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from oscar.core.loading import get_model

from shipping.models import Interruption, Method, Zone
from tests.shipping.conftest import make_method

pytestmark = pytest.mark.django_db(transaction=True)
Country = get_model("address", "Country")


@pytest.fixture
def islands(make_zone):
    return make_zone("Islands", "IS GB", prices={500: "9.00"}, method="Air")


def delete_country(strike, islands):
    Country.objects.get(pk="IS").delete()


def delete_method(strike, islands):
    Method.objects.all().delete()


def delete_zone(strike, islands):
    islands.delete()


def delete_row(strike, islands):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shipping_interruption_methods")
        cursor.execute("DELETE FROM shipping_band")
        cursor.execute("DELETE FROM shipping_method")


@pytest.mark.parametrize("delete", [delete_country, delete_method, delete_zone, delete_row])
def test_the_database_keeps_the_only_one_that_an_interruption_names(interrupt, islands, delete):
    strike = interrupt(codes="IS", severity="suspended")
    strike.methods.set(islands.methods.all())

    with pytest.raises(IntegrityError, match="would be about all"), transaction.atomic():
        delete(strike, islands)

    assert [country.pk for country in strike.countries.all()] == ["IS"]
    assert [method.name for method in strike.methods.all()] == ["Air"]


def test_the_database_keeps_the_only_country_of_a_zone(make_zone):
    make_zone("North", "NO")

    with pytest.raises(IntegrityError, match="would be about all"):
        Country.objects.get(pk="NO").delete()

    assert Zone.objects.get().countries.count() == 1


def test_one_of_several_may_go_and_so_may_all_with_the_interruption(interrupt, islands):
    sea = make_method(islands, "Sea", {500: "4.00"})
    strike = interrupt(codes="IS NO", severity="suspended")
    strike.methods.set(islands.methods.all())

    sea.delete()
    Country.objects.get(pk="NO").delete()
    assert (strike.countries.count(), strike.methods.count()) == (1, 1)
    with transaction.atomic():
        Interruption.objects.all().delete()
        islands.delete()

    assert not Method.objects.exists()


def test_staff_may_let_an_interruption_be_about_all(interrupt, islands):
    strike = interrupt(codes="IS")
    strike.methods.set(islands.methods.all())

    strike.countries.clear()
    strike.methods.clear()

    assert Interruption.objects.as_notices()[0].countries == frozenset()


def test_of_two_who_delete_the_last_two_at_once_one_is_refused(interrupt, islands):
    sea = make_method(islands, "Sea", {500: "4.00"})
    strike = interrupt(severity="suspended")
    strike.methods.set(islands.methods.all())
    is_deleted, may_go_on, refused = threading.Event(), threading.Event(), []

    def delete_sea():
        try:
            with transaction.atomic():
                sea.delete()
                is_deleted.set()
                may_go_on.wait(10)
        except IntegrityError:
            refused.append("Sea")
        finally:
            connection.close()

    other = threading.Thread(target=delete_sea)
    other.start()
    assert is_deleted.wait(10)
    islands.methods.get(name="Air").delete()  # does not see yet that Sea is going
    may_go_on.set()
    other.join(10)

    assert refused == ["Sea"]
    assert [method.name for method in strike.methods.all()] == ["Sea"]
