import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CrmChart } from "../chart/chart";
import { followLink } from "../customer_page/customer_link";

const COLORS = ["#714b67", "#21b799", "#d44c59", "#e4a900"];

/** Make bars of what a page draws. */
function barConfig({ labels, series }) {
    return {
        type: "bar",
        data: {
            labels,
            datasets: series.map(([label, data], number) => ({
                label,
                data,
                backgroundColor: COLORS[number % COLORS.length],
            })),
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            scales: { y: { beginAtZero: true, ticks: { maxTicksLimit: 6 } } },
        },
    };
}

/** The page of a role: figures that need a look, and how it goes. */
export class CrmBoard extends Component {
    static template = "crm_base.Board";
    static components = { Layout, CrmChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ page: null });
        onWillStart(() => this.load());
    }

    async load() {
        const { role } = this.props.action.params;
        this.state.page = await this.orm.call("crm.board", "get_board", [role]);
        this.config = this.state.page.chart && barConfig(this.state.page.chart);
        this.env.config.setDisplayName(this.state.page.title);
    }

    /** The sections with more than the figures on top, which are not shown twice. */
    get sections() {
        return this.state.page.sections
            .map((section) => ({
                ...section,
                lines: [
                    ...section.metrics
                        .filter((metric) => !metric.on_top)
                        .map((metric) => ({ ...metric, title: metric.label })),
                    ...section.rows,
                ],
            }))
            .filter((section) => section.lines.length || (section.empty && !section.metrics.length));
    }

    follow(link) {
        return followLink(this.action, link);
    }
}

registry.category("actions").add("crm_base.board", CrmBoard);
