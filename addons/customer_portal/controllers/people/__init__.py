from . import (
    people,
    profile,
    registration,
    sessions,
    sign_in,
)
