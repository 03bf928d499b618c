"""Whom a paper is from and to: names, addresses and numbers, as lines of text."""

from .plain_text import plain_text


def get_seller_lines(company, vat=""):
    """Return the seller's name, address, numbers, phone and mail, a line each.

    What the seller wrote into the layout itself does not come twice.

    :param company: `res.company` record, in sudo
    :param str vat: in place of the company's own tax number
    """
    details = plain_text(company.company_details) or get_address(company.partner_id)
    lines = [
        line
        for line in details.split("\n")
        if line.strip() and line.strip() != company.name
    ]
    printed = f"{details}\n{plain_text(company.report_footer)}"
    contact = [text for text in (company.phone, company.email) if text]
    lines += [text for text in contact if text not in printed]
    vat = vat or company.vat or ""
    if vat and vat not in details:
        lines.append(f"{get_tax_label(company)}: {vat}")
    registry = company.company_registry
    if registry and registry not in f"{details} {vat}":
        lines.append(get_registry_line(company.partner_id))
    return [company.name, *lines]


def get_customer_lines(customer, company):
    """Return name, address and numbers of a customer, a line each.

    :param company: the seller, whose country names the tax number
    """
    lines = get_address(customer).split("\n")
    if customer.vat:
        lines.append(f"{get_tax_label(company)}: {customer.vat}")
    if customer.company_registry and customer.company_registry != customer.vat:
        lines.append(get_registry_line(customer))
    return lines


def get_registry_line(partner):
    """Return the number of a company in its country's registry, with its name."""
    label = partner.company_registry_label or partner.env._("Company ID")
    return f"{label}: {partner.company_registry}"


def get_tax_label(company):
    """Return what the company's country calls a tax number."""
    country = company.account_fiscal_country_id or company.country_id
    return country.vat_label or company.env._("Tax ID")


def get_address(partner):
    """Return the name and the address of a partner, a line each."""
    return partner.with_context(show_address=True).display_name
