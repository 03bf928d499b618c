def migrate(cr, version):
    """Delete a view that added sentences to `notice`, which has no place for them now.

    Odoo deletes it too, but only after it has tried it on the new `notice`, and failed.
    """
    cr.execute(
        """
        WITH name AS (
             DELETE FROM ir_model_data
              WHERE module = 'customer_portal'
                AND name = 'notice_payment_method'
                AND model = 'ir.ui.view'
          RETURNING res_id
        )
        DELETE FROM ir_ui_view WHERE id IN (SELECT res_id FROM name)
        """
    )
