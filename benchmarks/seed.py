"""Copy the pattern inside PostgreSQL, so that every copy agrees as it does."""

import contextlib

import psycopg2

# Documents of the big customer; all others together.
SIZES = {"S": (500, 500), "M": (10000, 10000), "L": (20000, 180000)}
SMALL = 10  # documents of each of the others

# In the order of their references; each row gets a number beyond all others.
TABLES = {
    "account_move": "id IN (SELECT id FROM account_move WHERE partner_id = {p})",
    "account_payment": "partner_id = {p}",
    "account_move_line": "partner_id = {p} OR move_id IN"
    " (SELECT id FROM account_move WHERE partner_id = {p})",
    "account_full_reconcile": "id IN (SELECT full_reconcile_id"
    " FROM account_move_line WHERE partner_id = {p})",
    "account_partial_reconcile": "debit_move_id IN"
    " (SELECT id FROM account_move_line WHERE partner_id = {p})",
    "sale_order": "partner_id = {p}",
    "sale_order_line": "order_id IN (SELECT id FROM sale_order WHERE partner_id = {p})",
}
# Unique names; what a copy must not share.
NAMES = {"account_move": ("name", "payment_reference"), "sale_order": ("name",)}
RELATIONS = ("account_move__account_payment",)

CHECKS = {
    "an entry does not balance": "SELECT move_id FROM account_move_line"
    " GROUP BY move_id HAVING abs(sum(balance)) > 0.005 LIMIT 1",
    "a residual is not the total less what was paid": "SELECT l.id"
    "  FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
    "  LEFT JOIN LATERAL (SELECT sum(amount) s FROM account_partial_reconcile"
    "       WHERE debit_move_id = l.id) d ON true"
    "  LEFT JOIN LATERAL (SELECT sum(amount) s FROM account_partial_reconcile"
    "       WHERE credit_move_id = l.id) c ON true"
    " WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted' AND"
    "   abs(l.balance - coalesce(d.s, 0) + coalesce(c.s, 0) - l.amount_residual)"
    "   > 0.005 LIMIT 1",
    "an invoice and its lines disagree": "SELECT m.id FROM account_move m"
    "  JOIN account_move_line l ON l.move_id = m.id"
    "  JOIN account_account a ON a.id = l.account_id"
    " WHERE m.move_type IN ('out_invoice', 'out_refund') AND m.state = 'posted'"
    "   AND a.account_type = 'asset_receivable' GROUP BY m.id"
    " HAVING abs(sum(l.amount_residual) - m.amount_residual_signed) > 0.005 LIMIT 1",
}


def fill(cursor, size):
    """Copy the pattern to the customers."""
    big, others = SIZES[size]
    cursor.execute("SELECT id FROM res_partner WHERE ref = 'BENCH-PATTERN'")
    pattern = cursor.fetchone()[0]
    columns = _read_columns(cursor, "res_partner")
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(_partner_value(name) for name in columns)
    cursor.execute(
        f"INSERT INTO res_partner ({names}) SELECT {values}"
        "  FROM res_partner, generate_series(1, %s) AS copy WHERE id = %s",
        (others // SMALL, pattern),
    )
    cursor.execute(
        "UPDATE res_partner SET commercial_partner_id = id,"
        " complete_name = name WHERE ref LIKE 'BENCH-COPY-%'"
    )
    cursor.execute(
        "CREATE TEMP TABLE copies AS SELECT row_number() OVER () AS copy, partner"
        " FROM (SELECT id AS partner FROM res_partner WHERE ref = 'BENCH-SMALL'"
        "       OR ref LIKE 'BENCH-COPY-%%'"
        "       UNION ALL SELECT id FROM res_partner, generate_series(1, %s)"
        "       WHERE ref = 'BENCH-BIG') AS all_of_them",
        (big // SMALL,),
    )
    ranges = {table: _read_range(cursor, table, pattern) for table in TABLES}
    ranges = {table: span for table, span in ranges.items() if span[0] is not None}
    for table, where in TABLES.items():
        if table not in ranges:
            continue  # the pattern has no such row
        _copy(cursor, table, where.format(p=pattern), pattern, ranges)
    for table in RELATIONS:
        _copy(cursor, table, None, pattern, ranges)
    cursor.execute(
        "UPDATE account_move_line SET matching_number = full_reconcile_id"
        " WHERE full_reconcile_id IS NOT NULL"
    )
    cursor.execute("ANALYZE")


def check(cursor):
    """Return what is wrong with the entries, in a sentence, or None."""
    for sentence, statement in CHECKS.items():
        cursor.execute(statement)
        if cursor.fetchone():
            return sentence
    return None


def _partner_value(name):
    return {
        "id": "nextval('res_partner_id_seq')",
        "name": "'Customer ' || copy",
        "ref": "'BENCH-COPY-' || copy",
        "commercial_partner_id": "NULL",
    }.get(name, f'"{name}"')


def _read_columns(cursor, table):
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s"
        "   AND is_generated = 'NEVER' ORDER BY ordinal_position",
        (table,),
    )
    return [row[0] for row in cursor.fetchall()]


def _read_range(cursor, table, pattern):
    """Return the lowest number of the pattern, how many, and the highest of all."""
    cursor.execute(
        f"SELECT min(id), max(id) - min(id) + 1,"
        f" (SELECT max(id) FROM {table}) FROM {table}"
        f" WHERE {TABLES[table].format(p=pattern)}"
    )
    return cursor.fetchone()


def _read_references(cursor, table):
    cursor.execute(
        "SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c"
        "  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.conrelid = %s::regclass",
        (table,),
    )
    return dict(cursor.fetchall())


def _moved(column, span):
    low, count, highest = span
    return (
        f"CASE WHEN t.{column} BETWEEN {low} AND {low + count - 1}"
        f" THEN t.{column} - {low} + {highest + 1} + (copy - 1) * {count}"
        f" ELSE t.{column} END"
    )


def _copy(cursor, table, where, pattern, ranges):
    columns = _read_columns(cursor, table)
    references = _read_references(cursor, table)
    values = []
    for column in columns:
        target = references.get(column)
        if column == "id":
            values.append(_moved('"id"', ranges[table]))
        elif target in ranges:
            values.append(_moved(f'"{column}"', ranges[target]))
        elif target == "res_partner":
            values.append(
                f'CASE WHEN t."{column}" = {pattern} THEN copies.partner'
                f' ELSE t."{column}" END'
            )
        elif column in NAMES.get(table, ()):
            values.append(f"t.\"{column}\" || '-' || copy")
        elif column == "access_token":
            values.append("NULL")
        else:
            values.append(f't."{column}"')
    if where is None:  # a relation: the rows of the pattern's entries
        found = [(c, t) for c, t in references.items() if t in ranges]
        if not found:
            return
        column, target = found[0]
        low, count, _highest = ranges[target]
        where = f"{column} BETWEEN {low} AND {low + count - 1}"
    names = ", ".join(f'"{name}"' for name in columns)
    # References are whole when all tables are copied; triggers would cost minutes.
    with contextlib.suppress(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SET session_replication_role = replica")
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM"
        f" (SELECT * FROM {table} WHERE {where}) AS t, copies"
    )
    with contextlib.suppress(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SET session_replication_role = origin")
    if "id" in columns:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"
            f" FROM {table}"
        )
