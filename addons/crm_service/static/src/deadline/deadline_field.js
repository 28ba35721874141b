import { Component, onMounted, onWillUnmount, reactive, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;
const MINUTE = 60000;
/** A deadline is near when less than this is left. */
const NEAR = 60 * MINUTE;

/** One clock for all deadlines on the screen; it stops with the last of them. */
const clock = reactive({ now: DateTime.now(), users: 0, timer: undefined });

function useMinutes() {
    onMounted(() => {
        clock.users++;
        clock.now = DateTime.now();
        clock.timer ??= setInterval(() => (clock.now = DateTime.now()), MINUTE / 2);
    });
    onWillUnmount(() => {
        clock.users--;
        if (!clock.users) {
            clearInterval(clock.timer);
            clock.timer = undefined;
        }
    });
    return useState(clock);
}

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
        if (!this.isOpen) {
            return this.exact;
        }
        return this.value.toRelative({ base: this.clock.now, style: "short" });
    }

    get exact() {
        return this.value ? formatDateTime(this.value, { showSeconds: false }) : "";
    }

    get classNames() {
        if (!this.value || !this.isOpen) {
            return "";
        }
        const left = this.value - this.clock.now;
        if (left < 0) {
            return "text-danger fw-bold";
        }
        return left < NEAR ? "text-warning fw-bold" : "";
    }
}

registry.category("fields").add("service_deadline", {
    component: DeadlineField,
    displayName: _t("Deadline"),
    supportedTypes: ["datetime"],
});
