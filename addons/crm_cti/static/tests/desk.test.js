import { expect, test } from "@odoo/hoot";
import { press, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { followLink } from "@crm_base/customer_page/customer_link";
import { formatSeconds } from "@crm_cti/desk/clock";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const CHOICES = {
    reasons: [{ id: 1, name: "Meal" }],
    dispositions: [
        { id: 1, name: "Solved", needs_note: false, activity_type_id: false, days: 1 },
        { id: 2, name: "Complaint", needs_note: true, activity_type_id: false, days: 1 },
        { id: 3, name: "Call again", needs_note: false, activity_type_id: 4, days: 2 },
    ],
    activity_types: [{ id: 4, name: "Call" }],
    tasks: 3,
    phone: false,
};

function makeAgent(state, values = {}) {
    return {
        id: 1,
        version: 1,
        name: "Zhao Min",
        extension: "1001",
        state,
        resume: "ready",
        reason: false,
        since: "2026-03-02 08:00:00",
        wrapup_until: false,
        degraded: false,
        ...values,
    };
}

function makeCall(values = {}) {
    return {
        id: 7,
        number: "+8613800138000",
        direction: "in",
        state: "offered",
        queue: "Support",
        since: "2026-03-02 08:00:00",
        partner: { id: 5, name: "Acme Trading" },
        matches: [],
        wrapup: {
            disposition_id: false,
            note: "",
            next_type_id: false,
            next_date: "",
            next_note: "",
            documents: [{ key: "quotation", label: "Quotation" }],
        },
        ...values,
    };
}

/** Start the client as an agent for whom the server knows this. */
async function openDesk(first, { isMainTab = true, isAgent = true } = {}) {
    const server = { desk: first, reads: 0 };
    patchWithCleanup(user, { hasGroup: async (group) => group.startsWith("crm_cti.") && isAgent });
    onRpc("cti.agent", "get_desk", () => {
        server.reads++;
        return { ...server.desk, ...CHOICES };
    });
    mockService("action", {
        doAction(action) {
            expect.step(`open ${action.tag || action.res_model || action} ${action.context?.active_id || ""}`.trim());
        },
    });
    mockService("multi_tab", {
        bus: new EventTarget(),
        isOnMainTab: async () => isMainTab,
        unregister() {},
    });
    await mountWithCleanup(WebClient);
    await animationFrame();
    if (isAgent) {
        await waitFor(".o_cti_bar_button");
    }
    if (first.call) {
        await waitFor(".o_cti_panel");
    }
    return Object.assign(server, { say: (desk) => getService("cti_desk").apply(desk) });
}

test("a call that rings shows its customer, once", async () => {
    const server = await openDesk({ agent: makeAgent("ready"), call: false });
    expect.verifySteps([]);
    expect(".o_cti_panel").toHaveCount(0);
    await server.say({ agent: makeAgent("offered"), call: makeCall() });
    await server.say({ agent: makeAgent("offered"), call: makeCall() });
    await animationFrame();
    expect.verifySteps(["open crm_base.customer_page 5"]);
    expect(".o_cti_panel .o_cti_title").toHaveText("Acme Trading");
    expect(".o_cti_panel").toHaveAttribute("data-state", "offered");
});

test("only the main tab opens the page", async () => {
    const server = await openDesk(
        { agent: makeAgent("ready"), call: false },
        { isMainTab: false }
    );
    await server.say({ agent: makeAgent("offered"), call: makeCall() });
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_cti_panel").toHaveCount(1);
});

test("after a lost link the desk is read again, and nothing older wins", async () => {
    const server = await openDesk({ agent: makeAgent("ready"), call: false });
    server.desk = { agent: makeAgent("offered", { version: 3 }), call: makeCall() };
    const before = server.reads;
    getService("bus_service").trigger("BUS:RECONNECT");
    await waitFor(".o_cti_panel");
    expect(server.reads).toBeGreaterThan(before);
    expect.verifySteps(["open crm_base.customer_page 5"]);
    await server.say({ agent: makeAgent("ready", { version: 2 }), call: false });
    await animationFrame();
    expect(".o_cti_panel").toHaveCount(1);
});

test("who is no agent has no bar and asks nothing", async () => {
    const server = await openDesk({}, { isAgent: false });
    expect(server.reads).toBe(0);
    expect(".o_cti_bar").toHaveCount(0);
});

test("states: the bar says them, a choice during a call is for afterwards", async () => {
    onRpc("cti.agent", "set_state", ({ args }) => {
        expect.step(args.join(" "));
        server.desk.agent = makeAgent("talking", { resume: "away", reason: "Meal" });
        return server.desk;
    });
    const server = await openDesk({ agent: makeAgent("talking"), call: makeCall({ state: "talking" }) });
    expect(".o_cti_bar_button").toHaveAttribute("data-state", "talking");
    await contains(".o_cti_bar_button").click();
    expect(".o_cti_ready").toHaveClass("active");
    expect(".o_cti_tasks .badge").toHaveText("3");
    await contains(".o_cti_away").click();
    await contains(".o_cti_bar_button").click();
    expect(".o_cti_away").toHaveClass("active");
    expect.verifySteps(["away 1"]);
});

test("several customers of one number are listed and one is chosen", async () => {
    onRpc("cti.call", "set_customer", ({ args }) => {
        expect.step(`customer ${args[1]}`);
        server.desk.call = makeCall({ partner: { id: 9, name: "Borealis" } });
        return server.desk.call;
    });
    const matches = [
        { model: "res.partner", id: 5, name: "Acme", detail: false },
        { model: "res.partner", id: 9, name: "Borealis", detail: "Beijing" },
        { model: "crm.lead", id: 3, name: "Wants chairs", detail: false },
    ];
    const server = await openDesk({
        agent: makeAgent("offered"),
        call: makeCall({ partner: false, matches }),
    });
    expect(".o_cti_match").toHaveCount(3);
    await contains(".o_cti_match:eq(2)").click();
    await contains(".o_cti_match:eq(1)").click();
    expect.verifySteps([
        "open crm.lead",
        "customer 9",
        "open crm_base.customer_page 9",
    ]);
    expect(".o_cti_title").toHaveText("Borealis");
});

test("an unknown caller is made a customer", async () => {
    onRpc("cti.call", "create_customer", ({ args }) => {
        expect.step(`create ${args[1]}`);
        server.desk.call = makeCall({ partner: { id: 9, name: args[1] } });
        return server.desk.call;
    });
    const server = await openDesk({ agent: makeAgent("offered"), call: makeCall({ partner: false }) });
    expect(".o_cti_create").not.toBeEnabled();
    await contains(".o_cti_name").edit("Chen Chen", { confirm: false });
    await contains(".o_cti_create").click();
    expect.verifySteps(["create Chen Chen", "open crm_base.customer_page 9"]);
});

test("wrap-up: each answer is kept, and what is missing holds it open", async () => {
    const call = makeCall({ state: "wrapup" });
    onRpc("cti.call", "save_wrapup", ({ args }) => {
        const [, values, finish] = args;
        expect.step(`${values.disposition_id || ""} ${values.note || ""} ${finish}`);
        const done = { agent: makeAgent("ready"), call: false };
        const still = { agent: makeAgent("wrapup"), call: { ...call, wrapup: { ...call.wrapup, ...values } } };
        // The desk may be read again at any time: it says the same.
        server.desk = finish ? done : still;
        return server.desk;
    });
    const server = await openDesk({ agent: makeAgent("wrapup"), call });
    expect(".o_cti_finish").not.toBeEnabled();
    await contains(".o_cti_disposition").select("2");
    expect(".o_cti_finish").not.toBeEnabled();
    await contains(".o_cti_note").edit("The lamp is dark", { confirm: "blur" });
    await contains(".o_cti_note").focus();
    expect(".o_cti_finish").toBeEnabled();
    await press(["ctrl", "Enter"]);
    await waitForNone(".o_cti_panel");
    expect.verifySteps([
        "2  false",
        " The lamp is dark false",
        "2 The lamp is dark true",
    ]);
});

test("what is still typed is kept when the work ends by itself", async () => {
    const call = makeCall({ state: "wrapup" });
    onRpc("cti.call", "save_wrapup", ({ args }) => {
        const [[id], values, finish] = args;
        expect.step(`${id} ${Object.keys(values)} ${values.note} ${finish}`);
        return server.desk;
    });
    const server = await openDesk({ agent: makeAgent("wrapup"), call });
    await contains(".o_cti_note").edit("The lamp", { confirm: false });
    server.desk = { agent: makeAgent("talking"), call: makeCall({ id: 8, state: "talking" }) };
    await server.say(server.desk);
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["7 note The lamp false"]);
    expect(".o_cti_note").toHaveValue("");
    await contains(".o_cti_note").edit("The chair", { confirm: false });
    server.desk = { agent: makeAgent("ready"), call: false };
    await server.say(server.desk);
    await waitForNone(".o_cti_panel");
    await animationFrame();
    expect.verifySteps(["8 note The chair false"]);
});

