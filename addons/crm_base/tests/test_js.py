from odoo.tests import HttpCase, tagged


# takes 25 seconds
def hoot_id(name):
    """HOOT identifies a suite by this 32-bit hash of its path."""
    value = 0
    for char in name:
        value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"


def run_hoot(case, name):
    """Run the suite of an addon in the browser of a test case; say what failed."""
    told = []

    def is_fatal(message):
        told.append(message)
        return "[HOOT]" not in message

    try:
        case.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={hoot_id(name)}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=is_fatal,
        )
    except AssertionError as error:
        raise AssertionError("\n".join(told)) from error


@tagged("post_install", "-at_install", "cap_e06", "cap_s09")
class TestCrmBaseJs(HttpCase):
    def test_hoot(self):
        """The component tests of the addon pass in the browser."""
        run_hoot(self, "@crm_base")
