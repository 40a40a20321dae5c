"""What a new shop begins with."""

import pytest
from oscar.core.loading import get_model

from bookstore.demo import shipping as demo
from shipping.models import Band, Interruption, Method, Zone

Country = get_model("address", "Country")


def test_loading_twice_changes_nothing(demo_rates):
    def count():
        return [model.objects.count() for model in [Country, Zone, Method, Band, Interruption]]

    before = count()

    demo.load()

    assert count() == before
    assert before[1:] == [6, 9, 43, 1]


def test_what_staff_changed_stays(demo_rates):
    Zone.objects.exclude(name="Canada").delete()
    Interruption.objects.update(message="Ours.")

    demo.load()

    assert Zone.objects.get().name == "Canada"
    assert Interruption.objects.get().message == "Ours."


def test_countries_have_their_everyday_names(countries):
    assert [str(countries[code]) for code in ["TW", "VN"]] == ["Taiwan", "Vietnam"]


@pytest.mark.parametrize("code", ["BR", "ZA"])
def test_the_pandemic_touches_a_handful_of_countries(demo_rates, code):
    assert Interruption.objects.touching(code).get().message == (
        "Due to continuing global pandemic conditions, shipments to some countries may be "
        "interrupted."
    )
    assert not Interruption.objects.touching("US").exists()
