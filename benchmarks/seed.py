"""Copy the pattern inside PostgreSQL, so that every copy agrees as it does."""

import contextlib

# All documents, and those of the customers whose pages are measured; the rest is of
# customers with ten documents each.
SIZES = {
    "S": (1_000, {"10": 10, "100": 100, "BIG": 500}),
    "M": (20_000, {"10": 10, "100": 100, "1000": 1_000, "BIG": 10_000}),
    "L": (200_000, {"10": 10, "100": 100, "1000": 1_000, "BIG": 20_000}),
}
SMALL = 10  # documents of each of the others
STATEMENT = 200  # open invoices of the customer whose statement is printed
MOST_ORDERS = 2_000  # of one customer

# How many days the copies of a kind are moved into the past, at most.
KINDS = {
    "paid": 700,
    "partial": 95,
    "open": 95,
    "credit": 95,
    "order": 700,
    "quote": 20,
}

# In the order of their references; each row gets a number beyond all others.
TABLES = {
    "account_move": "partner_id = {p}",
    "account_payment": "partner_id = {p}",
    "account_move_line": "move_id IN"
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
MOMENTS = {"sale_order": ("date_order",)}
RELATIONS = ("account_move__account_payment",)

CHECKS = {
    "an entry does not balance": """
        SELECT move_id FROM account_move_line
         GROUP BY move_id HAVING abs(sum(balance)) > 0.005 LIMIT 1""",
    "a residual is not the total less what was paid": """
        WITH matched AS (
            SELECT line, sum(amount) AS amount FROM (
                SELECT debit_move_id AS line, amount FROM account_partial_reconcile
                UNION ALL
                SELECT credit_move_id, -amount FROM account_partial_reconcile
            ) AS both_sides GROUP BY line)
        SELECT l.id
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
          LEFT JOIN matched ON matched.line = l.id
         WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
           AND abs(l.balance - coalesce(matched.amount, 0) - l.amount_residual) > 0.005
         LIMIT 1""",
    "an invoice and its lines disagree": """
        SELECT m.id FROM account_move m
          JOIN account_move_line l ON l.move_id = m.id
          JOIN account_account a ON a.id = l.account_id
         WHERE m.move_type IN ('out_invoice', 'out_refund') AND m.state = 'posted'
           AND a.account_type = 'asset_receivable' GROUP BY m.id
        HAVING abs(sum(l.amount_residual) - m.amount_residual_signed) > 0.005
            OR abs(sum(l.balance) - m.amount_total_signed) > 0.005 LIMIT 1""",
    "the state of a payment and the residual disagree": """
        SELECT id FROM account_move
         WHERE move_type IN ('out_invoice', 'out_refund') AND state = 'posted'
           AND payment_state <> CASE
               WHEN amount_residual = 0 THEN 'paid'
               WHEN amount_residual < amount_total THEN 'partial'
               ELSE 'not_paid' END LIMIT 1""",
    "a line is reconciled and open": """
        SELECT l.id FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
         WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
           AND (l.reconciled IS TRUE) <> (l.amount_residual = 0) LIMIT 1""",
    "a reconciliation does not hold its lines": """
        SELECT id FROM account_move_line l
         WHERE full_reconcile_id IS NOT NULL AND NOT EXISTS (
               SELECT FROM account_partial_reconcile p
                WHERE p.full_reconcile_id = l.full_reconcile_id
                  AND l.id IN (p.debit_move_id, p.credit_move_id)) LIMIT 1""",
}

# What the customers owe, and what of it is overdue: by the lines alone.
BALANCES = """
    SELECT c.ref, sum(l.amount_residual),
           coalesce(sum(l.amount_residual) FILTER (
               WHERE l.amount_residual > 0 AND l.date_maturity < current_date), 0)
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
      JOIN res_partner p ON p.id = l.partner_id
      JOIN res_partner c ON c.id = p.commercial_partner_id
     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
       AND c.ref IN ('BENCH-10', 'BENCH-100', 'BENCH-1000', 'BENCH-STATEMENT',
                     'BENCH-BIG')
     GROUP BY c.ref"""


def fill(cursor, size):
    """Copy the pattern to the customers."""
    _want_documents(cursor, size)
    _copy_partners(cursor)
    with _without_indexes(cursor, [*TABLES, *RELATIONS]):
        for kind, days in KINDS.items():
            _copy_kind(cursor, kind, days)
    cursor.execute(
        "UPDATE account_move_line SET matching_number = full_reconcile_id"
        " WHERE full_reconcile_id IS NOT NULL"
        "   AND matching_number <> full_reconcile_id::text"
    )
    # Of a part that is paid Odoo writes P and the first partial reconciliation.
    cursor.execute(
        "UPDATE account_move_line l SET matching_number = 'P' || p.id"
        "  FROM account_partial_reconcile p"
        " WHERE p.full_reconcile_id IS NULL"
        "   AND l.id IN (p.debit_move_id, p.credit_move_id)"
    )
    for table in TABLES:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"
            f" FROM {table}"
        )
    cursor.execute("VACUUM ANALYZE")


