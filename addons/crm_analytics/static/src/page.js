import { CrmChart } from "@crm_base/chart/chart";
import { Component, onWillStart, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** A page of analyses: what the server gives for it, in the money of the company. */
export class MiningPage extends Component {
    static components = { Layout, CrmChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ page: null });
        onWillStart(() => this.load());
    }

    /** Write an amount without cents, as pages do. */
    money(amount) {
        return formatMonetary(amount, { currencyId: this.state.page.currency_id, digits: [16, 0] });
    }

    /** Write an amount to the cent: what agrees with the ledger is shown in full. */
    exact(amount) {
        return formatMonetary(amount, { currencyId: this.state.page.currency_id });
    }

    number(value, digits = 0) {
        return value === null || value === false ? "—" : formatFloat(value, { digits: [16, digits] });
    }

    percent(part) {
        return part === null ? "—" : `${formatFloat(100 * part, { digits: [16, 1] })} %`;
    }
}
