import { after, expect, test } from "@odoo/hoot";
import { tick } from "@odoo/hoot-mock";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { assets } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { Deferred } from "@web/core/utils/concurrency";
import { Phone } from "@crm_cti/phone/phone_service";
import { reactive } from "@odoo/owl";

const ACCOUNT = { url: "ws://pbx/ws", uri: "sip:1001@pbx", user: "1001", password: "secret" };

class Emitter {
    constructor() {
        this.listeners = {};
    }

    on(name, listener) {
        this.listeners[name] = listener;
    }

    emit(name, event) {
        this.listeners[name]?.(event);
    }
}

class Session extends Emitter {
    constructor(number) {
        super();
        this.remote_identity = { uri: { user: number } };
        this.connection = new EventTarget();
    }

    answer() {
        expect.step("answer");
    }

    terminate() {
        expect.step("terminate");
        this.emit("ended");
    }
}

/** A phone of an agent, with an exchange that is not there. */
function makePhone({ getPhone = async () => ACCOUNT, dialled = null } = {}) {
    const agents = [];
    class UA extends Emitter {
        constructor() {
            super();
            agents.push(this);
        }

        start() {
            expect.step("on");
        }

        stop() {
            expect.step("off");
        }

        register() {
            expect.step("register");
        }
    }
    window.JsSIP = { UA, WebSocketInterface: class {} };
    after(() => delete window.JsSIP);
    patchWithCleanup(assets, { loadJS: async () => {} });
    const bus = new EventTarget();
    const tab = {
        isMain: true,
        say(name) {
            tab.isMain = name === "become_main_tab";
            bus.dispatchEvent(new Event(name));
        },
    };
    const phone = reactive(
        new Phone({
            cti_desk: { loaded: Promise.resolve(), choices: { phone: true }, dialled },
            multi_tab: { bus, isOnMainTab: async () => tab.isMain },
            notification: { add: () => expect.step("told") },
            orm: { call: getPhone },
        })
    );
    Object.assign(phone, { ring: () => expect.step("ring") });
    phone.watch();
    const ring = (number) => {
        const session = new Session(number);
        agents.at(-1).emit("newRTCSession", { session, originator: "remote" });
        return session;
    };
    return { agents, phone, ring, tab };
}

test("a tab that is no longer the main one ends its call first", async () => {
    const { phone, ring, tab } = makePhone();
    await phone.start();
    const session = ring("13800138000");
    tab.say("no_longer_main_tab");
    expect.verifySteps(["on", "ring"]);
    session.emit("ended");
    await tick();
    expect.verifySteps(["off"]);
    expect(phone.isOn).toBe(false);
    expect(phone.isLeaving).toBe(false);
});

test("a tab that was slow for a moment keeps its phone", async () => {
    const { agents, phone, ring, tab } = makePhone();
    await phone.start();
    agents[0].emit("registered");
    const session = ring("13800138000");
    tab.say("no_longer_main_tab");
    tab.say("become_main_tab");
    session.emit("ended");
    await tick();
    expect(phone.isOn).toBe(true);
    expect.verifySteps(["on", "ring"]);
});

test("a tab whose phone another one had takes it back after the call", async () => {
    const { agents, phone, ring, tab } = makePhone();
    await phone.start();
    agents[0].emit("registered");
    const session = ring("13800138000");
    tab.say("no_longer_main_tab");
    browser.localStorage.setItem("crm_cti.phone", "of the other tab");
    tab.say("become_main_tab");
    session.emit("ended");
    await tick();
    expect(phone.isOn).toBe(true);
    expect.verifySteps(["on", "ring", "off", "on"]);
});

test("a phone that the exchange accepts no more ends its call first", async () => {
    const { agents, phone, ring } = makePhone();
    await phone.start();
    const session = ring("13800138000");
    for (let number = 0; number <= 6; number++) {
        agents[0].emit("registrationFailed", { cause: "Rejected" });
    }
    expect.verifySteps(["on", "ring", "told"]);
    session.emit("ended");
    await tick();
    expect.verifySteps(["off", "on"]);
});

test("only the call that was asked for is answered by itself, once", async () => {
    const { phone, ring } = makePhone({ dialled: { number: "138", key: "a" } });
    await phone.start();
    ring("13800138000").emit("failed");
    ring("1002").emit("failed");
    expect.verifySteps(["on", "ring", "ring"]);
    ring("1001").emit("ended");
    ring("1001");
    expect.verifySteps(["answer", "ring"]);
});

test("a second click does not answer twice", async () => {
    const { phone, ring } = makePhone();
    phone.answer();
    await phone.start();
    const session = ring("13800138000");
    phone.answer();
    phone.answer();
    expect.verifySteps(["on", "ring", "answer"]);
    session.emit("failed");
    ring("13800138000");
    phone.answer();
    expect.verifySteps(["ring", "answer"]);
});

test("a phone that is turned off while it starts stays off", async () => {
    const asked = new Deferred();
    const { phone } = makePhone({ getPhone: () => asked });
    const started = phone.start();
    await tick();
    phone.stop();
    asked.resolve(ACCOUNT);
    await started;
    expect(phone.ua).toBe(null);
    expect(phone.isOn).toBe(false);
    expect.verifySteps([]);
});

test("a phone that could not start is off, and may start again", async () => {
    let isLinked = false;
    const getPhone = async () => {
        if (!isLinked) {
            throw new Error("no link");
        }
        return ACCOUNT;
    };
    const { phone } = makePhone({ getPhone });
    await expect(phone.start()).rejects.toThrow("no link");
    expect(phone.isOn).toBe(false);
    isLinked = true;
    await phone.resume();
    expect(phone.isOn).toBe(true);
    expect.verifySteps(["on"]);
});
