"""The books beside a book, for its page."""

from django import template
from django.template import Context
from django.utils import timezone

from catalog.book_page import BookPage
from catalog.together import Together
from checkout import companions

register = template.Library()


@register.simple_tag(takes_context=True)
def bought_together(context: Context, book: BookPage) -> Together | None:
    """Return the books that this reader may want beside this one, or nothing."""
    return companions.of_page(
        context["request"], this=book.this, others=book.companions, now=timezone.now()
    )
