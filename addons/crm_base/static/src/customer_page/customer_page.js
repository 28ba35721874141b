import { Component, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { relationNetworkAction } from "../relation_network/relation_network_action";
import { RelationNetworkCard } from "../relation_network/relation_network_card";
import { CustomerFinder } from "./customer_finder";
import { customerPageAction, followLink } from "./customer_link";
import { CustomerSection } from "./customer_section";
import { CustomerTimeline } from "./customer_timeline";

const PHONE_ROWS = 3;

/** One page for a customer: who, value, orders, money, next steps, and one timeline. */
export class CustomerPage extends Component {
    static template = "crm_base.CustomerPage";
    static components = {
        CustomerFinder,
        CustomerSection,
        CustomerTimeline,
        Layout,
        RelationNetworkCard,
    };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Customer");
    static path = "customer-page";

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.store = useService("mail.store");
        this.finderRef = useRef("finder");
        this.state = useState({ page: null, revision: 0, writing: false, note: "", allRows: false });
        useAutofocus({ refName: "note" });
        useExternalListener(window, "keydown", this.onWindowKeydown);
        onWillStart(() => this.load());
    }

    get partnerId() {
        const { action, resId } = this.props;
        const { crm_customer_id: customerId, active_id: activeId } = action.context || {};
        return Number(resId || customerId || activeId) || false;
    }

    async load() {
        if (!this.partnerId) {
            this.env.config.setDisplayName(_t("Customer"));
            return;
        }
        this.state.page = await this.orm.call("res.partner", "get_customer_page", [
            [this.partnerId],
        ]);
        this.state.revision++;
        this.env.config.setDisplayName(this.header.name);
        this.props.updateActionState?.({ resId: this.partnerId, active_id: false });
    }

    // ---- what the page shows

    get page() {
        return this.state.page;
    }

    get header() {
        return this.page.header;
    }

    get whoSection() {
        return this.page.sections.find((section) => section.key === "who");
    }

    get cards() {
        return this.page.sections.filter((section) => section.key !== "who");
    }

    /** On a phone the figures come soon: the people of the customer wait for a click. */
    get whoRows() {
        const { rows } = this.whoSection;
        return this.env.isSmall && !this.state.allRows ? rows.slice(0, PHONE_ROWS) : rows;
    }

    get avatarUrl() {
        const unique = encodeURIComponent(this.header.unique || "");
        return `/web/image/res.partner/${this.header.id}/avatar_128?unique=${unique}`;
    }

    /** Whom a new document is for: the contact the page was opened on, if any. */
    get recipientId() {
        return this.page.contact ? this.page.contact.id : this.page.id;
    }

    // ---- keyboard

    onWindowKeydown(ev) {
        const busy = ev.target.closest?.("input, textarea, select, [contenteditable='true'], .modal");
        if (ev.key === "/" && !busy && !ev.ctrlKey && !ev.metaKey && !ev.altKey) {
            ev.preventDefault();
            this.finderRef.el?.querySelector("input")?.focus();
        }
    }

    onNoteKeydown(ev) {
        if (ev.key === "Escape") {
            this.state.writing = false;
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            this.saveNote();
        }
    }

    // ---- clicks

    follow(link) {
        return followLink(this.action, link, { onClose: () => this.load() });
    }

    openCustomer(partnerId) {
        return this.action.doAction(customerPageAction(partnerId));
    }

    openNetwork() {
        return this.action.doAction(relationNetworkAction(this.page.id));
    }

    editContact() {
        return this.follow({
            name: this.header.name,
            res_model: "res.partner",
            res_id: this.recipientId,
        });
    }

    newQuotation() {
        return this.newDocument("sale.order", _t("New quotation"), {});
    }

    newOpportunity() {
        return this.newDocument("crm.lead", _t("New opportunity"), {
            default_type: "opportunity",
        });
    }

    newDocument(resModel, name, context) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: resModel,
            views: [[false, "form"]],
            context: { default_partner_id: this.recipientId, ...context },
        });
    }

    async scheduleActivity() {
        await this.store.scheduleActivity("res.partner", [this.recipientId]);
        await this.load();
    }

    async saveNote() {
        const body = this.state.note.trim();
        if (!body) {
            return;
        }
        await this.orm.call("res.partner", "message_post", [[this.recipientId]], {
            body,
            message_type: "comment",
            subtype_xmlid: "mail.mt_note",
        });
        this.state.note = "";
        this.state.writing = false;
        this.notification.add(_t("Note logged."), { type: "success" });
        this.state.revision++;
    }
}

registry.category("actions").add("crm_base.customer_page", CustomerPage);