test("a disposition proposes the next action", async () => {
    const call = makeCall({ state: "wrapup" });
    onRpc("cti.call", "save_wrapup", ({ args }) => {
        expect.step(Object.keys(args[1]).sort().join(" "));
        return { agent: makeAgent("wrapup"), call };
    });
    await openDesk({ agent: makeAgent("wrapup"), call });
    await contains(".o_cti_disposition").select("3");
    expect(".o_cti_next").toHaveValue("4");
    expect(".o_cti_next_date").toHaveCount(1);
    expect.verifySteps(["disposition_id next_date next_type_id"]);
});

test("numbers: a click dials, a double click once, a refusal is told", async () => {
    const keys = new Set();
    onRpc("cti.agent", "dial", ({ args }) => {
        expect.step(`dial ${args[0]}`);
        keys.add(args[1]);
        return { number: args[0], refusal: args[0].startsWith("+1") ? "Not there." : false };
    });
    await openDesk({ agent: makeAgent("ready"), call: false });
    const desk = getService("cti_desk");
    await desk.dial("138");
    await desk.dial("138");
    expect(keys.size).toBe(1);
    await waitFor(".o_cti_dialling");
    expect(".o_cti_dialling").toHaveText(/138/);
    followLink({}, { url: "tel:+12125550123" });
    await waitFor(".o_notification");
    expect(".o_notification").toHaveText(/Not there/);
    expect.verifySteps(["dial 138", "dial 138", "dial +12125550123"]);
});

test("a clock", () => {
    expect(formatSeconds(0)).toBe("00:00");
    expect(formatSeconds(-5)).toBe("00:00");
    expect(formatSeconds(75.9)).toBe("01:15");
    expect(formatSeconds(3661)).toBe("1:01:01");
});
