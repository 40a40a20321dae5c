"""The files of digital editions: what readers of an e-book or audiobook are given."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models


class PrivateStorage(FileSystemStorage):
    """A folder that has no address: what lies there is given out by a view or not at all."""

    def __init__(self) -> None:
        """Let the shop's own account alone read what is stored."""
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        """The folder, as the settings name it."""
        return str(settings.EDITION_FILES)

    @property
    def location(self) -> str:
        """The folder, from the root."""
        return str(Path(settings.EDITION_FILES).absolute())

    def url(self, name: str | None) -> str:
        """Refuse: there is no address.

        :raises ValueError: always.
        """
        message = "The file of an edition has no address."
        raise ValueError(message)


def private_storage() -> PrivateStorage:
    """Return where the files of editions lie."""
    return PrivateStorage()


class EditionFile(models.Model):
    """One file of a digital edition; the newest is the one that counts, earlier ones stay."""

    edition = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="files")
    file = models.FileField(storage=private_storage, max_length=150, unique=True)
    original_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField("size in bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.original_name

    @property
    def ending(self) -> str:
        """What kind of file it is, such as `.epub`: found from its content."""
        return Path(str(self.file)).suffix
