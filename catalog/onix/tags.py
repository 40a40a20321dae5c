"""The two names of an ONIX element: short and reference (EDItEUR, ONIX 3.0 and 3.1 schemas)."""

# The elements that a product record has down to the depth that is read or counted here.
_TABLE = """
a001 RecordReference  a002 NotificationType  a194 RecordSourceType  a197 RecordSourceName
a199 DeletionText  addressee Addressee  alternativename AlternativeName
ancillarycontent AncillaryContent  audience Audience  audiencerange AudienceRange
b012 ProductForm  b014 ProductFormDescription  b020 YearOfAnnual  b029 Subtitle
b030 TitlePrefix  b031 TitleWithoutPrefix  b034 SequenceNumber  b035 ContributorRole
b036 PersonName  b037 PersonNameInverted  b038 TitlesBeforeNames  b039 NamesBeforeKey
b040 KeyNames  b041 NamesAfterKey  b042 LettersAfterNames  b043 TitlesAfterNames
b044 BiographicalNote  b047 CorporateName  b048 ContributorDescription
b049 ContributorStatement  b057 EditionNumber  b058 EditionStatement  b062 IllustrationsNote
b063 MapScale  b067 SubjectSchemeIdentifier  b068 SubjectSchemeVersion  b069 SubjectCode
b070 SubjectHeadingText  b079 ImprintName  b081 PublisherName  b083 CountryOfPublication
b125 NumberOfIllustrations  b171 SubjectSchemeName  b201 WorkIDType  b202 TitleType
b203 TitleText  b207 AudienceDescription  b209 CityOfPublication  b217 EditionVersionNumber
b218 ExtentType  b219 ExtentValue  b220 ExtentUnit  b221 ProductIDType
b225 ProductPackaging  b233 IDTypeName  b244 IDValue  b247 PrefixToKey  b248 SuffixToKey
b249 UnnamedPersons  b251 CountryCode  b252 LanguageCode  b253 LanguageRole
b291 PublishingRole  b294 WebsiteDescription  b295 WebsiteLink  b306 Date
b333 ProductFormDetail  b367 WebsiteRole  b368 ThesisType  b369 ThesisPresentedTo
b370 ThesisYear  b374 TextSourceCorporate  b384 TradeCategory  b385 ProductContentType
b394 PublishingStatus  b395 PublishingStatusNote  b398 RegionCode  barcode Barcode
batchbonus BatchBonus  c094 Measurement  c095 MeasureUnitCode  citedcontent CitedContent
collateraldetail CollateralDetail  collection Collection
collectionidentifier CollectionIdentifier  collectionsequence CollectionSequence
comparisonproductprice ComparisonProductPrice  complexity Complexity
contentdate ContentDate  contentdetail ContentDetail  contributor Contributor
contributordate ContributorDate  contributorplace ContributorPlace
copyrightstatement CopyrightStatement  d104 Text  d107 TextAuthor
descriptivedetail DescriptiveDetail  discount Discount  discountcoded DiscountCoded
epubusageconstraint EpubUsageConstraint  event Event  extent Extent  funding Funding
header Header  imprint Imprint  imprintidentifier ImprintIdentifier  j144 OrderTime
j145 PackQuantity  j151 PriceAmount  j152 CurrencyCode  j192 UnpricedItemType  j239 PricePer
j261 PriceQualifier  j262 PriceTypeDescription  j263 MinimumOrderQuantity  j266 PriceStatus
j349 LocationName  j350 OnHand  j351 OnOrder  j375 CBO  j396 ProductAvailability
language Language  locationidentifier LocationIdentifier  m180 MessageNumber
m181 MessageRepeat  m183 MessageNote  m184 DefaultLanguageOfText  m186 DefaultCurrencyCode
market Market  marketpublishingdetail MarketPublishingDetail  measure Measure
n339 NoContributor  n386 NoEdition  nameassubject NameAsSubject
nameidentifier NameIdentifier  newsupplier NewSupplier  onorderdetail OnOrderDetail
price Price  pricecoded PriceCoded  pricecondition PriceCondition
priceconditionquantity PriceConditionQuantity  priceconstraint PriceConstraint
pricedate PriceDate  priceidentifier PriceIdentifier  prize Prize  product Product
productclassification ProductClassification  productcontact ProductContact
productformfeature ProductFormFeature  productidentifier ProductIdentifier
productiondetail ProductionDetail  productpart ProductPart  productsupply ProductSupply
professionalaffiliation ProfessionalAffiliation  promotiondetail PromotionDetail
publisher Publisher  publisheridentifier PublisherIdentifier  publishingdate PublishingDate
publishingdetail PublishingDetail  recordsourceidentifier RecordSourceIdentifier
relatedmaterial RelatedMaterial  relatedproduct RelatedProduct  relatedwork RelatedWork
religioustext ReligiousText  returnsconditions ReturnsConditions  reviewrating ReviewRating
salesrestriction SalesRestriction  salesrights SalesRights  sender Sender  stock Stock
stockquantitycoded StockQuantityCoded  subject Subject  supplier Supplier
supplierowncoding SupplierOwnCoding  supplycontact SupplyContact  supplydate SupplyDate
supplydetail SupplyDetail  supportingresource SupportingResource  tax Tax
territory Territory  textcontent TextContent  textsource TextSource  titledetail TitleDetail
titleelement TitleElement  velocity Velocity  website Website  workidentifier WorkIdentifier
x301 PrintedOnProduct  x307 SentDateTime  x310 DefaultPriceType  x313 PositionOnProduct
x314 ProductComposition  x315 MeasureType  x316 CountryOfManufacture
x317 EpubTechnicalProtection  x329 CollectionType  x330 SourceName  x409 TitleElementLevel
x410 PartNumber  x411 NoCollection  x412 FromLanguage  x413 ToLanguage  x414 NameType
x415 NameIDType  x416 PrimaryContentType  x417 ContributorDateRole  x419 EditionType
x420 ScriptCode  x421 ExtentValueRoman  x422 Illustrated  x425 MainSubject  x426 TextType
x427 ContentAudience  x428 SourceTitle  x443 CorporateNameInverted  x446 LatestReprintNumber
x448 PublishingDateRole  x449 CountriesIncluded  x450 RegionsIncluded
x451 CountriesExcluded  x452 RegionsExcluded  x454 WorkRelationCode
x455 ProductRelationCode  x456 ROWSalesRightsType  x462 PriceType  x463 PriceConditionType
x476 PriceDateRole  x478 TitleStatement  x479 CollectionSequenceType
x480 CollectionSequenceTypeName  x481 CollectionSequenceNumber  x501 NoPrefix
x502 Proximity  x532 OrderQuantityMinimum  x533 OrderQuantityMultiple  x536 Reserved
x545 PalletQuantity  x546 TaxExempt  x557 TextSourceDescription  x581 TextSourceLink
x582 CollectionFrequency  x587 MarketReference  x588 CopyrightStatementText
x592 PublisherNameInverted  x593 ImprintNameInverted  resourceversion ResourceVersion
resourcefeature ResourceFeature  resourceversionfeature ResourceVersionFeature
x435 ResourceLink  x436 ResourceContentType  x437 ResourceMode  x441 ResourceForm
x442 ResourceVersionFeatureType  x470 TaxType  x471 TaxRateCode  x472 TaxRatePercent
x473 TaxableAmount  x474 TaxAmount  x475 CurrencyZone
b334 ProductFormFeatureType  b335 ProductFormFeatureValue  j137 SupplierName
j272 EmailAddress  j292 SupplierRole  ONIXmessage ONIXMessage  x298 SenderName
x507 NoProduct  subjectdate SubjectDate  x534 SubjectDateRole
"""
_NAMES = _TABLE.split()

REFERENCE_NAMES = dict(zip(_NAMES[::2], _NAMES[1::2], strict=True))


def reference_name(tag: str) -> str:
    """Return the reference name of an element, whatever namespace and style its tag has."""
    local = tag.rpartition("}")[2]
    return REFERENCE_NAMES.get(local, local)
