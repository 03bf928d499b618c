from odoo.http import Controller, request, route


class Floor(Controller):
    """What a signed-in request costs at the least."""

    @route("/bench/floor", type="http", auth="user", readonly=True)
    def floor(self):
        """Answer a constant."""
        return "floor"

    @route("/bench/data", type="http", auth="user", readonly=True)
    def data(self):
        """Answer 80 rows of one query as HTML."""
        user = request.env.user
        request.env.cr.execute(
            "SELECT name, invoice_date, invoice_date_due, amount_total"
            "  FROM account_move"
            " WHERE commercial_partner_id = (SELECT commercial_partner_id"
            "       FROM res_partner p JOIN res_users u ON u.partner_id = p.id"
            "       WHERE u.id = %s)"
            "   AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')"
            " ORDER BY invoice_date DESC, id DESC LIMIT 80",
            [user.id],
        )
        cell = "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
        return "<table>%s</table>" % "".join(
            cell % row for row in request.env.cr.fetchall()
        )
