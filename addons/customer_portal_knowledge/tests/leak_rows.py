"""What the leak test of the core reads and calls here."""

OWN = {
    "portal.help.article": "what its audience allows: test_audience",
    "portal.help.category": "what its audience allows: test_audience",
}
SKIPPED = {"/help/<": "for audiences, not for customers: test_audience walks them"}
