"""The law a region follows: a named set of rules and data. A Region row names one of these.

Figures: reference values from Regulation (EU) 1169/2011 annex XIII (NRV 375 mg) and 21 CFR 101.9 (DV 420 mg);
upper levels for magnesium from supplements from SCF 2001 (EU, 250 mg), EVM 2003 (UK, 400 mg) and
IOM 1997 (US, 350 mg). Unit prices: Price Marking Order as amended from 6 April 2026 (UK), Directive 98/6 (EU).

Withdrawal online: the words of Directive 2011/83/EU article 11a, in force since 19 June 2026, for the EU. The UK knows no
such function; the same one is offered there in the words of the Consumer Contracts Regulations 2013 ("cancel"). A period
that ends on a Saturday, Sunday or public holiday goes on until the next working day in the EU (Regulation 1182/71
article 3(4)); the UK's regulation 30 knows no such rule. In the US the shop's own promise holds.

Reductions: Directive 98/6 article 6a counts from the lowest price of the 30 days before (EU). The UK wants both prices and
both unit prices (Price Marking Order) and names no days, so the stricter rule of the EU holds there too. We know of no rule
of the US that we have seen: no earlier price is shown there.
"""

from dataclasses import dataclass
from decimal import Decimal

GRAMS_PER_OUNCE = Decimal("28.349523125")
MILLILITRES_PER_FLUID_OUNCE = Decimal("29.5735295625")


@dataclass(frozen=True)
class Law:
    code: str
    name: str
    order_button: str
    reference_mg: int
    reference_label: str
    upper_level_mg: int
    upper_level_source: str
    facts_title: str
    supplement_name: str
    disclaimer: str
    doctor: str
    weight_unit: str
    weight_unit_grams: Decimal
    volume_unit: str
    volume_unit_ml: Decimal
    withdrawal_days: int
    withdrawal_note: str
    withdraw_here: str = ""  # on the link to the function; "" where the law knows none
    withdraw_confirm: str = ""  # on the button of its second step
    withdraw: str = ""  # I … my contract
    withdrew: str = ""  # somebody … the contract
    withdrawn: str = ""  # of an order: …
    ends_on_working_day: bool = False
    earlier_price: str = ""  # whose rule says from what a reduction is counted; "" where none is shown
    earlier_unit_price: bool = False  # whether that price wants its unit price too


_FDA = (
    "These statements have not been evaluated by the Food and Drug Administration. "
    "This product is not intended to diagnose, treat, cure, or prevent any disease."
)
_SEALED = (
    "Sealed capsules, tablets, powders and sprays can’t be returned once they are unsealed, for health and "
    "hygiene reasons. Unopened packs can always be returned."
)

LAWS = {
    law.code: law
    for law in (
        Law(
            code="GB",
            name="United Kingdom",
            order_button="Order with obligation to pay",
            reference_mg=375,
            reference_label="NRV",
            upper_level_mg=400,
            upper_level_source="UK Expert Group on Vitamins and Minerals, 2003, guidance level",
            facts_title="Nutrition information",
            supplement_name="Food supplement",
            disclaimer="",
            doctor="a GP",
            weight_unit="kg",
            weight_unit_grams=Decimal(1000),
            volume_unit="litre",
            volume_unit_ml=Decimal(1000),
            withdrawal_days=14,
            withdrawal_note="You can cancel within 14 days of receiving your order, without a reason. "
            + _SEALED,
            withdraw_here="Cancel contract here",
            withdraw_confirm="Confirm cancellation",
            withdraw="cancel",
            withdrew="cancelled",
            withdrawn="cancelled",
            earlier_price="Price Marking Order 2004 as amended from 6 April 2026; the 30 days are the EU’s",
            earlier_unit_price=True,
        ),
        Law(
            code="EU",
            name="European Union",
            order_button="Order with obligation to pay",
            reference_mg=375,
            reference_label="NRV",
            upper_level_mg=250,
            upper_level_source="Scientific Committee on Food, 2001",
            facts_title="Nutrition information",
            supplement_name="Food supplement",
            disclaimer="",
            doctor="a doctor",
            weight_unit="kg",
            weight_unit_grams=Decimal(1000),
            volume_unit="litre",
            volume_unit_ml=Decimal(1000),
            withdrawal_days=14,
            withdrawal_note=(
                "You can withdraw from the contract within 14 days of receiving your order, without a reason. "
                + _SEALED
            ),
            withdraw_here="Withdraw from contract here",
            withdraw_confirm="Confirm withdrawal",
            withdraw="withdraw from",
            withdrew="withdrew from",
            withdrawn="withdrawn",
            ends_on_working_day=True,
            earlier_price="Directive 98/6/EC article 6a; CJEU C-330/23",
        ),
        Law(
            code="US",
            name="United States",
            order_button="Place order",
            reference_mg=420,
            reference_label="DV",
            upper_level_mg=350,
            upper_level_source="Institute of Medicine, 1997",
            facts_title="Supplement Facts",
            supplement_name="Dietary supplement",
            disclaimer=_FDA,
            doctor="a doctor",
            weight_unit="oz",
            weight_unit_grams=GRAMS_PER_OUNCE,
            volume_unit="fl oz",
            volume_unit_ml=MILLILITRES_PER_FLUID_OUNCE,
            withdrawal_days=30,
            withdrawal_note=(
                "Unopened products may be returned within 30 days of delivery for a full refund. "
                "Opened supplements and sprays can’t be returned, for health and hygiene reasons."
            ),
        ),
    )
}
LAW_CHOICES = [(law.code, law.name) for law in LAWS.values()]
