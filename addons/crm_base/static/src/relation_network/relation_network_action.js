import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { customerPageAction } from "../customer_page/customer_link";
import { RelationNetworkCard } from "./relation_network_card";

/** The network of a customer on a page of its own. */
export class RelationNetworkAction extends Component {
    static template = "crm_base.RelationNetworkAction";
    static components = { Layout, RelationNetworkCard };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Network");
    static path = "customer-network";

    setup() {
        this.action = useService("action");
        this.env.config.setDisplayName(_t("Network"));
        if (this.partnerId) {
            this.props.updateActionState?.({ resId: this.partnerId, active_id: false });
        }
    }

    get partnerId() {
        const { action, resId } = this.props;
        return Number(resId || action.context?.active_id) || false;
    }

    openCustomer(partnerId) {
        return this.action.doAction(customerPageAction(partnerId));
    }
}

registry.category("actions").add("crm_base.relation_network", RelationNetworkAction);

/** Build the action that shows the network of a customer on a page of its own. */
export function relationNetworkAction(partnerId) {
    return {
        type: "ir.actions.client",
        tag: "crm_base.relation_network",
        name: _t("Network"),
        path: "customer-network",
        context: { active_id: partnerId },
    };
}
