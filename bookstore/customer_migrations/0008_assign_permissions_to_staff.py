from django.db import migrations


class Migration(migrations.Migration):
    """Stand where Oscar gives out rights to its dashboard, which the shop does not mount."""

    dependencies = [("customer", "0007_auto_20200801_0817")]
    operations = []
