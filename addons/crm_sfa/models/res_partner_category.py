from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_base.tools.section import metric, row, section


class ResPartner(models.Model):
    """A customer of a category, with the extra fields of it."""

    _inherit = "res.partner"

    sfa_category_id = fields.Many2one(
        "sfa.customer.category",
        "Customer Category",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
    )
    sfa_properties = fields.Properties(
        "Category Information",
        definition="sfa_category_id.partner_properties_definition",
    )

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "sfa_category_id"]

    @api.constrains("sfa_category_id")
    def _check_sfa_category_id(self):
        for partner in self:
            company = partner.commercial_partner_id
            if (
                company != partner
                and partner.sfa_category_id
                and partner.sfa_category_id != company.sfa_category_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(contact)s has the customer category of %(company)s. "
                        "Change it there.",
                        contact=partner.display_name,
                        company=company.display_name,
                    )
                )

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        if not self.env["sfa.customer.category"].has_access("read"):
            return sections
        customers = self.browse(sections)
        for partner in customers.filtered("sfa_category_id"):
            sections[partner.id].append(partner._prepare_category_section())
        return sections

    def _prepare_category_section(self):
        part = section("category", self.env._("Category"), sequence=15, icon="fa-tag")
        part["metrics"].append(
            metric(self.env._("Customer Category"), self.sfa_category_id.display_name)
        )
        # The definition brings the titles, the values come as they are written.
        for entry in self.read(["sfa_properties"])[0]["sfa_properties"]:
            text = self._format_category_property(entry)
            if text:
                part["rows"].append(row(entry.get("string") or "", value=text))
        return part

    @api.model
    def _format_category_property(self, entry):
        """Write the value of one property as text; ``""`` when it has none."""
        value, kind = entry.get("value"), entry.get("type")
        if kind == "separator" or (not value and kind not in ("integer", "float")):
            return ""
        if kind == "boolean":
            return self.env._("Yes")
        if kind == "selection":
            return dict(entry.get("selection") or []).get(value, "")
        if kind == "tags":
            names = {tag[0]: tag[1] for tag in entry.get("tags") or []}
            return ", ".join(names.get(tag, tag) for tag in value)
        if kind == "many2one":
            return value[1] or ""
        if kind == "many2many":
            return ", ".join(name or "" for _id, name in value)
        return "" if value is False or value is None else str(value)
