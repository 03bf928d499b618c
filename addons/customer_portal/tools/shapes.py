"""What values of a call must look like before anybody uses them.

A shape is a function that says yes or no of a value; a dict of shapes is one of a dict,
whose other names are free. What is not there is not asked about.
"""

import math

from .parse import parse_id

LONGEST_WORD = 1000  # characters
MOST_ITEMS = 200  # of a list


def is_word(value):
    return isinstance(value, str) and len(value) <= LONGEST_WORD


def is_bool(value):
    return isinstance(value, bool)


def is_number(value):
    """Return whether a value is a number that can be calculated with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def is_id(value):
    return bool(parse_id(value))


def is_text(longest):
    return lambda value: isinstance(value, str) and len(value) <= longest


def maybe(shape):
    """Return the shape of what may also be nothing: null, false or empty."""
    return lambda value: value in (None, False, "") or shape(value)


def is_list(shape):
    return lambda value: (
        isinstance(value, list)
        and len(value) <= MOST_ITEMS
        and all(shape(item) for item in value)
    )


def is_dict(shape):
    return lambda value: (
        isinstance(value, dict)
        and len(value) <= MOST_ITEMS
        and all(shape(item) for item in value.values())
    )


def find_odd(values, shapes):
    """Return the name of a value that has not its shape, or None."""
    for name, shape in shapes.items():
        if name not in values:
            continue
        value = values[name]
        if not isinstance(shape, dict):
            if not shape(value):
                return name
        elif not isinstance(value, dict):
            return name
        elif odd := find_odd(value, shape):
            return f"{name}.{odd}"
    return None
