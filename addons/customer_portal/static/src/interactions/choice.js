/**
 * What a choice of documents comes to, as `tools/choice.py` of the server reckons:
 * tests/payment/choices.json holds both to the same cases. Amounts are whole numbers in
 * the currency's smallest unit. A row is {open, cost, steps, isCredit}: what is open of
 * a document, what pays all of it, and what pays its instalments.
 */

/** Return an amount in the smallest unit; half of one is rounded up. */
export function toUnits(amount, digits) {
    const units = amount * 10 ** digits;
    // A float just below the half is the half that was typed, as for the server.
    return Math.round(units + units * 2 ** -50);
}

/** Return what an amount settles of a document, and the discount in it. */
export function choose({ open, cost, isCredit }, amount) {
    const discount = open - cost;
    return discount && amount >= cost
        ? { amount: open, discount, isCredit }
        : { amount, discount: 0, isCredit };
}

/** Return whether an amount is neither all of an invoice nor instalments of it. */
export function isShort({ cost, steps, isCredit }, amount) {
    return !isCredit && amount < cost && !steps.includes(amount);
}

/** Return what the chosen parts come to; of credits at most what the invoices need. */
export function addUp(chosen, onAccount) {
    const totals = { invoices: 0, discount: 0, credits: 0, on_account: onAccount };
    for (const { amount, discount, isCredit } of chosen) {
        totals[isCredit ? "credits" : "invoices"] += amount;
        totals.discount += discount;
    }
    const owed = totals.invoices - totals.discount;
    totals.credits = Math.min(totals.credits, owed);
    totals.to_pay = owed - totals.credits + onAccount;
    return totals;
}
