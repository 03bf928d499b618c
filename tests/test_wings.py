"""The rule of the wings finds what is in a wrong room: an addon with planted faults."""

import ast
from pathlib import PurePosixPath

import pytest

from lint import wings

ROOMS = {
    "models/__init__.py": "from . import access, billing  # in this order",
    "models/access/__init__.py": "from . import res_partner",
    "models/billing/__init__.py": "from . import account_move",
    "controllers/access/__init__.py": "",
    "controllers/billing/__init__.py": "",
}
MODEL = (
    "class A(models.Model):\n    _inherit = {!r}\n\n    def {}(self):\n        pass\n"
)


def parse(**files):
    """Return an addon with these files, {path with __ for /: source}."""
    named = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    return {
        PurePosixPath(path): ast.parse(text) for path, text in (ROOMS | named).items()
    }


def test_order_is_that_of_the_models():
    assert wings.get_wings(parse()) == ["access", "billing"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("models__billing__account_move", "from ..access.res_partner import X"),
        ("models__billing__account_move", "from ..access import res_partner"),
        ("models__billing__account_move", "from .account_move_line import X"),
        ("models__billing__account_move", "from ...const import X"),
        ("models__billing__account_move", "from ...report import invoice"),
        ("controllers__billing__invoice", "from ..access.roles import RolesPortal"),
        ("controllers__billing__invoice", "from ..portal import Portal"),
        ("controllers__billing__invoice", "from ...tools.parse import parse_ids"),
        ("controllers__portal", "from ..tools.parse import parse_ids"),
        ("report__invoice", "from ..tools import table"),
        ("tests__access__test_a", "from ...models.billing import account_move"),
    ],
)
def test_import_in_the_order_is_right(file, line):
    assert wings.check_imports(parse(**{file: line})) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("models__access__res_partner", "from ..billing.account_move import X"),
        ("models__access__res_partner", "from ..billing import account_move"),
        ("models__access__res_partner", "from .. import billing"),
        (
            "models__access__res_partner",
            "def f():\n    from ..billing import a",
        ),
        ("models__access__res_partner", "from ...controllers.portal import Portal"),
        ("controllers__access__roles", "from ..billing.invoice import InvoicePortal"),
        (
            "controllers__billing__invoice",
            "from ...models.billing.account_move import X",
        ),
        ("controllers__portal", "from ..models.access import res_partner"),
        ("report__invoice", "from ..models.billing.account_move import X"),
        ("tools__table", "from ..models.billing.account_move import X"),
        ("const", "from .models.billing.account_move import X"),
        ("wizards__a_wizard", "from ..models.billing.account_move import X"),
    ],
)
def test_import_against_the_order_is_found(file, line):
    [(path, number, _message)] = wings.check_imports(parse(**{file: line}))
    assert str(path) == f"{file.replace('__', '/')}.py"
    assert number == len(line.splitlines())


@pytest.mark.parametrize(
    ("name", "model", "is_right"),
    [
        ("account_move", "account.move", True),
        ("account_move_page", "account.move", True),
        ("account_move_line", "account.move", True),
        ("portal_remittance", "portal.remittance.line", True),
        ("account_move", "account.payment", False),
        ("portal_short", "portal.shorter", False),
        ("ir_http", "ir.http.other", True),
    ],
)
def test_file_is_called_after_its_class(name, model, is_right):
    trees = parse(**{f"models__billing__{name}": MODEL.format(model, "_get")})
    assert (wings.check_names(trees) == []) == is_right


def test_method_that_stands_twice_in_a_wing_is_found():
    once = {
        "models__access__res_partner": MODEL.format("res.partner", "write"),
        "models__billing__res_partner": MODEL.format("res.partner", "write"),
        "models__billing__account_move": MODEL.format("account.move", "write"),
    }
    assert wings.check_methods(parse(**once)) == []
    twice = {"models__billing__res_partner_more": MODEL.format("res.partner", "write")}
    [(path, _line, message)] = wings.check_methods(parse(**once, **twice))
    assert str(path) == "models/billing/res_partner_more.py"
    assert "res.partner.write stands in res_partner.py too" in message


def test_folder_with_too_many_files_is_found():
    full = {f"models__billing__account_{n}": "" for n in range(wings.MOST_FILES - 1)}
    assert wings.check_sizes(parse(**full)) == []
    full["models__billing__one_more"] = ""
    [(folder, _line, message)] = wings.check_sizes(parse(**full))
    assert str(folder) == "models/billing"
    assert message.startswith(f"{wings.MOST_FILES + 1} files")
