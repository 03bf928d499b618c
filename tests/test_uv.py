"""Where pip was told to look for packages, uv looks, too."""

import importlib.util

from bootstrap import uv


def test_what_pip_was_told_is_told_to_uv():
    settings = uv.parse_settings(
        ":env:.index-url='http://variable.test/simple'\n"
        "global.cert='/etc/ssl/our.pem'\n"
        "global.extra-index-url='file:///one/simple file:///two/simple'\n"
        "global.index-url='http://file.test/simple'\n"
        "global.timeout='5'\n"
        "install.index-url='http://install.test/simple'\n"
        "install.no-index='false'\n"
        "wheel.find-links='/not/for/install'\n"
    )
    options, variables = uv.translate(settings)
    assert options == [
        *("--index-url", "http://variable.test/simple"),
        *("--extra-index-url", "file:///one/simple"),
        *("--extra-index-url", "file:///two/simple"),
    ]
    assert variables == {"SSL_CERT_FILE": "/etc/ssl/our.pem"}


def test_folder_alone_is_enough_for_uv_where_it_is_for_pip():
    settings = uv.parse_settings(
        "global.find-links='/wheels'\nglobal.no-index='true'\n"
        "global.proxy='http://proxy.test:3128'\n"
    )
    assert uv.translate(settings) == (
        ["--find-links", "/wheels", "--no-index"],
        {"ALL_PROXY": "http://proxy.test:3128"},
    )


def test_pip_that_was_told_nothing_leaves_uv_alone():
    assert uv.translate(uv.parse_settings("")) == ([], {})


def test_packages_that_odoo_asks_for_in_other_countries_are_there():
    # account_peppol installs itself with the first company of a country that has it.
    assert importlib.util.find_spec("phonenumbers")
