"""What must not be deleted, because an interruption would then be about more than before."""

from django.db.models import QuerySet

from shipping.models import Interruption, Method


def would_widen(methods: QuerySet[Method]) -> list[str]:
    """Return, in words, the interruptions that are about these methods and no other."""
    found = Interruption.objects.about_no_other_than(methods.values_list("pk", flat=True))
    return [f"{each}: about no other method, so it would be about all" for each in found]
