import { Component, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CallbackRecorder, useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DeskCustomer } from "./desk_customer";
import { DeskDeadline } from "./desk_deadline";
import { DeskTicket } from "./desk_ticket";

const TICKETS = 80;
const FIELDS = ["number", "name", "partner_id", "state", "priority", "sla_deadline", "user_id"];
/** The queues of an agent; a ticket is in what it takes to do something. */
const QUEUES = [
    {
        key: "mine",
        label: _t("Mine"),
        domain: () => [["user_id", "=", user.userId]],
        empty: _t("You have no ticket to work on. Take one that nobody has."),
    },
    {
        key: "nobody",
        label: _t("Nobody's"),
        domain: () => [["user_id", "=", false]],
        empty: _t("Every ticket has somebody who works on it."),
    },
    {
        key: "all",
        label: _t("All"),
        domain: () => [],
        empty: _t("There is nothing to do."),
    },
];
/** What is asked of the server about tickets without a change of the queue. */
const READS = /^(web_read|web_search_read|search_|read|get_|name_search|onchange|has_access)/;

/** Queue, ticket, customer, knowledge and macros on one screen. */
export class ServiceDesk extends Component {
    static template = "crm_service.Desk";
    static components = { DeskCustomer, DeskDeadline, DeskTicket, Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Desk");
    static path = "service-desk";

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.queues = QUEUES;
        this.queueRef = useRef("queue");
        this.state = useState({
            queue: "mine",
            tickets: [],
            counts: {},
            ticketId: false,
            revision: 0,
            macros: [],
        });
        this.refreshSoon = useDebounced(() => this.loadQueue(), 300);
        useBus(rpcBus, "RPC:RESPONSE", ({ detail }) => this.onAnswer(detail));
        useHotkey("alt+arrowdown", () => this.step(1), OPTIONS);
        useHotkey("alt+arrowup", () => this.step(-1), OPTIONS);
        useSetupAction({ beforeLeave: () => this.saveTicket() });
        const everyMinute = setInterval(() => this.loadQueue(), 60000);
        onWillUnmount(() => clearInterval(everyMinute));
        onWillStart(() => this.start());
    }

    async start() {
        this.env.config.setDisplayName(_t("Desk"));
        const [macros] = await Promise.all([
            this.orm.searchRead("service.macro", [], ["name"], { limit: 9 }),
            this.loadQueue(),
        ]);
        this.state.macros = macros;
        if (!this.state.tickets.length && this.state.counts.nobody) {
            this.state.queue = "nobody";
            await this.loadQueue();
        }
        if (!this.env.isSmall) {
            this.show(this.state.tickets[0]?.id || false);
        }
    }

    // ---- the queue

    get currentQueue() {
        return this.queues.find((queue) => queue.key === this.state.queue);
    }

    domainOf(queue) {
        return [["is_active", "=", true], ...queue.domain()];
    }

    async loadQueue() {
        const wanted = this.currentQueue;
        const [tickets, ...counts] = await Promise.all([
            this.orm.silent.searchRead("service.ticket", this.domainOf(wanted), FIELDS, {
                limit: TICKETS,
                order: "sla_deadline, priority desc, id",
            }),
            ...this.queues.map((queue) =>
                this.orm.silent.searchCount("service.ticket", this.domainOf(queue))
            ),
        ]);
        if (wanted === this.currentQueue) {
            this.state.tickets = tickets.map((ticket) => ({
                ...ticket,
                deadline: ticket.sla_deadline && deserializeDateTime(ticket.sla_deadline),
            }));
        }
        this.queues.forEach((queue, place) => (this.state.counts[queue.key] = counts[place]));
    }

    async chooseQueue(key) {
        this.state.queue = key;
        await this.loadQueue();
    }

    /** Somebody did something to a ticket: the queue may be another one now. */
    onAnswer({ data, settings }) {
        const { model, method } = data?.params || {};
        if (model === "service.ticket" && !settings?.silent && !READS.test(method)) {
            this.refreshSoon();
        }
    }

    async step(by) {
        const { tickets, ticketId } = this.state;
        const place = tickets.findIndex((ticket) => ticket.id === ticketId);
        const next = tickets[place < 0 ? 0 : place + by];
        if (next) {
            await this.choose(next.id);
            this.queueRef.el?.querySelector(".active")?.scrollIntoView({ block: "nearest" });
        }
    }

    // ---- the ticket

    async choose(ticketId) {
        if (this.env.isSmall) {
            return this.openTicket(ticketId);
        }
        if (await this.saveTicket()) {
            this.show(ticketId);
        }
    }

    show(ticketId) {
        this.beforeLeave = new CallbackRecorder();
        this.state.ticketId = ticketId;
        this.state.revision++;
    }

    /** Save what was typed into the form; false when it cannot be saved as it is. */
    async saveTicket() {
        const callbacks = this.beforeLeave?.callbacks || [];
        const answers = await Promise.all(callbacks.map((callback) => callback()));
        return !answers.includes(false);
    }

    get currentTicket() {
        return this.state.tickets.find((ticket) => ticket.id === this.state.ticketId);
    }

    get viewProps() {
        return {
            type: "form",
            resModel: "service.ticket",
            resId: this.state.ticketId,
            display: { controlPanel: false },
            context: {},
            __beforeLeave__: this.beforeLeave,
        };
    }

    openTicket(ticketId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "service.ticket",
            res_id: ticketId,
            views: [[false, "form"]],
        });
    }

    async take() {
        await this.saveTicket();
        await this.orm.write("service.ticket", [this.state.ticketId], { user_id: user.userId });
        this.show(this.state.ticketId);
    }

    async apply(macro) {
        if (!(await this.saveTicket())) {
            return;
        }
        await this.orm.call("service.macro", "action_apply", [[macro.id]], {
            context: { service_ticket_ids: [this.state.ticketId] },
        });
        this.refreshSoon();
        this.show(this.state.ticketId);
    }
}

const OPTIONS = { bypassEditableProtection: true, allowRepeat: true };

registry.category("actions").add("crm_service.desk", ServiceDesk);
