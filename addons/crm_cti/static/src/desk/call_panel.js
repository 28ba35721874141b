import { Component, useEffect, useState } from "@odoo/owl";
import { serializeDate, today } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { LOOKS } from "./agent_bar";
import { Clock } from "./clock";

/** What is typed, which is kept when its field is left. */
const TYPED = ["note", "next_note"];

/** Who is on the line, and what comes of it, in a corner of whatever is on the screen. */
export class CallPanel extends Component {
    static template = "crm_cti.CallPanel";
    static components = { Clock };
    static props = {};

    setup() {
        this.desk = useState(useService("cti_desk"));
        this.phone = useState(useService("cti_phone"));
        this.state = useState({ folded: false, name: "", saving: false, form: {} });
        useEffect(
            (id) => {
                this.said = { id, values: { ...this.desk.call?.wrapup } };
                this.state.form = { ...this.said.values };
                this.state.name = "";
                this.state.folded = false;
                // The queue, or the next call, ends the work while somebody still types.
                return () => this.saveTyped();
            },
            () => [this.desk.call?.id]
        );
    }

    get call() {
        return this.desk.call;
    }

    get look() {
        return LOOKS[this.desk.agent.state];
    }

    get title() {
        return this.call.partner?.name || this.call.number;
    }

    get isRinging() {
        return this.desk.agent.state === "offered";
    }

    /** Somebody talked: there is something to say about it. */
    get hasForm() {
        return ["talking", "wrapup"].includes(this.desk.agent.state);
    }

    get canSave() {
        const { disposition_id, note } = this.state.form;
        return !this.desk.choices.dispositions.length || this.disposition
            ? !this.disposition?.needs_note || Boolean(note?.trim())
            : Boolean(disposition_id);
    }

    get disposition() {
        const { disposition_id } = this.state.form;
        return this.desk.choices.dispositions.find((one) => one.id === disposition_id);
    }

    // ---- what was said; each answer is kept at once, so that nothing typed gets lost

    async setDisposition(id) {
        const { form } = this.state;
        form.disposition_id = Number(id) || false;
        const values = { disposition_id: form.disposition_id };
        const { activity_type_id, days } = this.disposition || {};
        if (activity_type_id && !form.next_type_id && this.call.partner) {
            form.next_type_id = activity_type_id;
            form.next_date = serializeDate(today().plus({ days }));
            Object.assign(values, {
                next_type_id: form.next_type_id,
                next_date: form.next_date,
            });
        }
        await this.save(values);
    }

    setNextType(id) {
        const { form } = this.state;
        form.next_date ||= serializeDate(today().plus({ days: 1 }));
        form.next_type_id = Number(id) || false;
        return this.saveNext();
    }

    saveNext() {
        const { next_type_id, next_date, next_note } = this.state.form;
        return this.save({ next_type_id, next_date, next_note });
    }

    /** Save the words that are not kept yet, of the call that the form is about. */
    async saveTyped() {
        const { form } = this.state;
        const names = TYPED.filter((name) => form[name] !== this.said.values[name]);
        if (names.length) {
            await this.save(Object.fromEntries(names.map((name) => [name, form[name]])));
        }
    }

    async save(values, finish = false) {
        const { said } = this;
        const before = said.values;
        said.values = { ...before, ...values };
        try {
            await this.desk.save(values, finish, said.id);
        } catch (error) {
            said.values = before;
            throw error;
        }
    }

    async finish() {
        if (!this.canSave || this.state.saving || this.desk.agent.state !== "wrapup") {
            return;
        }
        this.state.saving = true;
        try {
            const { documents, ...values } = this.state.form;
            await this.save(values, true);
        } finally {
            this.state.saving = false;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.finish();
        }
    }

    // ---- the line

    async hangUp() {
        if (!this.phone.hangUp()) {
            await this.desk.hangUp();
        }
    }

    createCustomer() {
        return this.desk.createCustomer(this.state.name);
    }
}

registry.category("main_components").add("crm_cti.CallPanel", { Component: CallPanel });
