"""Tickets for each customer of the benchmark, half as many as invoices.

Run in Odoo's shell by `bin/bench`. One ticket of each kind is written by Odoo, and
copied inside PostgreSQL with its messages: three each, and one ticket has 300.
"""

from odoo.tools import SQL

env = globals()["env"]
MOST = 10_000
STATUSES = ("received", "in_progress", "waiting", "solved", "closed")
TICKETS = env["portal.ticket"].with_context(portal_no_ticket_mails=True)


def read_columns(table):
    rows = env.execute_query(
        SQL(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name != 'id'"
            "   AND is_generated = 'NEVER'",
            table,
        )
    )
    return [name for (name,) in rows]


def copy(table, changes, source):
    """Copy rows of a table, with some columns changed.

    :param dict changes: {column: SQL}
    :param SQL source: what stands after FROM; the rows are called `old`
    """
    names = read_columns(table)
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(
                changes.get(name, SQL("old.%s", SQL.identifier(name))) for name in names
            ),
            source,
        )
    )


def write(ticket, person, texts):
    for text in texts:
        ticket.message_post(
            body=text,
            author_id=person.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )


def make(person, team, name, texts):
    ticket = TICKETS.create(
        {
            "subject": "Goods are missing",
            "description": "<p>Some of what we ordered did not arrive.</p>",
            "partner_id": person.id,
            "team_id": team.id,
            "channel": "portal",
        }
    )
    write(ticket, person, texts)
    ticket.number = name
    return ticket


def fill(person, team, count):
    """Make tickets of one customer, in every status."""
    sentence = "<p>The crate was wet, please look at it.</p>"
    patterns = TICKETS.browse()
    for status in STATUSES:
        ticket = make(person, team, f"BENCH-FEW-{person.id}-{status}", [sentence] * 3)
        ticket._move_to(status)
        patterns |= ticket
    make(person, team, f"BENCH-LONG-{person.id}", [sentence] * 300)
    rare = make(person, team, f"BENCH-RARE-{person.id}", ["<p>A sodden crate</p>"])
    rare._move_to("in_progress")
    env.flush_all()
    day = SQL("(copy.number * 37 %% 700) * INTERVAL '1 day'")
    moments = {
        name: SQL("old.%s - %s", SQL.identifier(name), day)
        for name in ("received_on", "last_word_on", "last_customer_message_on")
    }
    copies = SQL("generate_series(1, %s) copy(number)", count // len(STATUSES))
    copy(
        "portal_ticket",
        {
            **moments,
            "number": SQL("'COPY-' || old.id || '-' || copy.number"),
        },
        SQL("portal_ticket old, %s WHERE old.id IN %s", copies, patterns._ids),
    )
    copy(
        "mail_message",
        {
            "res_id": SQL("new.id"),
            "message_id": SQL("'<' || old.id || '-' || new.id || '@bench>'"),
        },
        SQL(
            "mail_message old JOIN portal_ticket new"
            " ON new.number LIKE 'COPY-' || old.res_id || '-%%'"
            " WHERE old.model = 'portal.ticket' AND old.res_id IN %s",
            patterns._ids,
        ),
    )
    for child in ("portal_ticket_step", "portal_ticket_pause"):
        copy(
            child,
            {"ticket_id": SQL("new.id")},
            SQL(
                "%s old JOIN portal_ticket new"
                " ON new.number LIKE 'COPY-' || old.ticket_id || '-%%'"
                " WHERE old.ticket_id IN %s",
                SQL.identifier(child),
                patterns._ids,
            ),
        )


team = env["portal.ticket.team"].search([], limit=1)
for user in env["res.users"].search([("login", "like", "%@bench.example")]):
    customer = user.partner_id.commercial_partner_id
    documents = env["account.move"].search_count(
        [("commercial_partner_id", "=", customer.id)]
    )
    fill(user.partner_id, team, min(documents // 2, MOST))
env.cr.commit()
