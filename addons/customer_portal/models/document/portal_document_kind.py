import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import MOST_FILES
from ..frame.ir_attachment import LARGEST_FILE, TYPES

MEBIBYTE = 1024 * 1024
LARGEST_MIB = LARGEST_FILE // MEBIBYTE


class PortalDocumentKind(models.Model):
    """What a document is, and which files of it are taken; told beforehand."""

    _name = "portal.document.kind"
    _description = "Kind of document in the portal"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    direction = fields.Selection(
        [
            ("seller", "From us to the customer"),
            ("customer", "From the customer to us"),
            ("both", "Both ways"),
        ],
        required=True,
        default="both",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    extensions = fields.Char(
        "File types",
        help=(
            "Extensions of the files accepted from customers, such as pdf, png. "
            "Empty: all types the portal accepts."
        ),
    )
    largest = fields.Integer(
        "Largest file (MB)", required=True, default=LARGEST_MIB, help="From customers."
    )
    most = fields.Integer(
        "Files at once", required=True, default=10, help="From customers, in one form."
    )
    needs_validity = fields.Boolean(
        "Has an end", help="The customer says until when the document is valid."
    )

    _largest_check = models.Constraint(
        f"CHECK (largest BETWEEN 1 AND {LARGEST_MIB})",
        f"A file may have between 1 and {LARGEST_MIB} MB.",
    )
    _most_check = models.Constraint(
        f"CHECK (most BETWEEN 1 AND {MOST_FILES})",
        f"Between 1 and {MOST_FILES} files can be sent at once.",
    )

    @api.constrains("extensions")
    def _check_extensions(self):
        for kind in self:
            unknown = set(kind._split_extensions()) - TYPES.keys()
            if unknown:
                raise ValidationError(
                    self.env._(
                        "The portal does not accept files of the type %(unknown)s. "
                        "It accepts: %(types)s.",
                        unknown=", ".join(sorted(unknown)),
                        types=", ".join(sorted(TYPES)),
                    )
                )

    def _split_extensions(self):
        text = (self.extensions or "").lower()
        return [part for part in re.split(r"[\s,;.*]+", text) if part]

    def _get_extensions(self):
        """Return the endings of files of this kind, sorted."""
        self.ensure_one()
        return sorted(set(self._split_extensions()) & TYPES.keys()) or sorted(TYPES)

    def _get_largest(self):
        """Return the size that a file may have, in bytes."""
        self.ensure_one()
        return self.largest * MEBIBYTE

    @api.model
    def _get_to_send(self):
        """Return the kinds of what a customer can send, in the caller's own rights."""
        return self.search([("direction", "in", ("customer", "both"))])
