"""`make architecture`: draws the parts of docs/architecture.md that the code itself says, so that they can't drift.

From config/importlinter.toml (which room may import which), the first words of each package (what a room is for) and
PURCHASE below, each step of which must exist. Standard library only.
"""

import ast
import itertools
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
PACKAGES = ("config", "articles", "shop")
ROOM = re.compile(r"^(\w+) +(\S.*)$", re.MULTILINE)
MARK = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
FRAMEWORK = {"apps", "checks", "context_processors", "env", "formats", "management", "migrations", "settings",
             "staticfiles", "templatetags", "urls", "wsgi"}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """`caller` calls `callee`: dotted names of functions or methods, or people and machines outside."""

    caller: str
    callee: str
    what: str


PURCHASE = [
    Step("Shopper", "shop.basket.views.add", "adds a pack"),
    Step("shop.basket.adding.WantedPacks.offer_in", "shop.catalogue.offers.offer", "what does it cost, can it be had?"),
    Step("Shopper", "shop.checkout.views.checkout", "types an address, orders"),
    Step("shop.checkout.place.place_order", "shop.orders.models.orders.Order.reserve_stock", "a pending order"),
    Step("shop.orders.models.orders.Order.reserve_stock", "shop.catalogue.models.stock.StockQuerySet.reserve", "holds its packs"),
    Step("shop.checkout.place.place_order", "shop.orders.mails.order_mail", "a mail, as a row"),
    Step("shop.orders.mails.order_mail", "shop.outbox.send.write_mail", "sent later, once"),
    Step("shop.checkout.outcomes.pay_for", "shop.payments.start.start_payment", "a payment with frozen parameters"),
    Step("shop.payments.start.start_payment", "Stripe", "a session of its payment page"),
    Step("Shopper", "Stripe", "pays"),
    Step("Stripe", "shop.payments.views.webhook", "a signed event"),
    Step("shop.payments.events.take_in", "shop.payments.receive.settle", "compares sum, currency, order and mode"),
    Step("shop.payments.receive.settle", "shop.orders.models.orders.Order.mark_paid", "paid, with its days of delivery"),
    Step("shop.payments.receive.settle", "shop.basket.models.Basket.consume", "takes out what was bought"),
    Step("shop.payments.receive.settle", "shop.attribution.count.count_sale", "totals of the day"),
    Step("Worker", "shop.payments.reconcile.look_at_payments", "asks Stripe, should no event come"),
    Step("Worker", "shop.outbox.send.send_next", "sends the mail"),
    Step("Worker", "shop.invoices.issue.issue_documents", "an invoice with the next number"),
    Step("Staff", "shop.desk.actions.send", "sends the parcel"),
    Step("shop.desk.actions.send", "shop.orders.fulfil.send_parcel", "the order's lines, a parcel, a mail"),
    Step("shop.orders.fulfil.send_parcel", "shop.catalogue.models.stock.StockQuerySet.send", "packs leave"),
    Step("Worker", "shop.ledger.check.match_money", "checks that all of this agrees"),
]  # fmt: skip


def contracts() -> list[dict]:
    text = (ROOT / "config" / "importlinter.toml").read_text()
    return tomllib.loads(text)["tool"]["importlinter"]["contracts"]


def layers(package: str) -> list[list[str]]:
    """The rooms of a package, the highest layer first; rooms of one layer don't import each other."""
    for contract in contracts():
        if contract["type"] == "layers" and contract.get("containers") == [package]:
            return [[room.strip() for room in re.split(r"[|:]", layer)] for layer in contract["layers"]]
    raise LookupError(package)


def introduction(package: str) -> tuple[str, dict[str, str], str]:
    """The first line of a package's docstring, {room: what it is for} in its order, and the rest."""
    doc = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text())) or ""
    first, listed, rest = doc.split("\n\n", 2)
    return first, dict(ROOM.findall(listed)), rest


