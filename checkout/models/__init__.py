"""What the checkout keeps beside Oscar's orders."""

from checkout.models.held import HeldParcel
from checkout.models.mails import OrderMail
from checkout.models.notices import StaffNotice
from checkout.models.parcels import Parcel, ParcelLine, ParcelNotice
from checkout.models.payments import MoneyMovement, PaymentAttempt, StripeEvent
from checkout.models.refunds import Dispute, RefundLine, RefundRequest
from checkout.models.watch import CardTry, StripeComparison

__all__ = [
    "CardTry",
    "Dispute",
    "HeldParcel",
    "MoneyMovement",
    "OrderMail",
    "Parcel",
    "ParcelLine",
    "ParcelNotice",
    "PaymentAttempt",
    "RefundLine",
    "RefundRequest",
    "StaffNotice",
    "StripeComparison",
    "StripeEvent",
]
