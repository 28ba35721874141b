import { customerPageAction } from "@crm_base/customer_page/customer_link";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Mutex } from "@web/core/utils/concurrency";
import { markRaw, reactive } from "@odoo/owl";

const GROUP = "crm_cti.crm_cti_group_user";
/** For so long clicks on the same number are one, in milliseconds. */
const DOUBLE_CLICK = 10000;

/**
 * What an agent does and whom he has on the line: told by the bus, read again whenever
 * the link was lost, and shown by the bar and the panel.
 */
export class Desk {
    constructor(services) {
        this.services = markRaw(services);
        this.mutex = markRaw(new Mutex());
        this.agent = null;
        this.call = null;
        this.choices = {
            reasons: [],
            dispositions: [],
            activity_types: [],
            tasks: 0,
            phone: false,
        };
        this.dialled = null;
        this.popped = null;
        /** Settled when it is known whether the user is an agent. */
        this.loaded = null;
    }

    async start() {
        if (!(await user.hasGroup(GROUP))) {
            return;
        }
        this.services.bus_service.subscribe("crm_cti.desk", (desk) => this.apply(desk));
        this.services.bus_service.addEventListener("BUS:CONNECT", () => this.load());
        this.services.bus_service.addEventListener("BUS:RECONNECT", () => this.load());
        await this.load();
    }

    async load() {
        const desk = await this.services.orm.silent.call("cti.agent", "get_desk", []);
        if (desk) {
            const { agent, call, ...choices } = desk;
            this.choices = choices;
            await this.apply({ agent, call });
        }
    }

    /** Take what the server says, unless something newer is known already. */
    async apply(desk) {
        if (!desk || (this.agent && desk.agent.version < this.agent.version)) {
            return;
        }
        this.agent = desk.agent;
        this.call = desk.call || null;
        if (this.call) {
            this.dialled = null;
        }
        if (this.call && this.agent.state === "offered") {
            await this.pop();
        }
    }

    /** Bring the customer's page to the screen: once a call, in one tab, over no dialog. */
    async pop() {
        const { id, partner } = this.call;
        if (this.popped === id) {
            return;
        }
        this.popped = id;
        const isMain = await this.services.multi_tab.isOnMainTab();
        if (isMain && partner && !document.querySelector(".o_dialog")) {
            await this.openCustomer(partner.id);
        }
    }

    openCustomer(partnerId) {
        return this.services.action.doAction(customerPageAction(partnerId));
    }

    // ---- state

    async setState(state, reasonId = false) {
        const desk = await this.services.orm.call("cti.agent", "set_state", [state, reasonId]);
        await this.apply(desk);
    }

    // ---- calls out

    get canDial() {
        return Boolean(this.agent) && this.agent.state !== "offline";
    }

    /** Dial a number; a second click on it within some seconds is the same click. */
    async dial(number) {
        const now = Date.now();
        if (this.dialled?.number !== number || now - this.dialled.at > DOUBLE_CLICK) {
            this.dialled = { number, at: now, key: `${now}-${Math.random().toString(36).slice(2, 10)}` };
        }
        const dialled = this.dialled;
        try {
            const answer = await this.services.orm.call("cti.agent", "dial", [number, dialled.key]);
            if (answer.refusal) {
                this.dialled = null;
                this.services.notification.add(answer.refusal, { type: "warning", title: _t("Not dialled") });
            } else {
                browser.setTimeout(() => this.forget(dialled), 3 * DOUBLE_CLICK);
            }
        } catch (error) {
            this.dialled = null;
            throw error;
        }
    }

    forget(dialled) {
        if (this.dialled?.key === dialled.key) {
            this.dialled = null;
        }
    }

    hangUp() {
        return this.services.orm.call("cti.agent", "hang_up", []);
    }

    // ---- what came of the call

    /** Keep what was said; one answer is written after the other. */
    save(values, finish = false, id = this.call.id) {
        return this.mutex.exec(async () => {
            const args = [[id], values, finish];
            await this.apply(await this.services.orm.call("cti.call", "save_wrapup", args));
        });
    }

    async setCustomer(partnerId) {
        this.call = await this.services.orm.call("cti.call", "set_customer", [[this.call.id], partnerId]);
        await this.openCustomer(partnerId);
    }

    async createCustomer(name) {
        this.call = await this.services.orm.call("cti.call", "create_customer", [[this.call.id], name]);
        await this.openCustomer(this.call.partner.id);
    }

    async createDocument(key) {
        const action = await this.services.orm.call("cti.call", "action_create_document", [
            [this.call.id],
            key,
        ]);
        return this.services.action.doAction(action);
    }

    openMatch({ model, id }) {
        if (model === "res.partner") {
            return this.setCustomer(id);
        }
        return this.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openTasks() {
        return this.services.action.doAction("crm_cti.cti_task_action", {
            additionalContext: { search_default_mine: 1 },
        });
    }
}

export const deskService = {
    dependencies: ["action", "bus_service", "multi_tab", "notification", "orm"],
    start(env, services) {
        const desk = reactive(new Desk(services));
        desk.loaded = desk.start();
        dialLinks(desk);
        return desk;
    },
};

/** Let a click on any telephone number dial, while its reader is an agent at work. */
function dialLinks(desk) {
    const open = (url) => {
        if (desk.canDial) {
            desk.dial(decodeURIComponent(url.slice("tel:".length)));
        }
        return desk.canDial;
    };
    registry.category("crm_base.url_openers").add("tel", open, { force: true });
    browser.addEventListener(
        "click",
        (ev) => {
            const anchor = ev.target.closest?.("a[href^='tel:']");
            if (anchor && open(anchor.getAttribute("href"))) {
                ev.preventDefault();
                ev.stopPropagation();
            }
        },
        { capture: true }
    );
}

registry.category("services").add("cti_desk", deskService);
