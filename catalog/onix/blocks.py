"""The blocks of a record; a block update (notification 04) replaces those it has."""

from typing import Final

DESCRIPTIVE: Final = "DescriptiveDetail"
COLLATERAL: Final = "CollateralDetail"
PUBLISHING: Final = "PublishingDetail"
RELATED: Final = "RelatedMaterial"
SUPPLY: Final = "ProductSupply"
ALL: Final = frozenset({DESCRIPTIVE, COLLATERAL, PUBLISHING, RELATED, SUPPLY})
