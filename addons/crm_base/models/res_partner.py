from odoo import models


class ResPartner(models.Model):
    """A customer, with the contracts by which the apps show and count what they know.

    The topics of a customer (identity, lifecycle, credit, …) have a file each beside
    this one; here stands only what an addon outside `crm_base` overrides.
    """

    _inherit = "res.partner"

    def _customer_360_sections(self):
        """Give the sections of the customer's page, read as the current user.

        Override with ``super()`` and append to the list of each customer; a reader
        without the right to a fact gets no section about it. Set-based: the number of
        queries does not depend on the number of customers in ``self``. A metric with
        ``tile`` is offered to the six tiles on top of the page, and an alert of a
        section stands above everything.

        :return: ``{partner_id: [section, …]}`` for every commercial entity of ``self``;
            a section is a dict made by ``crm_base.tools.section.section()``
        """
        return {partner_id: [] for partner_id in self.commercial_partner_id.ids}

    def _customer_timeline_queries(self):
        """Give the sources of the customer's timeline, read as the current user.

        Override with ``super()`` and add one entry a source. The page wraps the
        sources into one keyset-paginated union, so a source neither orders nor limits.

        :return: ``{kind: SQL}``; each SQL yields the columns ``date`` (timestamp, UTC),
            ``title`` (text), ``amount`` (numeric or null), ``currency_id`` (integer or
            null), ``res_model`` (text), ``res_id`` (integer), ``author_id`` (partner id
            or null), limited to the commercial entities of ``self`` and to the records
            that the current user may read. Within a kind no two rows have the same
            date and ``res_id``; a row without a date is left out
        """
        return {}

    def _customer_timeline_kinds(self):
        """Say how each kind of the timeline looks.

        Override with ``super()`` and add a kind beside its query.

        :return: ``{kind: dict}`` with ``label``, ``icon`` (Font Awesome class),
            ``sequence`` of its filter, and optionally ``group`` (the kind under whose
            filter it stands, itself by default), ``filter`` (label of the filter where
            it differs), ``tone`` (as in a section), ``date_only`` (the date has no time
            of day) and ``markup`` (the title is a piece of HTML)
        """
        return {}

    def _customer_document_fields(self):
        """Name the documents whose mails, notes and activities belong to a customer.

        Override with ``super()`` and add a model; its partner field must be stored. A
        reader without the right to read a document gets nothing of it.

        :return: ``{model: name of the field that leads to the partner}``
        """
        return {"res.partner": "id"}

    def _customer_metrics(self, date_from, date_to):
        """Count what happened with each customer in a window, in batch.

        Override with ``super()`` and add keys; set-based, one query a source.

        :param date_from: first day, inclusive
        :param date_to: last day, inclusive
        :return: ``{partner_id: {metric: number}}`` for every commercial entity of
            ``self``; money in the company's currency, tax excluded
        """
        return {partner_id: {} for partner_id in self.commercial_partner_id.ids}
