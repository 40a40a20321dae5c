"""Where parcels go, what that costs and what interrupts it."""