def check(cursor):
    """Return what is wrong with the entries, in a sentence, or None."""
    for sentence, statement in CHECKS.items():
        cursor.execute(statement)
        if cursor.fetchone():
            return sentence
    return None


def read_balances(cursor):
    """Return {reference: (balance, overdue)} of the measured customers."""
    cursor.execute(BALANCES)
    return {ref: (float(total), float(late)) for ref, total, late in cursor.fetchall()}


def _want_documents(cursor, size):
    """Write down which customer gets how many of each kind; SMALL are to be made."""
    total, ladder = SIZES[size]
    others = (total - sum(ladder.values())) // SMALL
    cursor.execute(
        "CREATE TEMP TABLE wanted (ref varchar, partner int, kind varchar, number int)"
    )
    wants = [
        (f"BENCH-{ref}", kind, number)
        for ref, count in ladder.items()
        for kind, number in _split(count).items()
    ]
    wants.append(("BENCH-STATEMENT", "open", STATEMENT))
    wants.append(("BENCH-STATEMENT", "paid", STATEMENT))
    for ref, kind, number in wants:
        cursor.execute(
            "INSERT INTO wanted VALUES (%s, NULL, %s, %s)", (ref, kind, number)
        )
    for kind, number in _split(SMALL).items():
        cursor.execute(
            "INSERT INTO wanted SELECT 'BENCH-COPY-' || copy, NULL, %s, %s"
            "  FROM generate_series(1, %s) AS copy",
            (kind, number, others),
        )


