"""What three laws want to be told before a sale. `seen`: compared with the source's text; the rest is for the owner's lawyer."""

from datetime import date

from django.db import migrations

CHECKED = date(2026, 11, 27)
SUPPLEMENTS, LABELS = "Directive 2002/46/EC article ", "Regulation (EU) 1169/2011 article "
# (fact, words, what it asks for, source, seen)
SELLER = [
    ("seller.legal_name", "", "the seller’s name", LABELS + "9(1)(h)", False),
    ("seller.address", "", "the seller’s postal address", LABELS + "9(1)(h)", False),
]
EU_PERSON = ("seller.eu_responsible_person", "", "the responsible person in the EU, with postal and e-mail address")
SUPPLEMENT = [
    ("wording.legal_name", "food supplement", "the name “food supplement”", SUPPLEMENTS + "6(1)", True),
    ("pack.net_quantity", "", "the net quantity", LABELS + "9(1)(e)", True),
    ("pack.compound", "", "the nutrient’s form", SUPPLEMENTS + "6(3)(a)", True),
    ("pack.magnesium_mg", "", "elemental magnesium per unit", SUPPLEMENTS + "8(1)", True),
    ("wording.units_per_day", "", "the units a day", SUPPLEMENTS + "6(3)(b)", True),
    ("wording.directions", "", "the directions", LABELS + "9(1)(j)", True),
    ("wording.warnings", "not exceed", "the warning not to exceed the daily dose", SUPPLEMENTS + "6(3)(c)", True),
    ("wording.warnings", "varied diet", "the statement that it is no substitute for a varied diet",
     SUPPLEMENTS + "6(3)(d)", True),
    ("wording.warnings", "reach of young children|reach of children", "the statement on the reach of young children",
     SUPPLEMENTS + "6(3)(e)", True),
    ("product.ingredients", "", "the ingredients", LABELS + "9(1)(b)", True),
    ("product.allergens", "", "the allergens, or that there are none", LABELS + "9(1)(c)", True),
    ("product.storage", "", "how to store it", LABELS + "9(1)(g)", True),
    *SELLER,
]  # fmt: skip
COSMETICS = "Regulation (EC) 1223/2009 article 19(1)"
COSMETIC = [
    ("wording.legal_name", "", "what it is", COSMETICS + "(f)", False),
    ("pack.net_quantity", "", "the net quantity", COSMETICS + "(b)", False),
    ("wording.directions", "", "the directions", COSMETICS + "(d)", False),
    ("wording.warnings", "", "the warnings", COSMETICS + "(d)", False),
    ("product.ingredients", "", "the ingredients", COSMETICS + "(g)", False),
    ("product.storage", "", "how to store it", "the shop’s own rule", False),
    ("pack.sku", "", "a product identifier", "Regulation (EU) 2023/988 article 19(c)", True),
    ("seller.legal_name", "", "the seller’s name", "Regulation (EU) 2023/988 article 19(a)", True),
    ("seller.address", "", "the seller’s postal address", "Regulation (EU) 2023/988 article 19(a)", True),
]
US_CONTACT = ("seller.us_contact", "", "a US address or phone for adverse events")
US_SUPPLEMENT = [
    ("wording.legal_name", "dietary supplement", "the name “dietary supplement”", "21 CFR 101.3(g)", False),
    ("pack.net_quantity", "", "the net quantity", "21 CFR 101.7", False),
    ("pack.compound", "", "the source of the magnesium", "21 CFR 101.36(d)", False),
    ("pack.magnesium_mg", "", "elemental magnesium per unit", "21 CFR 101.36(b)(2)", False),
    ("wording.units_per_day", "", "the serving", "21 CFR 101.36(b)(1)", False),
    ("wording.directions", "", "the directions", "21 CFR 101.36(b)(1)", False),
    ("wording.warnings", "reach of children|reach of young children", "the warning on the reach of children",
     "the shop’s own rule", False),
    ("product.ingredients", "", "the ingredients", "21 CFR 101.4(g)", False),
    ("product.allergens", "", "the allergens, or that there are none", "21 USC 343(w)", False),
    ("seller.legal_name", "", "the seller’s name", "21 CFR 101.5", False),
    ("seller.address", "", "the seller’s postal address", "21 CFR 101.5", False),
    (*US_CONTACT, "21 USC 343(y)", False),
]  # fmt: skip
US_COSMETIC = [
    ("wording.legal_name", "", "what it is", "21 CFR 701.11", False),
    ("pack.net_quantity", "", "the net quantity", "21 CFR 701.13", False),
    ("wording.directions", "", "the directions", "the shop’s own rule", False),
    ("wording.warnings", "", "the warnings", "21 CFR 740.1", False),
    ("product.ingredients", "", "the ingredients", "21 CFR 701.3", False),
    ("seller.legal_name", "", "the seller’s name", "21 CFR 701.12", False),
    ("seller.address", "", "the seller’s postal address", "21 CFR 701.12", False),
    (*US_CONTACT, "21 USC 364e", False),
]
IN_THE_EU = (*EU_PERSON, LABELS + "8(1)", False)
OF_PRODUCTS_IN_THE_EU = (*EU_PERSON, "Regulation (EU) 2023/988 article 19(b)", True)
PROFILES = {
    ("GB", "food_supplement"): SUPPLEMENT,
    ("GB", "cosmetic_topical"): COSMETIC,
    ("GB", "bath_salt"): COSMETIC,
    ("EU", "food_supplement"): [*SUPPLEMENT, IN_THE_EU],
    ("EU", "cosmetic_topical"): [*COSMETIC, OF_PRODUCTS_IN_THE_EU],
    ("EU", "bath_salt"): [*COSMETIC, OF_PRODUCTS_IN_THE_EU],
    ("US", "food_supplement"): US_SUPPLEMENT,
    ("US", "cosmetic_topical"): US_COSMETIC,
    ("US", "bath_salt"): US_COSMETIC,
}


def add(apps, schema_editor):
    apps.get_model("catalogue", "Particular").objects.bulk_create(
        [
            apps.get_model("catalogue", "Particular")(
                law=law, kind=kind, fact=fact, words=words, asks=asks, source=source,
                is_verified=seen, checked_on=CHECKED, position=position,
            )
            for (law, kind), rows in PROFILES.items()
            for position, (fact, words, asks, source, seen) in enumerate(rows)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0014_particulars")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
