def migrate(cr, version):
    """Let lines of bank statements name several transfers: so far they named one."""
    cr.execute(
        """
        INSERT INTO portal_remittance_statement_rel (statement_line_id, remittance_id)
             SELECT id, portal_remittance_id
               FROM account_bank_statement_line
              WHERE portal_remittance_id IS NOT NULL
        ON CONFLICT DO NOTHING
        """
    )
