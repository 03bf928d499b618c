def migrate(cr, version):
    """Forget the choices of `portal.list.export.list_name`, which is text now.

    The column stays as it is. Odoo would delete the choices itself, but asks the field
    what becomes of their rows, which text cannot say.
    """
    cr.execute(
        """
        WITH choice AS (
             DELETE FROM ir_model_fields_selection
              USING ir_model_fields field
              WHERE field.id = ir_model_fields_selection.field_id
                AND field.model = 'portal.list.export'
                AND field.name = 'list_name'
          RETURNING ir_model_fields_selection.id
        )
        DELETE FROM ir_model_data
         WHERE model = 'ir.model.fields.selection'
           AND res_id IN (SELECT id FROM choice)
        """
    )
