from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0002_severity")]

    operations = [
        migrations.AddConstraint(
            model_name="method",
            constraint=models.UniqueConstraint(
                fields=["zone", "name"],
                name="one_method_a_name",
                violation_error_message="The zone has a method of this name already.",
            ),
        ),
    ]