def _split(count):
    """Return how many of so many documents are of each kind."""
    few = {
        "partial": max(1, count // 100),
        "open": max(1, count // 40),
        "credit": max(1, count // 200),
    }
    orders = min(max(1, count // 10), MOST_ORDERS)
    return {
        "paid": count - sum(few.values()),
        **few,
        "order": orders,
        "quote": max(1, orders // 10),
    }


def _copy_partners(cursor):
    cursor.execute("SELECT id FROM res_partner WHERE ref = 'BENCH-PATTERN-paid'")
    pattern = cursor.fetchone()[0]
    columns = _read_columns(cursor, "res_partner")
    changed = {
        "id": "nextval('res_partner_id_seq')",
        "name": "'Customer ' || copies.ref",
        "complete_name": "'Customer ' || copies.ref",
        "ref": "copies.ref",
        "commercial_partner_id": "NULL",
    }
    values = [changed.get(name, f"t.{_name(name)}") for name in columns]
    cursor.execute(
        f"INSERT INTO res_partner ({_names(columns)}) SELECT {', '.join(values)}"
        "  FROM res_partner t, (SELECT DISTINCT ref FROM wanted"
        "                        WHERE ref LIKE 'BENCH-COPY-%%') AS copies"
        " WHERE t.id = %s",
        (pattern,),
    )
    cursor.execute(
        "UPDATE res_partner SET commercial_partner_id = id"
        " WHERE ref LIKE 'BENCH-COPY-%'"
    )
    cursor.execute(
        "UPDATE wanted SET partner = p.id FROM res_partner p WHERE p.ref = wanted.ref"
    )


@contextlib.contextmanager
def _without_indexes(cursor, tables):
    """Copy without the indexes and references, and check both at the end.

    Each row by itself would cost many times as much.
    """
    again = []
    for table in tables:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = %s::regclass",
            (table,),
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {_name(name)}")
            again.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {_name(name)} {definition}"
            )
        cursor.execute(
            "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT EXISTS ("
            "       SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            (table,),
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            again.insert(0, definition)
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for statement in again:
        cursor.execute(statement)


def _copy_kind(cursor, kind, days):
    """Copy the rows of a kind's customer to all who want some."""
    cursor.execute(
        "SELECT id FROM res_partner WHERE ref = %s", (f"BENCH-PATTERN-{kind}",)
    )
    pattern = cursor.fetchone()[0]
    cursor.execute("DROP TABLE IF EXISTS copies")
    # 37 is prime to the days: neighbours are far from each other in time.
    cursor.execute(
        "CREATE TEMP TABLE copies AS"
        " SELECT copy::int, partner, (copy * 37 %% %s)::int AS days FROM ("
        "        SELECT row_number() OVER (ORDER BY partner) AS copy, partner"
        "          FROM wanted, generate_series(1, number) WHERE kind = %s"
        "           AND partner IS NOT NULL) AS all_of_them",
        (days, kind),
    )
    ranges = {table: _read_range(cursor, table, pattern) for table in TABLES}
    ranges = {table: span for table, span in ranges.items() if span[0] is not None}
    for table in TABLES:
        if table in ranges:
            _copy(cursor, table, TABLES[table].format(p=pattern), pattern, ranges)
    for table in RELATIONS:
        _copy(cursor, table, None, pattern, ranges)


def _name(name):
    return f'"{name}"'


def _names(columns):
    return ", ".join(map(_name, columns))


def _read_columns(cursor, table):
    return list(_read_types(cursor, table))


def _read_types(cursor, table):
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s"
        "   AND is_generated = 'NEVER' ORDER BY ordinal_position",
        (table,),
    )
    return dict(cursor.fetchall())


def _read_range(cursor, table, pattern):
    """Return the lowest number of the pattern, how many, and the highest of all."""
    cursor.execute(
        f"SELECT min(id), max(id) - min(id) + 1,"
        f" (SELECT max(id) FROM {table}) FROM {table}"
        f" WHERE {TABLES[table].format(p=pattern)}"
    )
    return cursor.fetchone()


def _read_references(cursor, table):
    """Return {column: table} of what its columns refer to; see _without_indexes."""
    known = _read_references.known
    if table not in known:
        cursor.execute(
            "SELECT f.name, coalesce(replace(m.model, '.', '_'), '')"
            "  FROM ir_model_fields f"
            "  JOIN ir_model o ON o.id = f.model_id"
            "  JOIN ir_model m ON m.model = f.relation"
            " WHERE replace(o.model, '.', '_') = %s AND f.ttype = 'many2one'"
            "   AND f.store",
            (table,),
        )
        known[table] = dict(cursor.fetchall())
    return known[table]


# A relation has no model; its columns are named after the two.
_read_references.known = {
    "account_move__account_payment": {
        "invoice_id": "account_move",
        "payment_id": "account_payment",
    }
}


def _moved(column, span):
    low, count, highest = span
    return (
        f"CASE WHEN t.{column} BETWEEN {low} AND {low + count - 1}"
        f" THEN t.{column} - {low} + {highest + 1} + (copy - 1) * {count}"
        f" ELSE t.{column} END"
    )


def _copy(cursor, table, where, pattern, ranges):
    """Copy rows: own numbers, references to other copies, names and dates."""
    references = _read_references(cursor, table)
    types = _read_types(cursor, table)
    values = []
    for column, kind in types.items():
        target = table if column == "id" else references.get(column)
        if target in ranges:
            values.append(_moved(_name(column), ranges[target]))
        elif target == "res_partner":
            name = f"t.{_name(column)}"
            values.append(
                f"CASE WHEN {name} = {pattern} THEN copies.partner ELSE {name} END"
            )
        else:
            values.append(_changed(table, column, kind))
    if where is None:  # a relation: the rows of the pattern's entries
        found = [(c, t) for c, t in references.items() if t in ranges]
        if not found:
            return
        column, target = found[0]
        low, count, _highest = ranges[target]
        where = f"{column} BETWEEN {low} AND {low + count - 1}"
    cursor.execute(
        f"INSERT INTO {table} ({_names(types)}) SELECT {', '.join(values)} FROM"
        f" (SELECT * FROM {table} WHERE {where}) AS t, copies"
    )


def _changed(table, column, kind):
    """Return what a copy has in a column that refers to nothing."""
    name = f"t.{_name(column)}"
    if column in NAMES.get(table, ()):
        return f"{name} || '-' || copy"
    if column == "access_token":
        return "NULL"
    if kind == "date":
        return f"{name} - copies.days"
    if column in MOMENTS.get(table, ()):
        return f"{name} - copies.days * interval '1 day'"
    return name
