"""What a mail quotes of the words before it, without what those quote themselves."""

from lxml import etree, html

from odoo.tools import html_sanitize

# How programs of mail mark what they quote; Odoo's sanitizer adds the first.
QUOTES = (
    "//*[@data-o-mail-quote] | //*[@data-o-mail-quote-container] | //blockquote"
    " | //*[contains(concat(' ', @class, ' '), ' gmail_quote ')]"
)


def drop_quotes(body):
    """Return the words of a message without those that it quotes, as safe HTML.

    All of it where nothing else is left.
    """
    try:
        root = html.fragment_fromstring(str(body or ""), create_parent="div")
    except (etree.ParserError, ValueError):
        return html_sanitize(body)
    for quote in root.xpath(QUOTES):
        if quote.getparent() is not None:
            quote.drop_tree()
    if not root.text_content().strip() and not root.xpath("//img"):
        return html_sanitize(body)
    return html_sanitize(html.tostring(root, encoding="unicode"))
