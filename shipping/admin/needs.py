"""What shipping waits for: interruptions to look at again, rates that do not work."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.urls import reverse

from bookstore.needs import Need, need
from shipping import problems
from shipping.problems import Kind


def of(user: Any, *, now: datetime) -> list[Need]:
    """Return what is to be mended; seven queries, as `problems.find`."""
    if not user.has_perm("shipping.change_interruption"):
        return []
    kinds = Counter(problem.kind for problem in problems.find(now=now))
    page = reverse("admin:shipping_problems")
    due = kinds.pop(Kind.REVIEW_DUE, 0)
    kinds.pop(Kind.NO_WEIGHT, 0)
    return [
        *need(
            due,
            "interruption is past its review: is it still true?",
            "interruptions are past their review: are they still true?",
            page,
        ),
        *need(
            kinds.total(),
            "problem with zones, rates or interruptions",
            "problems with zones, rates or interruptions",
            page,
        ),
    ]
