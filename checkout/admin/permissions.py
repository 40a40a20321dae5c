"""What staff need to be allowed, by what they do with an order."""

MAY_SEE = "order.view_order"
MAY_WORK = "order.change_order"
MAY_SEND = "checkout.add_parcel"
MAY_REFUND = "checkout.add_refundrequest"
MAY_SETTLE_NOTICES = "checkout.change_staffnotice"
