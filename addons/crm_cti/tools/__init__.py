"""Plain Python rules of the addon: no Odoo import, no clock, no input or output."""
