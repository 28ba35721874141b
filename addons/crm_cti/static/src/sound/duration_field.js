import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatSeconds } from "../desk/clock";

/** Seconds, written as minutes and seconds. */
export class DurationField extends Component {
    static template = xml`<span class="o_cti_time" t-out="text"/>`;
    static props = { ...standardFieldProps };

    get text() {
        return formatSeconds(this.props.record.data[this.props.name]);
    }
}

registry.category("fields").add("cti_duration", {
    component: DurationField,
    supportedTypes: ["integer"],
    isEmpty: () => false,
});
registry.category("formatters").add("cti_duration", (value) => formatSeconds(value || 0));
