from reportlab.platypus import KeepTogether


class Together(KeepTogether):
    """Blocks on one page; reportlab's own does not tell what is in it."""

    def __init__(self, parts):
        super().__init__(parts)
        self.parts = parts
