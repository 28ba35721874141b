import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { MiningPage } from "../page";
import { cohortTable, curveConfig, gridTable, migrationTable, monthsConfig, yearOnYear } from "./pictures";

const TIERS = {
    A: _t("A: 80 % of revenue"),
    B: _t("B: the next 15 %"),
    C: _t("C: the last 5 %"),
    D: _t("D: returned more than bought"),
};
const SEGMENTS = {
    champion: _t("Champion"),
    loyal: _t("Loyal"),
    recent: _t("Recent"),
    waking: _t("Needs a Nudge"),
    slipping: _t("Slipping Away"),
    fading: _t("Fading"),
    asleep: _t("Asleep"),
};
const STATES = {
    none: [_t("Has not run"), "secondary"],
    waiting: [_t("Waiting"), "info"],
    running: [_t("Running"), "info"],
    done: [_t("Published"), "success"],
    worse: [_t("Not better than the rule"), "warning"],
    refused: [_t("Not enough data"), "warning"],
    failed: [_t("Failed"), "danger"],
    cancelled: [_t("Cancelled"), "secondary"],
};

/** Which customers matter, which come and go, and what the analyses are worth. */
export class MiningDashboard extends MiningPage {
    static template = "crm_analytics.Dashboard";
    static displayName = _t("Customer Value");
    static path = "customer-value";

    async load() {
        this.env.config.setDisplayName(_t("Customer Value"));
        const page = await this.orm.call("mining.model", "get_dashboard", []);
        this.state.page = page;
        this.year = yearOnYear(page.months);
        this.months = monthsConfig(page.months, { revenue: _t("Revenue"), margin: _t("Margin") });
        if (page.value) {
            this.curve = curveConfig(page.value.curve, {
                customers: _t("% of customers"),
                revenue: _t("% of revenue"),
            });
            this.grid = gridTable(page.value.grid);
            this.cohorts = cohortTable(page.value.cohorts, page.value.date_to);
            this.migration = migrationTable(page.value.migration);
        }
    }

    tierLabel(tier) {
        return TIERS[tier];
    }

    customersText(count) {
        return count === 1 ? _t("1 customer") : _t("%s customers", this.number(count));
    }

    segmentLabel(segment) {
        return SEGMENTS[segment];
    }

    stateOf(analysis) {
        const [label, tone] = STATES[analysis.state];
        return { label, tone };
    }

    openCustomers(name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "mining.customer",
            views: [
                [false, "list"],
                [false, "pivot"],
            ],
            domain: [["run_id", "=", this.state.page.value.id], ...domain],
        });
    }

    openCell(cell) {
        const name = _t("Recency %(r)s, frequency %(f)s", cell);
        return this.openCustomers(name, [
            ["r", "=", cell.r],
            ["f", "=", cell.f],
        ]);
    }

    openTier(tier) {
        return this.openCustomers(TIERS[tier], [["tier", "=", tier]]);
    }

    openSegment(segment) {
        return this.openCustomers(SEGMENTS[segment], [["segment", "=", segment]]);
    }

    openAnalysis(analysis) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mining.model",
            res_id: analysis.id,
            views: [[false, "form"]],
        });
    }

    async run() {
        const ids = this.state.page.analyses.map((analysis) => analysis.id);
        await this.orm.call("mining.model", "action_run", [ids]);
        await this.load();
    }
}

registry.category("actions").add("crm_analytics.dashboard", MiningDashboard);
