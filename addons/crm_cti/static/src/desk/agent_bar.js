import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Clock } from "./clock";

/** How each state of an agent looks. */
export const LOOKS = {
    offline: { label: _t("Offline"), tone: "secondary", icon: "fa-power-off" },
    ready: { label: _t("Ready"), tone: "success", icon: "fa-check" },
    offered: { label: _t("Ringing"), tone: "info", icon: "fa-bell" },
    talking: { label: _t("Talking"), tone: "danger", icon: "fa-phone" },
    wrapup: { label: _t("Wrap-up"), tone: "info", icon: "fa-pencil" },
    away: { label: _t("Away"), tone: "warning", icon: "fa-coffee" },
};

/** The state of an agent in the bar on top: what it is, for how long, and what next. */
export class AgentBar extends Component {
    static template = "crm_cti.AgentBar";
    static components = { Clock, Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.desk = useState(useService("cti_desk"));
        this.phone = useState(useService("cti_phone"));
    }

    get look() {
        return LOOKS[this.desk.agent.state];
    }

    get title() {
        const { agent } = this.desk;
        return agent.reason && agent.state === "away" ? agent.reason : this.look.label;
    }

    get isBusy() {
        return ["offered", "talking"].includes(this.desk.agent.state);
    }

    /** The state that is marked in the menu: during a call, the one after it. */
    get chosen() {
        const { state, resume } = this.desk.agent;
        return this.isBusy || state === "wrapup" ? resume : state;
    }

    togglePhone() {
        return this.phone.isOn ? this.phone.stop() : this.phone.start();
    }
}

registry.category("systray").add("crm_cti.agent_bar", { Component: AgentBar }, { sequence: 30 });
