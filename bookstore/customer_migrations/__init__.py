"""Oscar's customer migrations, one of them replaced: see docs/decisions."""

import oscar.apps.customer.migrations as upstream

__path__ = [*__path__, *upstream.__path__]
