import { Component, markup, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { useService } from "@web/core/utils/hooks";

/** The loudspeaker on top of the screen: what was announced to the user. */
export class AnnouncementSystray extends Component {
    static template = "crm_sfa.AnnouncementSystray";
    static components = { Dropdown };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const known = session.sfa_announcements || { count: 0, unread: 0, urgent: 0 };
        this.state = useState({ ...known, items: [], open: false });
        this.bus = useService("bus_service");
        this.bus.subscribe("sfa.announcement", () => this.load());
    }

    get label() {
        return this.state.unread
            ? _t("%s announcements to read", this.state.unread)
            : _t("Announcements");
    }

    body(item) {
        return markup(item.body);
    }

    async load() {
        const items = await this.orm.silent.call("sfa.announcement", "get_mine", []);
        const unread = items.filter((item) => !item.read);
        Object.assign(this.state, {
            items,
            count: items.length,
            unread: unread.length,
            urgent: unread.filter((item) => item.must_confirm).length,
        });
    }

    async toggle(item) {
        this.state.open = this.state.open === item.id ? false : item.id;
        if (this.state.open && !item.read && !item.must_confirm) {
            await this.confirm(item);
        }
    }

    async confirm(item) {
        await this.orm.call("sfa.announcement", "mark_read", [[item.id]]);
        await this.load();
    }

    openAll() {
        return this.action.doAction("crm_sfa.sfa_announcement_action");
    }
}

registry
    .category("systray")
    .add("crm_sfa.announcements", { Component: AnnouncementSystray }, { sequence: 28 });
