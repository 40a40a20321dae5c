"""A large message takes little memory; ONIX_RECORDS=100000 and `-s` measure a real one.

The import is a process of its own, as on the command line, and PostgreSQL another.
"""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from django.db import connection

from catalog.models import ImportRun, Product
from tests.catalog.onix.large import write_message

RECORDS = int(os.environ.get("ONIX_RECORDS", "300"))
MOST_MEGABYTES = 300
# A process begins with what its parent held: the small one between is not this one.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

pytestmark = pytest.mark.django_db(transaction=True)


def run(path):
    """Import a file in a process of its own; return seconds and the most megabytes it held."""
    place = urlsplit(os.environ["DATABASE_URL"])
    url = place._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, "manage.py", "import_onix", path, "--verbosity=0"],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.monotonic() - begun, int(done.stdout.split()[-1]) / 1024


def test_a_large_message_fits_into_300_megabytes(tmp_path):
    path = tmp_path / "large.xml"
    write_message(path, RECORDS)

    seconds, megabytes = run(path)
    again, megabytes_again = run(path)

    sys.stdout.write(
        f"\n{RECORDS} records, {path.stat().st_size / 1e6:.0f} MB of ONIX:\n"
        f"  into an empty catalogue: {seconds:.0f} s, {megabytes:.0f} MB\n"
        f"  again, nothing changed: {again:.0f} s, {megabytes_again:.0f} MB\n"
    )
    assert Product.objects.filter(structure="child").count() == RECORDS
    assert [each.counts["unchanged"] for each in ImportRun.objects.all()] == [RECORDS, 0]
    assert max(megabytes, megabytes_again) < MOST_MEGABYTES
