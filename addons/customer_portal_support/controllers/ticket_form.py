"""What a person types who asks for something: the fields of a request type."""

from odoo.addons.customer_portal.controllers.forms import Form
from odoo.addons.customer_portal.tools.parse import parse_id

from ..const import LONGEST_SUBJECT, PRIORITIES

LONGEST_TEXT = 5000
LONGEST_LINE = 200
MOST_LINES = 500  # of goods to return
LONGEST_WORDS = 100  # of what is looked for


class TicketForm(Form):
    """The answers to the fields of a type, the subject, urgency and complaint.

    The fields are plain dicts with id, name (of the input), kind, label, is_required
    and choices. Records and files are read by the controller: `values` has their ids.
    """

    def __init__(self, env, raw, questions, linked_kinds):
        self.questions = questions
        self.linked_kinds = linked_kinds
        self.texts = frozenset(
            question["name"]
            for question in questions
            if question["kind"] == "long_text"
        )
        super().__init__(env, raw)

    def clean(self):
        _ = self.env._
        self.clean_line("subject", _("Enter a subject."), size=LONGEST_SUBJECT)
        urgency = self.raw.get("urgency", "")
        self.values["urgency"] = urgency if urgency in dict(PRIORITIES) else "1"
        self.values["is_complaint"] = self.raw.get("is_complaint") == "on"
        for question in self.questions:
            self._clean_answer(question)

    def _clean_answer(self, question):
        _ = self.env._
        name, kind = question["name"], question["kind"]
        missing = _("Please answer this.") if question["is_required"] else ""
        if kind in self.linked_kinds:
            self.clean_id(name)
        elif kind == "choice":
            self.clean_line(name, _("Please choose.") if missing else "")
            chosen = self.values[name]
            if chosen and chosen not in question["choices"]:
                self.errors[name] = _("Choose one of these.")
        elif kind == "date":
            self.clean_date(name)
            self._ask_for(name, missing)
        elif kind == "number":
            self.clean_amount(name)
            self._ask_for(name, missing)
        elif kind == "return":
            self.values[name] = dict(self._read_quantities(name))
        elif kind in ("text", "long_text"):
            size = LONGEST_TEXT if kind == "long_text" else LONGEST_LINE
            self.clean_line(name, missing, size=size)

    def _read_quantities(self, name):
        """Yield (id, quantity) of the goods to return; zero is none."""
        typed = [
            (parse_id(field.removeprefix(f"{name}_")), field)
            for field, text in self.raw.items()
            if text and field.startswith(f"{name}_")
        ]
        for key, field in typed[:MOST_LINES]:
            self.clean_amount(field)
            quantity = self.values.pop(field)
            if key and quantity:
                yield key, quantity

    def _ask_for(self, name, missing):
        if missing and not self.raw.get(name) and name not in self.errors:
            self.errors[name] = missing

    def get_words(self, name):
        """Return what is looked for in the field of a record, short."""
        return self.raw.get(f"find_{name}", "")[:LONGEST_WORDS]

    def get_searched(self):
        """Return the names of the fields in which something new is looked for.

        A button says so, or words that were typed and whose findings are not shown
        yet: Enter in the field does the same as its button.
        """
        pressed = self.raw.get("find", "")
        return {
            question["name"]
            for question in self.questions
            if question["kind"] in self.linked_kinds
            and (
                pressed == question["name"]
                or self.get_words(question["name"])
                != self.raw.get(f"found_{question['name']}", "")
            )
        }

    def has_wrong_record(self):
        """Return whether a record was chosen that cannot be."""
        return any(
            question["kind"] in self.linked_kinds and question["name"] in self.errors
            for question in self.questions
        )
