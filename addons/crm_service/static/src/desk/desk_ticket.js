import { Component, useSubEnv } from "@odoo/owl";
import { getDefaultConfig, View } from "@web/views/view";

/** The form of a ticket, with a title of its own that does not change the desk's. */
export class DeskTicket extends Component {
    static template = "crm_service.DeskTicket";
    static components = { View };
    static props = { view: Object };

    setup() {
        useSubEnv({ config: { ...getDefaultConfig() } });
    }
}
