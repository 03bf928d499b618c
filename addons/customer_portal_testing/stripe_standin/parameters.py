"""The parameters of a request: which there are, and of what kind.

What Stripe does not know it refuses, and so does this: a misspelt parameter of ours
must not go unnoticed. `tests/test_stripe_conformance.py` holds the shapes against those
of Stripe's library.
"""

from .errors import Refusal, bad_parameter


def text(_name, value):
    """Return a text, or None where it is empty, which unsets it."""
    return str(value) or None


def integer(name, value):
    """Return a whole number."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_parameter(
            name, f"Invalid integer: {value}", "parameter_invalid_integer"
        ) from None


def flag(name, value):
    """Return a truth, which forms write in words."""
    words = {"true": True, "false": False, "True": True, "False": False}
    if value not in words:
        raise bad_parameter(name, f"Invalid boolean: {value}", "parameter_invalid")
    return words[value]


def texts(_name, value):
    """Return a list of texts; a single one is a list of it."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def table(name, value):
    """Return names and texts, such as metadata."""
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise bad_parameter(name, "Invalid object", "parameter_invalid")
    return dict(value)


def anything(_name, value):
    """Return what is passed on and not looked at."""
    return value


class Shape:
    """The parameters of a request, or of a part of it."""

    def __init__(self, required=(), **kinds):
        self.required = required
        self.kinds = kinds

    def __call__(self, name, values):
        """Return the values of a nested part."""
        if values == "":
            return None
        if not isinstance(values, dict):
            raise bad_parameter(name, "Invalid object", "parameter_invalid")
        return self.take(values, name)

    def take(self, values, inside=""):
        """Return the values with their kinds.

        :raise Refusal: for an unknown, a wrong or a missing parameter
        """
        found = {}
        for name, value in values.items():
            path = f"{inside}[{name}]" if inside else name
            if name not in self.kinds:
                message = f"Received unknown parameter: {path}"
                raise bad_parameter(path, message, "parameter_unknown")
            found[name] = self.kinds[name](path, value)
        for name in self.required:
            if found.get(name) is None:
                raise Refusal(
                    400,
                    f"Missing required param: {name}.",
                    code="parameter_missing",
                    param=name,
                    is_executed=False,
                )
        return found


def period(name, value):
    """Return the bounds of a moment; a single one is both."""
    if isinstance(value, dict):
        return Shape(gt=integer, gte=integer, lt=integer, lte=integer).take(value, name)
    moment = integer(name, value)
    return {"gte": moment, "lte": moment}


ADDRESS = Shape(
    city=text, country=text, line1=text, line2=text, postal_code=text, state=text
)
SHIPPING = Shape(("address", "name"), address=ADDRESS, name=text, phone=text)
EXPAND = {"expand": texts}
PAGE = {"limit": integer, "starting_after": text, "ending_before": text, **EXPAND}
