import { Component } from "@odoo/owl";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { deadlineClass, deadlineText, useMinutes } from "./minutes";

/** How long until a promise has to be kept, or since when it is broken. */
export class DeadlineField extends Component {
    static template = "crm_service.DeadlineField";
    static props = { ...standardFieldProps };

    setup() {
        this.clock = useMinutes();
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    /** Deadlines of promises that ended are history. */
    get isOpen() {
        const { state } = this.props.record.data;
        return !["met", "breached", "dropped"].includes(state);
    }

    get label() {
        if (!this.value) {
            return "";
        }
        return this.isOpen ? deadlineText(this.value, this.clock.now) : this.exact;
    }

    get exact() {
        return this.value ? formatDateTime(this.value, { showSeconds: false }) : "";
    }

    get className() {
        return this.value && this.isOpen ? deadlineClass(this.value, this.clock.now) : "";
    }
}

registry.category("fields").add("service_deadline", {
    component: DeadlineField,
    displayName: _t("Deadline"),
    supportedTypes: ["datetime"],
});
