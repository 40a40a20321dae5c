from django.db import migrations

CREATE = """
CREATE FUNCTION checkout_order_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('Pending payment', 'Paid'), ('Pending payment', 'Cancelled'),
        ('Paid', 'In progress'), ('Paid', 'Refunded'),
        ('In progress', 'Dispatched'), ('In progress', 'Refunded'),
        ('Dispatched', 'In progress'), ('Dispatched', 'Refunded')
    ) THEN
        RAISE check_violation USING
            MESSAGE = format('order %s cannot go from %s to %s',
                NEW.number, OLD.status, NEW.status),
            CONSTRAINT = 'order_moves_forward';
    END IF;
    IF NEW.status = 'Cancelled' AND EXISTS (
        SELECT FROM checkout_paymentattempt
        WHERE order_id = NEW.id AND state IN ('new', 'open', 'processing')
    ) THEN
        RAISE check_violation USING
            MESSAGE = format('order %s may still be paid', NEW.number),
            CONSTRAINT = 'no_page_of_a_cancelled_order';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER order_moves_forward BEFORE UPDATE OF status ON order_order
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION checkout_order_moves_forward();

-- The row is locked as for a foreign key, but against a change of its status: whoever
-- cancels it meanwhile waits, and sees the attempt.
CREATE FUNCTION checkout_attempt_awaits_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM order_order
    WHERE id = NEW.order_id AND status = 'Pending payment' FOR SHARE;
    IF NOT FOUND THEN
        RAISE check_violation USING
            MESSAGE = format('order %s awaits no money', NEW.order_id),
            CONSTRAINT = 'no_page_of_a_cancelled_order';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER attempt_awaits_money BEFORE INSERT ON checkout_paymentattempt
FOR EACH ROW WHEN (NEW.state IN ('new', 'open', 'processing'))
EXECUTE FUNCTION checkout_attempt_awaits_money();
"""
DROP = """
DROP TRIGGER attempt_awaits_money ON checkout_paymentattempt;
DROP FUNCTION checkout_attempt_awaits_money();
DROP TRIGGER order_moves_forward ON order_order;
DROP FUNCTION checkout_order_moves_forward();
"""


class Migration(migrations.Migration):
    """Let the database refuse what the locks make impossible (docs/payments.md)."""

    dependencies = [("checkout", "0003_parcels_held_back")]

    operations = [migrations.RunSQL(CREATE, DROP)]
