import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const STATES = { done: _t("Done"), now: _t("Now"), late: _t("Late"), todo: _t("To do") };

/** A card of the customer's page: figures, lines, and what to do when it is empty. */
export class CustomerSection extends Component {
    static template = "crm_base.CustomerSection";
    static props = {
        section: Object,
        onFollow: Function,
        hideTiles: { type: Boolean, optional: true },
    };

    /** The figures of the section that do not stand on top of the page already. */
    get metrics() {
        const { metrics } = this.props.section;
        return this.props.hideTiles ? metrics.filter((metric) => !metric.on_top) : metrics;
    }

    get isEmpty() {
        return !this.metrics.length && !this.props.section.rows.length;
    }

    toneClass(tone) {
        return tone ? `text-${tone}` : "";
    }

    stepsLabel(steps) {
        return steps
            .map(([label, state, hint]) => `${hint || label}: ${STATES[state]}`)
            .join(", ");
    }

    /** The step that a reader looks for: the one that is on, or the last one done. */
    currentStep(steps) {
        return (
            steps.find(([, state]) => ["now", "late"].includes(state)) ||
            steps.filter(([, state]) => state === "done").at(-1) ||
            steps[0]
        );
    }
}
