import { Component } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Draws the steps of an order from quotation to cash on one line. */
export class OrderTrackingField extends Component {
    static template = "crm_base.OrderTrackingField";
    static props = { ...standardFieldProps };

    get steps() {
        return (this.props.record.data[this.props.name] || []).map((step) => ({
            ...step,
            day: step.date ? formatDate(deserializeDate(step.date)) : "",
        }));
    }
}

export const orderTrackingField = {
    component: OrderTrackingField,
    supportedTypes: ["json"],
};

registry.category("fields").add("order_tracking", orderTrackingField);
