"""Name the admin after the shop; who signs in, and what groups of staff may do."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest

from checkout.account.models import User


class StaffSignInForm(AdminAuthenticationForm):
    """E-mail address and password."""

    def clean_username(self) -> str:
        """Find the account whatever the case of the letters."""
        return self.cleaned_data["username"].lower()


admin.site.site_header = admin.site.site_title = settings.SHOP_NAME
admin.site.index_title = "The shop"
admin.site.login_form = StaffSignInForm


class LowerCaseEmail:
    """Compare addresses as the shop keeps them."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """Return the address in lower case."""
        return self.cleaned_data["email"].lower()


class NewUserForm(LowerCaseEmail, BaseUserCreationForm):  # type: ignore[type-arg]
    """An address and a password, twice."""

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name"]


class UserForm(LowerCaseEmail, UserChangeForm):  # type: ignore[type-arg]
    """Somebody's address, name and rights."""

    class Meta:
        model = User
        fields = "__all__"
        help_texts = {
            "is_active": "Take the tick out instead of deleting: orders keep their history.",
            "is_staff": "May sign in here.",
        }


@admin.register(User)
class ShopUserAdmin(UserAdmin):  # type: ignore[type-arg]  # not at run time
    """Readers and staff, by e-mail address."""

    form = UserForm
    add_form = NewUserForm
    list_display = ["email", "first_name", "last_name", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    search_help_text = "E-mail address or name"
    show_full_result_count = False
    ordering = ["email"]
    filter_horizontal = ["groups"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "first_name", "last_name"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "first_name", "last_name", "password1", "password2"],
            },
        )
    ]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let superusers and owners give roles, and superusers alone make superusers."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        if gives_roles(request.user):
            return [*fields, "is_superuser"]
        return [*fields, "is_staff", "is_superuser", "groups"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the accounts of staff, and their passwords, to superusers and owners."""
        may = super().has_change_permission(request, obj)
        if obj is None or request.user.is_superuser:
            return may
        if obj.is_superuser:
            return False
        return may and (not obj.is_staff or gives_roles(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep accounts, and with them the history of who did what."""
        return False


def gives_roles(user: Any) -> bool:
    """Whether somebody decides what staff may do: who may change the groups."""
    return user.has_perm("auth.change_group")


def permission_in_words(permission: Permission) -> str:
    """Return such as `Books: change`."""
    kind = permission.content_type
    names = kind.model_class()._meta.verbose_name_plural  # type: ignore[union-attr]
    act = permission.codename.removesuffix(f"_{kind.model}").replace("_", " ")
    return f"{str(names).capitalize()}: {act}"


# Django registers its own when its admin module is imported.
admin.site.unregister(Group)


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin):
    """Groups of staff."""

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Offer the permissions for what has pages here and nothing of Oscar's."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "permissions" and field is not None:
            kinds = ContentType.objects.get_for_models(*self.admin_site._registry)
            field.queryset = self._offered(list(kinds.values()))
            field.label_from_instance = permission_in_words
        return field

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the groups alone, without the links to their permissions."""
        _, _, perms_needed, protected = super().get_deleted_objects(objs, request)
        return [str(group) for group in objs], {"groups": len(objs)}, perms_needed, protected

    def _offered(self, kinds: list[ContentType]) -> QuerySet[Permission]:
        permissions = Permission.objects.filter(content_type__in=kinds)
        ordered = permissions.order_by("content_type__app_label", "content_type__model", "pk")
        return ordered.select_related("content_type")
