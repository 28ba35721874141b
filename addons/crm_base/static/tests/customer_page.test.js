import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { customerPageAction, followLink, linkAction } from "@crm_base/customer_page/customer_link";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const LINK = { name: "Deal", res_model: "res.partner", res_id: 5, domain: null, context: {}, url: null };

function makePage(values = {}) {
    return {
        id: 7,
        contact: false,
        header: {
            id: 7,
            name: "Acme Trading",
            is_company: true,
            active: true,
            unique: "",
            function: false,
            reference: "C-1",
            vat: false,
            since: "01/01/2026",
            salesperson: false,
            tags: [{ id: 1, name: "Dealer", color: 3 }],
            lifecycle: { key: "new", label: "New", tone: "info" },
        },
        alerts: [{ text: "Over the limit.", tone: "danger", action: null }],
        tiles: [
            { label: "Open", value: "$ 5", tone: "danger", hint: null, action: LINK, tile: 1, section: "money" },
        ],
        sections: [
            { key: "who", title: "Contact", icon: "fa-user", empty: "No phone.", action: null, metrics: [], rows: [] },
            {
                key: "orders",
                title: "Orders",
                icon: "fa-truck",
                empty: "No order.",
                action: null,
                metrics: [{ label: "Late", value: "1", tone: "danger", hint: null, action: null, on_top: false }],
                rows: [
                    {
                        title: "S00001",
                        subtitle: null,
                        value: "$ 5",
                        tone: null,
                        icon: null,
                        action: LINK,
                        steps: [
                            ["Ordered", "done", "Ordered 1 March"],
                            ["Shipped", "late", "3 days late"],
                            ["Paid", "todo", ""],
                        ],
                    },
                ],
            },
            { key: "pipeline", title: "Opportunities", icon: null, empty: "No open opportunity.", action: null, metrics: [], rows: [] },
        ],
        can: { quotation: true, opportunity: true, activity: true, note: true, edit: false },
        network: false,
        ...values,
    };
}

function makeItem(id, kind = "mail") {
    return {
        kind,
        group: kind,
        label: "Message",
        icon: "fa-envelope-o",
        tone: null,
        date: "2026-03-01 10:00:00",
        date_only: false,
        title: `Item ${id}`,
        amount: false,
        currency_id: false,
        res_model: "mail.message",
        res_id: id,
        author: "Wang Fang",
    };
}

const KINDS = [
    { kind: "mail", label: "Messages", icon: "fa-envelope-o" },
    { kind: "note", label: "Notes", icon: "fa-sticky-note-o" },
];

async function openPage(page = makePage(), timeline = () => ({ items: [], next_cursor: false, kinds: KINDS })) {
    onRpc("res.partner", "get_customer_page", ({ args }) => {
        expect.step(`page ${args[0]}`);
        return page;
    });
    onRpc("res.partner", "get_customer_timeline", ({ kwargs }) => timeline(kwargs));
    await mountWithCleanup(WebClient);
    await getService("action").doAction(customerPageAction(7));
    await animationFrame();
}

test("shows who, tiles, alerts, cards and why a card is empty", async () => {
    await openPage();
    expect.verifySteps(["page 7"]);
    expect(".o_crm_who h1").toHaveText("Acme Trading");
    expect(".o_crm_lifecycle").toHaveText("New");
    expect(".o_crm_tile").toHaveCount(1);
    expect(".o_crm_tile_value").toHaveClass("text-danger");
    expect(".o_crm_alert").toHaveText("Over the limit.");
    expect(".o_crm_section").toHaveCount(2);
    expect(".o_crm_section[data-section=pipeline] .o_crm_empty").toHaveText("No open opportunity.");
    expect(".o_crm_step").toHaveCount(3);
    expect(".o_crm_step_late").toHaveCount(1);
    expect(".o_crm_section[data-section=orders] .o_crm_line").toHaveText(/3 days late/);
    expect(".o_crm_timeline_empty").toHaveText(/Nothing has happened yet/);
    expect(".o_crm_edit").toHaveCount(0);
});

test("offers only the buttons that the reader may use", async () => {
    const can = { quotation: false, opportunity: false, activity: true, note: false, edit: false };
    await openPage(makePage({ can }));
    expect.verifySteps(["page 7"]);
    expect(".o_crm_new_quotation").toHaveCount(0);
    expect(".o_crm_new_opportunity").toHaveCount(0);
    expect(".o_crm_log_note").toHaveCount(0);
    expect(".o_crm_schedule").toHaveCount(1);
});

