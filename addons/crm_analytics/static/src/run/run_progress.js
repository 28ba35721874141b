import { Component, onMounted, onWillUnmount, status } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Milliseconds between two looks at a run that is at work. */
const PAUSE = 2000;

/** How far a run is; the form is read again until the run has ended. */
export class RunProgress extends Component {
    static template = "crm_analytics.RunProgress";
    static props = { ...standardFieldProps };

    setup() {
        onMounted(() => this.wait());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get percent() {
        return Math.round(this.props.record.data[this.props.name]);
    }

    get isWaiting() {
        return this.props.record.data.state === "waiting";
    }

    get words() {
        const { is_stopping: isStopping, step } = this.props.record.data;
        if (isStopping) {
            return _t("Being Cancelled");
        }
        if (this.isWaiting) {
            return _t("Waiting");
        }
        const steps = Object.fromEntries(this.props.record.fields.step.selection);
        return steps[step] || _t("Running");
    }

    wait() {
        this.timer = setTimeout(() => this.look(), PAUSE);
    }

    async look() {
        try {
            if (!document.hidden) {
                await this.props.record.load();
            }
        } catch (error) {
            // The server may be back at the next look; all else stays as it is.
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
        if (status(this) !== "destroyed") {
            this.wait();
        }
    }
}

registry.category("fields").add("mining_progress", {
    component: RunProgress,
    supportedTypes: ["float"],
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "step", type: "selection" },
        { name: "is_stopping", type: "boolean" },
    ],
});
