"""Small ONIX messages for tests, and the loading of them."""

import tempfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from stdnum import ean

HERE = Path(__file__).parent
REFERENCE = HERE / "reference.xml"
SHORT = HERE / "short.xml"
PAPERBACK, EPUB, PAMPHLET = "9799830090015", "9799830090022", "9799830090039"


def isbn(serial):
    """Return a valid ISBN that no publisher has."""
    digits = f"97998300{serial:04d}"
    return digits + ean.calc_check_digit(digits)


def message(*products, header="", root='ONIXMessage release="3.0"'):
    """Return a message with these records."""
    name = root.split()[0]
    return f"<{root}>\n<Header>{header}</Header>\n{''.join(products)}</{name}>\n"


def product(
    number,
    *,
    reference=None,
    identifiers=None,
    notification="03",
    form="BC",
    details="",
    title="My Life",
    descriptive="",
    weight="<Measure><MeasureType>08</MeasureType><Measurement>300</Measurement>"
    "<MeasureUnitCode>gr</MeasureUnitCode></Measure>",
    collateral="",
    status="04",
    publishing="",
    related="",
    availability="21",
    stock="<Stock><OnHand>10</OnHand></Stock>",
    prices=None,
    market="",
):
    """Return one record; every part can be replaced."""
    if identifiers is None:
        identifiers = identifier("15", number)
    return f"""<Product>
<RecordReference>{reference or number}</RecordReference>
<NotificationType>{notification}</NotificationType>
{identifiers}
<DescriptiveDetail><ProductComposition>00</ProductComposition>
<ProductForm>{form}</ProductForm>{details}{weight}
{titled(title) if title else ""}{descriptive}</DescriptiveDetail>
<CollateralDetail>{collateral}</CollateralDetail>
<PublishingDetail><PublishingStatus>{status}</PublishingStatus>{publishing}</PublishingDetail>
<RelatedMaterial>{related}</RelatedMaterial>
<ProductSupply>{market}<SupplyDetail>
<ProductAvailability>{availability}</ProductAvailability>{stock}
{price("24.95") if prices is None else prices}</SupplyDetail></ProductSupply>
</Product>
"""


def identifier(kind, value):
    return (
        f"<ProductIdentifier><ProductIDType>{kind}</ProductIDType>"
        f"<IDValue>{value}</IDValue></ProductIdentifier>"
    )


def titled(title):
    return (
        "<TitleDetail><TitleType>01</TitleType><TitleElement>"
        "<TitleElementLevel>01</TitleElementLevel>"
        f"<TitleText>{title}</TitleText></TitleElement></TitleDetail>"
    )


def contributor(name, *roles, extra=""):
    codes = "".join(f"<ContributorRole>{role}</ContributorRole>" for role in roles or ["A01"])
    return f"<Contributor>{codes}<PersonName>{name}</PersonName>{extra}</Contributor>"


def life(born, died):
    return "".join(
        f"<ContributorDate><ContributorDateRole>{role}</ContributorDateRole>"
        f'<Date dateformat="05">{year}</Date></ContributorDate>'
        for role, year in (("50", born), ("51", died))
    )


def wikidata(item):
    return (
        "<NameIdentifier><NameIDType>01</NameIDType><IDTypeName>Wikidata</IDTypeName>"
        f"<IDValue>{item}</IDValue></NameIdentifier>"
    )


def price(amount, *, currency="USD", kind="01", extra=""):
    return (
        f"<Price><PriceType>{kind}</PriceType><PriceAmount>{amount}</PriceAmount>"
        f"<CurrencyCode>{currency}</CurrencyCode>{extra}</Price>"
    )


def related_product(number, relation="06"):
    return (
        f"<RelatedProduct><ProductRelationCode>{relation}</ProductRelationCode>"
        f"{identifier('15', number)}</RelatedProduct>"
    )


def related_work(value, *, scheme="The press", relation="01"):
    name = f"<IDTypeName>{scheme}</IDTypeName>" if scheme else ""
    return (
        f"<RelatedWork><WorkRelationCode>{relation}</WorkRelationCode><WorkIdentifier>"
        f"<WorkIDType>01</WorkIDType>{name}<IDValue>{value}</IDValue>"
        "</WorkIdentifier></RelatedWork>"
    )


def published(text, form="00", role="01"):
    return (
        f"<PublishingDate><PublishingDateRole>{role}</PublishingDateRole>"
        f'<Date dateformat="{form}">{text}</Date></PublishingDate>'
    )


def load(xml, *, today=date(2026, 9, 1), country="US", currency="USD", **options):
    """Import a message given as a path, text or bytes; return what its report says."""
    # Not above: the messages alone are made without Django.
    from catalog.onix import runs  # noqa: PLC0415
    from catalog.onix.importer import load_run  # noqa: PLC0415
    from catalog.onix.market import Market  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "message.xml"
        content = xml.read_bytes() if isinstance(xml, Path) else xml
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        run = runs.begin(path=path, **options)
        load_run(
            run, market=Market(country=country, currency=currency, decimals=2, today=today)
        )
    return report_of(run)


def report_of(run):
    """Return the report of a run: its counts by name, what was skipped and remarked."""
    return SimpleNamespace(
        run=run,
        **run.counts,
        skipped=list(run.lines.filter(kind="skipped")),
        remarks=list(run.lines.filter(kind="remark")),
        covers=list(run.lines.filter(kind="cover")),
        ignored={(element, reason): count for element, reason, count in run.omissions},
    )
