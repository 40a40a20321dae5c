"""Count from paid orders which works readers bought both of."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

KEPT_A_WORK = 20
MOST_WORKS_A_READER = 200
"""Who buys more is a library or a shop, whose taste says little and whose pairs are many."""

LOCK = 0x0A2  # any number; it names this lock in PostgreSQL

# A reader is an e-mail address, whether signed in or not; copies that were all refunded
# do not count.
WRITE = """
WITH bought AS MATERIALIZED (
    SELECT DISTINCT lower(coalesce(nullif(placed.guest_email, ''), account.email)) AS reader,
        edition.parent_id AS work
    FROM order_line line
    JOIN order_order placed ON placed.id = line.order_id
    JOIN catalogue_product edition ON edition.id = line.product_id
    LEFT JOIN {accounts} account ON account.id = placed.user_id
    WHERE placed.status IN ('Paid', 'In progress', 'Dispatched')
        AND edition.parent_id IS NOT NULL
        AND line.quantity > coalesce((
            SELECT sum(refunded.quantity) FROM checkout_refundline refunded
            JOIN checkout_refundrequest request ON request.id = refunded.request_id
            WHERE refunded.line_id = line.id AND request.state <> 'failed'), 0)
), readers AS MATERIALIZED (
    SELECT reader FROM bought GROUP BY reader HAVING count(*) <= %(most)s
), pairs AS (
    SELECT mine.work, theirs.work AS other, count(*) AS readers,
        row_number() OVER (PARTITION BY mine.work ORDER BY count(*) DESC, theirs.work) AS place
    FROM readers
    JOIN bought mine USING (reader)
    JOIN bought theirs ON theirs.reader = mine.reader AND theirs.work <> mine.work
    GROUP BY mine.work, theirs.work
    HAVING count(*) >= %(minimum)s
)
INSERT INTO catalogue_workpair (work_id, other_id, readers)
SELECT work, other, readers FROM pairs WHERE place <= %(kept)s
"""


@transaction.atomic
def count_pairs() -> int:
    """Count all pairs anew; return how many stand from either work.

    A pair that fewer readers bought than `BOUGHT_TOGETHER_MINIMUM` is not kept: it may
    be chance, and could tell what one reader reads. Pages show the old count meanwhile.
    """
    accounts = get_user_model()._meta.db_table
    limits = {
        "most": MOST_WORKS_A_READER,
        "minimum": settings.BOUGHT_TOGETHER_MINIMUM,
        "kept": KEPT_A_WORK,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM catalogue_workpair")
        cursor.execute(WRITE.format(accounts=accounts), limits)
        return int(cursor.rowcount)
