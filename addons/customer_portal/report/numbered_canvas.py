from reportlab.pdfgen.canvas import Canvas


class NumberedCanvas(Canvas):
    """A canvas that finishes its pages at the end, when it knows how many there are."""

    def __init__(self, *args, finish_page, **options):
        super().__init__(*args, **options)
        self._finish_page = finish_page
        self._pages_drawn = []

    def showPage(self):
        self._pages_drawn.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        pages = self._pages_drawn
        for number, state in enumerate(pages, start=1):
            self.__dict__.update(state)
            self._finish_page(self, number, len(pages))
            Canvas.showPage(self)
        return super().save()
