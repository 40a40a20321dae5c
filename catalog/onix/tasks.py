"""Imports that staff start in the admin, run by the worker."""

import logging

from django.utils import timezone
from django_tasks import task

from catalog.models import ImportRun
from catalog.onix import runs, uploads
from catalog.onix.importer import ImportUnderWay, load_run
from catalog.onix.journal import Stopped
from catalog.onix.message import UnreadableMessage

logger = logging.getLogger(__name__)


@task
def run_import(run_id: int) -> None:
    """Load a message, or go on with it; what becomes of it stands in the run."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.WAITING:
        return  # Stopped before its turn came, or taken up by another worker.
    try:
        load_run(run)
    except ImportUnderWay as error:
        runs.put_off(run=run, reason=str(error))
    except (UnreadableMessage, Stopped) as error:
        logger.info("import %s ended early: %s", run_id, error)
    finally:
        runs.clear_away(folder=uploads.folder(), now=timezone.now())
