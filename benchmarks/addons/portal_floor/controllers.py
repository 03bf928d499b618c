import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from odoo.http import Controller, request, route

COMMERCIAL = """
    SELECT p.commercial_partner_id
      FROM res_partner p JOIN res_users u ON u.partner_id = p.id WHERE u.id = %s"""


class Floor(Controller):
    """What a signed-in request costs at the least, and what is no page by itself."""

    @route("/bench/floor", type="http", auth="user", readonly=True)
    def floor(self):
        """Answer a constant."""
        return "floor"

    @route("/bench/data", type="http", auth="user", readonly=True)
    def data(self):
        """Answer 80 rows of one query as HTML."""
        cell = "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
        rows = self._read_rows("invoice_date DESC", 80)
        return "<table>%s</table>" % "".join(cell % row for row in rows)

    @route("/bench/canvas", type="http", auth="user", readonly=True)
    def canvas(self):
        """Answer a PDF of 200 lines of one query, drawn without any layout."""
        target = io.BytesIO()
        canvas = Canvas(target, pagesize=A4)
        height = 0
        for row in self._read_rows("invoice_date_due", 200):
            if height < 60:
                if height:
                    canvas.showPage()
                canvas.setFont("Helvetica", 8)
                height = A4[1] - 60
            for place, value in zip((40, 200, 300, 400), row, strict=True):
                canvas.drawString(place, height, str(value))
            height -= 14
        canvas.save()
        return request.make_response(
            target.getvalue(), [("Content-Type", "application/pdf")]
        )

    @route("/bench/balance", type="http", auth="user", readonly=True)
    def balance(self, times="1"):
        """Answer what the customer owes, worked out so many times.

        By our method where our addon is installed; by Odoo's own field elsewhere,
        which tells no ageing.
        """
        # sudo: a customer's own figure; Odoo's field is for its accountants
        partner = request.env.user.partner_id.commercial_partner_id.sudo()
        answer = None
        for _turn in range(int(times)):
            if hasattr(partner, "_get_receivable_summary"):
                rows = partner._get_receivable_summary()
                answer = [
                    sum(row["balance"] for row in rows),
                    sum(row["overdue"] for row in rows),
                ]
            else:
                partner.invalidate_recordset(["credit", "debit"])
                answer = [partner.credit, None]
        return request.make_json_response(answer)

    def _read_rows(self, order, limit):
        request.env.cr.execute(
            "SELECT name, invoice_date, invoice_date_due, amount_total"
            f"  FROM account_move WHERE commercial_partner_id = ({COMMERCIAL})"
            "   AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')"
            f" ORDER BY {order}, id DESC LIMIT %s",
            [request.env.uid, limit],
        )
        return request.env.cr.fetchall()
