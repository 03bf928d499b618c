"""What the leak test of the core reads and calls here."""

PERMISSIONS = ("see_examples",)
GUARDED = ("portal.example",)
KINDS = {"example": []}
ADDRESSES = {
    "/my/examples/<int:example_id>": ["/my/examples/{example}"],
    "/my/examples/<int:example_id>/confirm": ["/my/examples/{example}/confirm"],
}
LISTS = ("/my/examples?filterby=all&limit=100", "/my/examples?search=CANARY")


def add_papers(case, partner, _person, key, **who):
    """Create an example."""
    canary = f"CANARY-EXAMPLE-{key}"
    example = case.env["portal.example"].create(
        {"name": canary, "partner_id": partner.id}
    )
    case._add("example", example, canary, "see_examples", **who)
