"""Our migrations, after those that Oscar brings."""

import oscar.apps.partner.migrations as upstream

__path__ = [*__path__, *upstream.__path__]