def picture(package: str) -> str:
    """A diagram of the layers, from those that import to those that are imported."""
    rooms, known = layers(package), introduction(package)[1]
    lines = ["```mermaid", "flowchart TB"]
    shown = [[room for room in layer if room not in FRAMEWORK] for layer in rooms]
    shown = [layer for layer in shown if layer]
    for layer in shown:
        for room in layer:
            said = re.split(r"[;.] ", known[room])[0].replace('"', "'").replace("`", "")
            lines.append(f'  {room}["<b>{room}</b><br>{said}"]')
    for above, below in itertools.pairwise(shown):
        lines.append(f"  {' & '.join(above)} --> {' & '.join(below)}")
    return "\n".join([*lines, "```"])


def table(package: str) -> str:
    first, known, rest = introduction(package)
    lines = [first, "", "| room | what it is for |", "|---|---|"]
    lines += [f"| `{package}/{room}` | {said} |" for room, said in known.items()]
    return "\n".join([*lines, "", rest])


def rules() -> str:
    """The contracts in words, as lint-imports names them."""
    return "\n".join(f"- {contract['name']}" for contract in contracts())


def _source_of(dotted: str) -> tuple[Path, list[str]]:
    """The file of a dotted name, and what is named inside it. Raises LookupError where there is none."""
    parts = dotted.split(".")
    for count in range(len(parts) - 1, 0, -1):
        path = ROOT.joinpath(*parts[:count])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file, parts[count:]
    raise LookupError(f"{dotted}: there is no such file")


def find(dotted: str) -> ast.AST:
    """The function, class or assignment that a dotted name means. Raises LookupError."""
    file, names = _source_of(dotted)
    node: ast.AST = ast.parse(file.read_text())
    for name in names:
        for child in ast.iter_child_nodes(node):
            targets = getattr(child, "targets", [getattr(child, "target", None)])
            if name in {getattr(child, "name", None), *(getattr(target, "id", None) for target in targets)}:
                node = child
                break
        else:
            raise LookupError(f"{dotted}: {file.relative_to(ROOT)} has no {name}")
    return node


def _is_code(name: str) -> bool:
    return "." in name


def check_purchase() -> None:
    """Every step stands in the code: both names exist, and the caller's file names what it calls."""
    for step in PURCHASE:
        for name in filter(_is_code, (step.caller, step.callee)):
            find(name)
        if _is_code(step.caller) and _is_code(step.callee):
            file, called = _source_of(step.caller)[0], step.callee.rsplit(".", 1)[1]
            if not re.search(rf"\b{called}\b", file.read_text()):
                raise LookupError(f"{file.relative_to(ROOT)} does not name {called}")


def _who(name: str) -> str:
    return name.split(".")[1] if _is_code(name) else name


def purchase() -> str:
    check_purchase()
    order = [room for layer in reversed(layers("shop")) for room in reversed(layer)]
    met = {_who(name) for step in PURCHASE for name in (step.caller, step.callee)}
    lines = ["```mermaid", "sequenceDiagram", "  autonumber", "  actor Shopper"]
    lines += [f"  participant {room}" for room in reversed(order) if room in met]
    lines += [f"  participant {name}" for name in ("Stripe", "Worker")] + ["  actor Staff"]
    for step in PURCHASE:
        called = "" if not _is_code(step.callee) else f"{step.callee.rsplit('.', 1)[1]}<br>"
        lines.append(f"  {_who(step.caller)}->>{_who(step.callee)}: {called}{step.what}")
    rows = ["| step | in the code | |", "|---|---|---|"]
    rows += [
        f"| {number} | `{step.callee}` | {step.what} |" if _is_code(step.callee)
        else f"| {number} | {step.callee} | {step.what} |"
        for number, step in enumerate(PURCHASE, 1)
    ]  # fmt: skip
    return "\n".join([*lines, "```", "", *rows])


def drawn(text: str) -> str:
    """The page with everything between its marks drawn anew."""
    parts = {"purchase": purchase, "rules": rules}
    for package in PACKAGES:
        parts[package] = lambda package=package: f"{picture(package)}\n\n{table(package)}"
    return MARK.sub(lambda found: f"{found.group(1)}\n{parts[found.group(2)]()}\n\n{found.group(3)}", text)


if __name__ == "__main__":
    text = PAGE.read_text()
    PAGE.write_text(drawn(text))
    sys.stdout.write(
        f"{PAGE.relative_to(ROOT)} is {'as it was' if PAGE.read_text() == text else 'drawn anew'}.\n"
    )
