"""What a test changed, read from the database as accounting would find it."""

from psycopg2 import sql


class Books:
    """What accounting finds that was not there when the test began."""

    def __init__(self, connection):
        """Remember what is there."""
        self.connection = connection
        self.last = {
            table: self.query(
                sql.SQL("SELECT COALESCE(MAX(id), 0) FROM {}").format(
                    sql.Identifier(table)
                )
            )[0][0]
            for table in ("account_payment", "payment_transaction", "sale_order")
        }

    def query(self, text, **values):
        with self.connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def payments(self):
        """Return (amount, state of its entry) of each payment."""
        return self.query(
            """
            SELECT payment.amount, entry.state
              FROM account_payment payment
              JOIN account_move entry ON entry.id = payment.move_id
             WHERE payment.id > %(last)s
            """,
            last=self.last["account_payment"],
        )

    def on_account(self):
        """Return what of these payments pays no document."""
        [(amount,)] = self.query(
            """
            SELECT COALESCE(SUM(item.amount_residual_currency), 0)
              FROM account_payment payment
              JOIN account_move_line item ON item.move_id = payment.move_id
              JOIN account_account account ON account.id = item.account_id
             WHERE payment.id > %(last)s AND account.account_type = 'asset_receivable'
            """,
            last=self.last["account_payment"],
        )
        return amount

    def charges(self):
        """Return (amount, state) of each attempt at the provider, by state."""
        return self.query(
            "SELECT amount, state FROM payment_transaction WHERE id > %(last)s"
            " ORDER BY state",
            last=self.last["payment_transaction"],
        )

    def remittances(self, invoices):
        """Return the states of the remittances of these invoices, sorted."""
        rows = self.query(
            """
            SELECT DISTINCT remittance.id, remittance.state
              FROM portal_remittance remittance
              JOIN portal_remittance_line line ON line.remittance_id = remittance.id
             WHERE line.move_id = ANY(%(invoices)s)
            """,
            invoices=invoices,
        )
        return sorted(state for _remittance, state in rows)

    def promises(self, invoices):
        """Return (id, state, amount) of the promises of these invoices, in order."""
        return self.query(
            """
            SELECT promise.id, promise.state, line.amount
              FROM portal_promise promise
              JOIN portal_promise_line line ON line.promise_id = promise.id
             WHERE line.move_id = ANY(%(invoices)s)
          ORDER BY promise.id
            """,
            invoices=invoices,
        )

    def residuals(self, invoices):
        """Return what is open of these invoices, in their order."""
        rows = dict(
            self.query(
                "SELECT id, amount_residual FROM account_move WHERE id = ANY(%(ids)s)",
                ids=invoices,
            )
        )
        return [rows[invoice] for invoice in invoices]

    def orders(self):
        """Return (id, state) of each order."""
        return self.query(
            "SELECT id, state FROM sale_order WHERE id > %(last)s",
            last=self.last["sale_order"],
        )

    def notes(self, order):
        """Return the kinds of notes on an order that say it was placed, sorted."""
        rows = self.query(
            """
            SELECT kind.name
              FROM mail_message message
              JOIN ir_model_data kind
                ON kind.model = 'mail.message.subtype'
               AND kind.module IN ('mail', 'sale')
               AND kind.res_id = message.subtype_id
             WHERE message.model = 'sale.order' AND message.res_id = %(order)s
               AND (message.body LIKE %(placed)s OR kind.name = 'mt_order_confirmed')
             ORDER BY kind.name
            """,
            order=order,
            placed="%Placed in the portal%",
        )
        return [name for (name,) in rows]
