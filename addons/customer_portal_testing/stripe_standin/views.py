"""How an object is shown: what is expanded, and what older versions of the API had."""

# From here on an intent names its last charge only, and a charge hides its refunds.
LATEST_CHARGE = "2022-11-15"


def show(store, shown, version, expand=()):
    """Return an object as an answer has it.

    :param str version: of the API, such as "2019-05-16"
    :param expand: paths of ids that are replaced by their objects
    """
    answer = dict(shown)
    if version < LATEST_CHARGE:
        answer.update(_show_older(store, shown, version))
    for path in expand:
        name, _dot, rest = path.partition(".")
        if name == "refunds" and shown["object"] == "charge":
            answer[name] = _list_refunds(store, shown, version)
        elif isinstance(answer.get(name), dict):
            if rest:  # expanded already, and now a part of it
                inner = store.find(answer[name].get("id")) or answer[name]
                answer[name] |= show(store, inner, version, [rest])
        elif inner := store.find(answer.get(name)):
            answer[name] = show(store, inner, version, [rest] if rest else ())
    return answer


def show_page(store, rows, has_more, url, version, expand=()):
    """Return a page of a list as an answer has it."""
    inner = [path.removeprefix("data.") for path in expand if path.startswith("data.")]
    return _list([show(store, row, version, inner) for row in rows], url, has_more)


def _show_older(store, shown, version):
    if shown["object"] == "payment_intent":
        charges = store.all("charge", payment_intent=shown["id"])
        rows = [show(store, charge, version) for charge in charges]
        url = f"/v1/charges?payment_intent={shown['id']}"
        return {"charges": _list(rows, url)}
    if shown["object"] == "charge":
        return {"refunds": _list_refunds(store, shown, version)}
    return {}


def _list_refunds(store, charge, version):
    refunds = store.all("refund", charge=charge["id"])
    rows = [show(store, refund, version) for refund in refunds]
    return _list(rows, f"/v1/charges/{charge['id']}/refunds")


def _list(rows, url, has_more=False):
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}
