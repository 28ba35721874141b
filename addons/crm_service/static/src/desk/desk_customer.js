import { CustomerSection } from "@crm_base/customer_page/customer_section";
import { customerPageAction, followLink } from "@crm_base/customer_page/customer_link";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** Who asks: figures, what is on the way, what is owed, what was asked before. */
export class DeskCustomer extends Component {
    static template = "crm_service.DeskCustomer";
    static components = { CustomerSection };
    static props = { partnerId: Number };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ page: null });
        onWillStart(() => this.load(this.props.partnerId));
        onWillUpdateProps((next) => {
            if (next.partnerId !== this.props.partnerId) {
                return this.load(next.partnerId);
            }
        });
    }

    async load(partnerId) {
        this.state.page = await this.orm.call("res.partner", "get_customer_page", [[partnerId]]);
    }

    get sections() {
        return this.state.page.sections.filter((section) => section.key !== "who");
    }

    follow(link) {
        return followLink(this.action, link);
    }

    open() {
        return this.action.doAction(customerPageAction(this.props.partnerId));
    }
}
