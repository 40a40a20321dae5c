"""What names no country or method is about all: no deletion may bring that about."""

from django.db import migrations

# At the end of a transaction in which a named row was deleted. Whoever takes names away
# from a row that stays (its form, say) means all, and may.
CREATE = """
CREATE FUNCTION {table}_refuse_widening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Locked, so that the second of two such deletions sees the first.
    PERFORM FROM {owner} WHERE id = OLD.{owner_column} FOR UPDATE;
    IF FOUND
        AND NOT EXISTS (SELECT FROM {named} WHERE {named_key} = OLD.{named_column})
        AND NOT EXISTS (SELECT FROM {table} WHERE {owner_column} = OLD.{owner_column})
    THEN
        RAISE EXCEPTION '{owner} % names nothing else and would be about all',
            OLD.{owner_column} USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuse_widening AFTER DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION {table}_refuse_widening();
"""
DROP = """
DROP TRIGGER refuse_widening ON {table};
DROP FUNCTION {table}_refuse_widening();
"""
INTERRUPTION = {"owner": "shipping_interruption", "owner_column": "interruption_id"}
ZONE = {"owner": "shipping_zone", "owner_column": "zone_id"}
COUNTRY = {
    "named": "address_country",
    "named_key": "iso_3166_1_a2",
    "named_column": "country_id",
}
METHOD = {"named": "shipping_method", "named_key": "id", "named_column": "method_id"}
TABLES = [
    {"table": "shipping_interruption_countries", **INTERRUPTION, **COUNTRY},
    {"table": "shipping_interruption_methods", **INTERRUPTION, **METHOD},
    {"table": "shipping_zone_countries", **ZONE, **COUNTRY},
]


class Migration(migrations.Migration):
    dependencies = [("shipping", "0003_one_method_a_name")]

    operations = [
        migrations.RunSQL(CREATE.format(**each), DROP.format(**each)) for each in TABLES
    ]