test("the timeline filters by kind and reads on from its cursor", async () => {
    await openPage(makePage(), ({ kinds, cursor }) => {
        expect.step(`${kinds || "all"} ${cursor || "first"}`);
        if (cursor) {
            return { items: [makeItem(3)], next_cursor: false, kinds: KINDS };
        }
        return { items: [makeItem(1), makeItem(2)], next_cursor: kinds ? false : "next", kinds: KINDS };
    });
    await runAllTimers();
    if (document.querySelector(".o_crm_more")) {
        await contains(".o_crm_more").click();
    }
    await animationFrame();
    expect.verifySteps(["page 7", "all first", "all next"]);
    expect(queryAllTexts(".o_crm_item_title")).toEqual(["Item 1", "Item 2", "Item 3"]);
    await contains(".o_crm_chip[data-kind=note]").click();
    expect.verifySteps(["note first"]);
    expect(".o_crm_chip[data-kind=note]").toHaveAttribute("aria-pressed", "true");
    expect(".o_crm_timeline_item").toHaveCount(2);
    await contains(".o_crm_clear").click();
    expect.verifySteps(["all first", ...(document.querySelector(".o_crm_more") ? [] : ["all next"])]);
});

test("keys: a slash finds a customer, arrows walk the timeline", async () => {
    await openPage(makePage(), () => ({
        items: [makeItem(1), makeItem(2)],
        next_cursor: false,
        kinds: KINDS,
    }));
    expect.verifySteps(["page 7"]);
    await press("/");
    expect(".o_crm_finder input").toBeFocused();
    await press("Escape");
    expect(".o_crm_finder input").not.toBeFocused();
    document.querySelector(".o_crm_timeline_item").focus();
    await press("ArrowDown");
    expect(".o_crm_timeline_item:eq(1)").toBeFocused();
    await press("ArrowDown");
    expect(".o_crm_timeline_item:eq(1)").toBeFocused();
    await press("Home");
    expect(".o_crm_timeline_item:eq(0)").toBeFocused();
});

test("a note is written in place and the timeline shows it", async () => {
    let read = 0;
    await openPage(makePage(), () => {
        read++;
        return { items: [], next_cursor: false, kinds: KINDS };
    });
    onRpc("res.partner", "message_post", ({ args, kwargs }) => {
        expect.step(`${args[0]} ${kwargs.body} ${kwargs.subtype_xmlid}`);
        return 1;
    });
    const before = read;
    await contains(".o_crm_log_note").click();
    expect(".o_crm_note_save").not.toBeEnabled();
    await contains(".o_crm_note textarea").edit("Likes blue");
    await contains(".o_crm_note_save").click();
    expect.verifySteps(["page 7", "7 Likes blue mail.mt_note"]);
    expect(".o_crm_note").toHaveCount(0);
    expect(read).toBe(before + 1);
});

test("a click on an item opens its document", async () => {
    mockService("action", {
        doAction(action) {
            if (action.type === "ir.actions.act_window") {
                expect.step(`open ${action.res_model} ${action.res_id}`);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    onRpc("res.partner", "get_customer_timeline_action", ({ kwargs }) => {
        expect.step(`${kwargs.res_model} ${kwargs.res_id}`);
        return { type: "ir.actions.act_window", res_model: "crm.lead", res_id: 9, views: [[false, "form"]] };
    });
    await openPage(makePage(), () => ({ items: [makeItem(1)], next_cursor: false, kinds: KINDS }));
    await contains(".o_crm_timeline_item").click();
    await contains(".o_crm_tile").click();
    expect.verifySteps(["page 7", "mail.message 1", "open crm.lead 9", "open res.partner 5"]);
});

test("without a customer the page asks for one", async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(customerPageAction(false));
    expect(".o_crm_nobody").toHaveText(/Find a customer/);
});

test("links: a record, a list, a safe address, and nothing else", async () => {
    expect(linkAction(LINK)).toMatchObject({ res_id: 5, views: [[false, "form"]] });
    expect(linkAction({ ...LINK, res_id: null, domain: [["id", "=", 1]] })).toMatchObject({
        domain: [["id", "=", 1]],
    });
    expect(linkAction({ url: "tel:1" })).toBe(null);
    patchWithCleanup(browser, { open: (url, target) => expect.step(`${url} ${target}`) });
    followLink({}, { url: "tel:+86 1" });
    followLink({}, { url: "https://acme.example" });
    followLink({}, { url: "javascript:alert(1)" });
    expect.verifySteps(["tel:+86 1 _self", "https://acme.example _blank"]);
});
