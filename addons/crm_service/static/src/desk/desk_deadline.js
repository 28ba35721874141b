import { Component } from "@odoo/owl";

import { deadlineClass, deadlineText, useMinutes } from "../deadline/minutes";

/** How long until a ticket of the queue is due. */
export class DeskDeadline extends Component {
    static template = "crm_service.DeskDeadline";
    static props = { deadline: Object };

    setup() {
        this.clock = useMinutes();
    }

    get text() {
        return deadlineText(this.props.deadline, this.clock.now);
    }

    get className() {
        return deadlineClass(this.props.deadline, this.clock.now);
    }
}
