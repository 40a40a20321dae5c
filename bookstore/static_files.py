"""Static files with names that change with their content, for ever cacheable."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hash the names that JavaScript modules import, too."""

    support_js_module_import_aggregation = True
