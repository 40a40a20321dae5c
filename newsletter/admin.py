"""Subscribers in the admin: to read, to unsubscribe on request, to delete.

Nobody is added or confirmed by hand: consent is the subscriber's own act.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from newsletter import subscriptions, wording
from newsletter.models import Consent, Subscriber


class TopicFilter(admin.SimpleListFilter):
    """Narrow the list to one topic."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every topic."""
        return [(topic.value, str(topic.label)) for topic in Subscriber.Topic]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Subscriber]:
        """Keep who ticked the chosen topic."""
        return queryset.about_topic(self.value()) if self.value() else queryset


class ConsentInline(admin.TabularInline):  # type: ignore[type-arg]  # not at run time
    """The evidence, which nobody may change."""

    model = Consent
    extra = 0
    can_delete = False
    readonly_fields = ["at", "act", "topics_in_words", "wording", "page", "network"]
    verbose_name_plural = "evidence of consent"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep evidence from being written by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep evidence from being changed."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show the evidence to whoever may see the subscriber."""
        return request.user.has_perm("newsletter.view_subscriber")

    @admin.display(description="topics")
    def topics_in_words(self, consent: Consent) -> str:
        """Name the topics."""
        return Subscriber(topics=consent.topics).topics_in_words


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Who asked for mail, and how far that has come."""

    list_display = ["email", "state", "topics_in_words", "created_at", "confirmed_at"]
    list_filter = ["state", TopicFilter, "created_at"]
    search_fields = ["email"]
    search_help_text = "Part of an e-mail address"
    date_hierarchy = "created_at"
    readonly_fields = [
        "email",
        "state",
        "topics_in_words",
        "created_at",
        "confirmed_at",
        "unsubscribed_at",
    ]
    inlines = [ConsentInline]
    actions = ["unsubscribe"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave signing up to the reader."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave confirming to the reader."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show the list to whoever could change it elsewhere."""
        user = request.user
        codes = ["view", "change"]
        return any(user.has_perm(f"newsletter.{code}_subscriber") for code in codes)

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        """Let staff with the right to change subscribers end a subscription."""
        return request.user.has_perm("newsletter.change_subscriber")

    @admin.display(description="topics")
    def topics_in_words(self, subscriber: Subscriber) -> str:
        """Name the topics."""
        return subscriber.topics_in_words

    @admin.action(description="Unsubscribe, as they asked", permissions=["unsubscribe"])
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """End the chosen subscriptions and keep who asked as evidence."""
        for token in queryset.values_list("token", flat=True):
            subscriptions.leave(
                token=token,
                shown=wording.BY_STAFF,
                evidence=subscriptions.Evidence(page="/admin/"),
                now=timezone.now(),
            )
        self.message_user(request, "They get no more mail.", messages.SUCCESS)
