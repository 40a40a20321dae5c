"""Followers of authors in the admin: to read, to stop on request, to delete.

Nobody is added or confirmed by hand: consent is the reader's own act.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from newsletter import follows, wording
from newsletter.models import Follow, Follower, FollowEvidence
from newsletter.subscriptions import Evidence

MOST_AUTHORS = 20


class AuthorFilter(admin.SimpleListFilter):
    """Narrow the list to who follows one author, and count the followers of each."""

    title = "author"
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the authors whom most readers follow."""
        counted = Follow.objects.confirmed().values_list("contributor", "contributor__name")
        counted = counted.annotate(readers=Count("pk")).order_by("-readers", "contributor")
        return [
            (str(pk), f"{name} ({readers})") for pk, name, readers in counted[:MOST_AUTHORS]
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Follower]:
        """Keep who follows the chosen author."""
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        confirmed = Follow.objects.confirmed().filter(contributor=int(value))
        return queryset.filter(pk__in=confirmed.values("follower"))


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """What nobody may change, for whoever may see the follower."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep it from being written by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep it from being changed."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show it to whoever may see the follower."""
        return may_see(request)


class FollowInline(ReadOnlyInline):
    """The authors, with the evidence of each."""

    model = Follow
    fields = ["contributor", "state", "confirmed_at", "stopped_at", "acts"]
    readonly_fields = ["contributor", "state", "confirmed_at", "stopped_at", "acts"]
    verbose_name_plural = "authors"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Follow]:
        """Load the evidence of all of them together."""
        found = super().get_queryset(request).select_related("contributor", "follower")
        return found.prefetch_related("evidence")

    @admin.display(description="evidence of consent, newest first")
    def acts(self, follow: Follow) -> str:
        """Tell what the reader was shown and did, when and where."""
        return "\n\n".join(_told(act) for act in follow.evidence.all())


def _told(act: FollowEvidence) -> str:
    where = ", ".join(filter(None, [act.page, act.network]))
    at = timezone.localtime(act.at)
    return f"{act.get_act_display()}, {at:%Y-%m-%d %H:%M}, {where}\n{act.wording}"


def may_see(request: HttpRequest) -> bool:
    """Tell whether somebody of the staff may see who follows whom."""
    codes = ["view", "change"]
    return any(request.user.has_perm(f"newsletter.{code}_follower") for code in codes)


@admin.register(Follower)
class FollowerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Who asked to hear of whose new books."""

    list_display = ["email", "authors", "unconfirmed", "created_at"]
    list_filter = [AuthorFilter, "created_at"]
    search_fields = ["email", "follows__contributor__name__unaccent__icontains"]
    search_help_text = "Part of an e-mail address or of an author's name"
    show_full_result_count = False
    readonly_fields = ["email", "created_at", "told_at"]
    inlines = [FollowInline]
    actions = ["stop"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Follower]:
        """Count the authors for the list."""
        states = Follow.State
        return (
            super()
            .get_queryset(request)
            .annotate(
                confirmed_count=Count(
                    "follows", Q(follows__state=states.CONFIRMED), distinct=True
                ),
                unconfirmed_count=Count(
                    "follows", Q(follows__state=states.UNCONFIRMED), distinct=True
                ),
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave asking to the reader."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave confirming to the reader."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show the list to whoever could change it elsewhere."""
        return may_see(request)

    def has_stop_permission(self, request: HttpRequest) -> bool:
        """Let staff with the right to change followers end what they follow."""
        return request.user.has_perm("newsletter.change_follower")

    @admin.display(description="authors", ordering="confirmed_count")
    def authors(self, follower: Any) -> int:
        """Return how many authors they are told about."""
        return follower.confirmed_count

    @admin.display(description="not confirmed", ordering="unconfirmed_count")
    def unconfirmed(self, follower: Any) -> int:
        """Return how many authors wait for their click."""
        return follower.unconfirmed_count

    @admin.action(description="Stop all, as they asked", permissions=["stop"])
    def stop(self, request: HttpRequest, queryset: QuerySet[Follower]) -> None:
        """Stop all that the chosen readers follow and keep who asked as evidence."""
        for token in queryset.values_list("token", flat=True):
            follows.stop(
                token=token,
                shown=wording.BY_STAFF,
                evidence=Evidence(page="/admin/"),
                now=timezone.now(),
            )
        self.message_user(request, "They hear no more of new books.", messages.SUCCESS)
