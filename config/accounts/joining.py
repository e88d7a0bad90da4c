"""The basket of this browser and that of the account become one, which says so and can be undone."""

from django.db import transaction

from config.accounts.models import Account
from shop.basket.models import MAX_LINES, MAX_PER_LINE, Basket, BasketLine
from shop.basket.session import KEY, note_order
from shop.web.answers import A_DAY, keep, kept_for

JOINED = "joined"  # among the answers kept in the session


@transaction.atomic
def join(request, account: Account) -> None:
    """The account's basket takes a copy of what lay in the browser's, which stays as it was, for `undo`.

    Lines keep the prices at which they were seen, so that the basket tells what changed since.
    """
    account = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
    own = Basket.objects.filter(pk=request.session.get(KEY)).first() if request.session.get(KEY) else None
    shared = account.basket
    if own is None and shared is None:
        return
    if shared is None or own == shared:
        Account.objects.filter(pk=account.pk).update(basket=own)
        return
    request.session[KEY] = shared.pk
    note_order(request)
    if own is None:
        return
    moved, left = _copy(own, shared)
    if own.code and not shared.code:
        shared.use_code(own.code)
    if moved or left:
        keep(request, JOINED, A_DAY, basket=own.pk, into=shared.pk, moved=moved, left=left)


def _copy(own: Basket, shared: Basket) -> tuple[list, list]:
    """([pk of the pack, how many, what it is] that were put in, titles for which there was no room)."""
    there = {
        line.variant_id: line for line in shared.lines.select_for_update(no_key=True).exclude(variant=None)
    }
    moved, left = [], []
    for line in own.lines.exclude(variant=None):
        known = there.get(line.variant_id)
        if known is None and len(there) >= MAX_LINES:
            left.append(line.title)
            continue
        before = known.quantity if known else 0
        added = min(line.quantity, MAX_PER_LINE - before)
        if added < line.quantity:
            left.append(line.title)
        if not added:
            continue
        if known is None:
            there[line.variant_id] = BasketLine.objects.create(
                basket=shared, variant=line.variant, title=line.title, quantity=added, seen_region=line.seen_region,
                seen_amount=line.seen_amount, seen_elsewhere=line.seen_elsewhere, origins=line.origins,
            )  # fmt: skip
        else:
            known.quantity += added
            known.save(update_fields=["quantity"])
        moved.append([line.variant_id, added, line.title])
    shared.save(update_fields=["touched_at"])
    return moved, left


def joined(request) -> dict:
    """What was joined in this session and can still be undone."""
    kept = kept_for(request, JOINED)
    return kept if kept and kept["into"] == request.session.get(KEY) else {}


@transaction.atomic
def undo(request) -> bool:
    """This browser has its basket of before, and the account's loses what came from there."""
    kept = joined(request)
    own = Basket.objects.filter(pk=kept["basket"]).first() if kept else None
    if own is None:
        return False
    lines = BasketLine.objects.select_for_update().filter(basket=kept["into"])
    for pk, added, _ in kept["moved"]:
        for line in lines.filter(variant=pk):
            line.quantity -= min(added, line.quantity)
            if line.quantity:
                line.save(update_fields=["quantity"])
            else:
                line.delete()
    request.session[KEY] = own.pk
    keep(request, JOINED, 0, into=None)
    return True


def leave(request, account: Account) -> None:
    """Before signing out: the account keeps the basket, if it has none yet."""
    pk = request.session.get(KEY)
    if pk and Basket.objects.filter(pk=pk).exists():
        Account.objects.filter(pk=account.pk, basket=None).update(basket=pk)
