import { loadJS } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { markRaw, reactive } from "@odoo/owl";

const LIBRARY = "/crm_cti/static/lib/jssip/jssip.js";
const RING = "/mail/static/src/audio/call-invitation.mp3";
const WANTED = "crm_cti.phone";
/** The exchange may take a moment to learn a new password: so often, after so long. */
const TRIES = 6;
const PAUSE = 1000;
const MEDIA = {
    mediaConstraints: { audio: true, video: false },
    pcConfig: { iceServers: [] },
};

/**
 * The telephone in the browser. It rings in the main tab alone, and has a password that
 * the server gives anew each time it is turned on.
 */
export class Phone {
    constructor(services) {
        this.services = markRaw(services);
        this.isOn = false;
        this.isRegistered = false;
        this.isRinging = false;
        this.isTalking = false;
        /** The call goes on, but after it this phone gives way. */
        this.isLeaving = false;
        this.isAnswering = false;
        this.ua = null;
        this.user = null;
        this.session = null;
        this.audio = null;
        this.tries = 0;
        /** Of the last start; who turns the phone on leaves it where all tabs see it. */
        this.token = null;
        /** The key of the last number dialled whose call was answered here. */
        this.answered = null;
    }

    watch() {
        this.services.multi_tab.bus.addEventListener("become_main_tab", () => this.onMainTab());
        this.services.multi_tab.bus.addEventListener("no_longer_main_tab", () => this.leave());
        browser.addEventListener("pagehide", () => this.disconnect());
    }

    onMainTab() {
        // Another tab that had the phone in between made the password here void.
        const isOurs = browser.localStorage.getItem(WANTED) === this.token;
        if (isOurs && this.isRegistered) {
            this.isLeaving = false;
        }
        return this.resume();
    }

    /** Turn the phone on again after the page was loaded anew. */
    async resume() {
        const { cti_desk, multi_tab } = this.services;
        await cti_desk.loaded;
        const isWanted = browser.localStorage.getItem(WANTED) && cti_desk.choices.phone;
        if (isWanted && !this.isOn && (await multi_tab.isOnMainTab())) {
            await this.start();
        }
    }

    async start() {
        if (!(await this.services.multi_tab.isOnMainTab())) {
            this.services.notification.add(_t("The telephone rings in another tab of this browser."), {
                type: "info",
            });
            return;
        }
        if (this.isOn) {
            return;
        }
        const token = Math.random().toString(36).slice(2);
        browser.localStorage.setItem(WANTED, token);
        this.token = token;
        this.isOn = true;
        this.tries = 0;
        try {
            await loadJS(LIBRARY);
            const account = await this.services.orm.call("cti.agent", "get_phone", []);
            if (token === this.token) {
                this.connect(account);
            }
        } catch (error) {
            if (token === this.token) {
                this.disconnect();
            }
            throw error;
        }
    }

    stop() {
        browser.localStorage.removeItem(WANTED);
        this.disconnect();
    }

    /**
     * Turn off, after the call if there is one: a page that stands still for seconds, as
     * while it prints, is no longer the main tab.
     */
    leave() {
        if (this.session) {
            this.isLeaving = true;
        } else {
            this.disconnect();
        }
    }

    disconnect() {
        const { ua } = this;
        this.ua = this.token = null; // a start that is under way comes to nothing
        this.isOn = this.isRegistered = this.isLeaving = false;
        ua?.stop();
        this.clear();
    }

    connect({ url, uri, user, password }) {
        const { JsSIP } = window;
        const ua = new JsSIP.UA({
            sockets: [new JsSIP.WebSocketInterface(url)],
            uri,
            authorization_user: user,
            password,
            session_timers: false,
        });
        ua.on("registered", () => this.onRegistered(ua, true));
        ua.on("unregistered", () => this.onRegistered(ua, false));
        ua.on("registrationFailed", (failure) => this.onRefused(ua, failure.cause));
        ua.on("newRTCSession", ({ session, originator }) => {
            if (originator === "remote") {
                this.onCall(session);
            }
        });
        this.ua = markRaw(ua);
        this.user = user;
        ua.start();
    }

    onRegistered(ua, isRegistered) {
        if (ua === this.ua) {
            this.tries = isRegistered ? 0 : this.tries;
            this.isRegistered = isRegistered;
        }
    }

    onRefused(ua, cause) {
        if (ua !== this.ua) {
            return;
        }
        this.isRegistered = false;
        if (this.isLeaving) {
            return;
        }
        if (this.tries++ < TRIES) {
            browser.setTimeout(() => ua === this.ua && ua.register(), PAUSE);
            return;
        }
        this.leave();
        this.services.notification.add(_t("The exchange does not accept the telephone: %s", cause), {
            type: "danger",
        });
    }

    onCall(session) {
        if (this.session) {
            session.terminate({ status_code: 486 });
            return;
        }
        this.session = markRaw(session);
        this.isRinging = true;
        session.on("accepted", () => {
            this.isRinging = false;
            this.isTalking = true;
            this.silence();
        });
        session.on("ended", () => this.clear());
        session.on("failed", () => this.clear());
        session.on("getusermediafailed", () =>
            this.services.notification.add(_t("Allow the browser to use the microphone, then answer."), {
                type: "danger",
            })
        );
        const { dialled } = this.services.cti_desk;
        const isOwn = session.remote_identity.uri.user === this.user;
        if (dialled && isOwn && dialled.key !== this.answered) {
            // The agent asked for this call: the exchange rings him first, in his own name.
            this.answered = dialled.key;
            this.answer();
        } else {
            this.ring();
        }
    }

    answer() {
        const { session } = this;
        if (!session || this.isAnswering) {
            return; // the browser may still ask for the microphone
        }
        this.isAnswering = true;
        session.answer(MEDIA);
        session.connection.addEventListener("track", ({ streams }) => {
            const [stream] = streams;
            this.play(stream);
        });
    }

    play(stream) {
        this.silence();
        this.audio = markRaw(new Audio());
        this.audio.autoplay = true;
        this.audio.srcObject = stream;
    }

    ring() {
        this.audio = markRaw(new Audio(RING));
        this.audio.loop = true;
        // Without a click on the page before, browsers refuse to make a sound.
        this.audio.play().catch(() => {});
    }

    silence() {
        if (this.audio && !this.audio.srcObject) {
            this.audio.pause();
            this.audio = null;
        }
    }

    /** End the call of this phone; false when it has none. */
    hangUp() {
        if (!this.session) {
            return false;
        }
        this.session.terminate();
        return true;
    }

    clear() {
        this.audio?.pause();
        this.audio = null;
        this.session = null;
        this.isRinging = this.isTalking = this.isAnswering = false;
        if (this.isLeaving) {
            this.disconnect();
            this.resume();
        }
    }
}

export const phoneService = {
    dependencies: ["cti_desk", "multi_tab", "notification", "orm"],
    start(env, services) {
        const phone = reactive(new Phone(services));
        phone.watch();
        phone.resume();
        return phone;
    },
};

registry.category("services").add("cti_phone", phoneService);
