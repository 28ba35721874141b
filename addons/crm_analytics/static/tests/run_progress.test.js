import { Deferred, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { RunProgress } from "@crm_analytics/run/run_progress";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";

defineMailModels();

/** A form that shows the bar of a record, or not. */
class Form extends Component {
    static components = { RunProgress };
    static props = ["record"];
    static template = xml`<RunProgress t-if="state.isShown" record="props.record" name="'progress'"/>`;

    setup() {
        this.state = useState({ isShown: true });
    }
}

/** Show the bar of a run whose record is read by a function. */
function mount(load) {
    const record = {
        data: { progress: 60, state: "running", step: "score", is_stopping: false },
        fields: { step: { selection: [["score", "Score"]] } },
        load: () => {
            expect.step("load");
            return load();
        },
    };
    return mountWithCleanup(Form, { props: { record } });
}

test("a run is looked at again after the connection was lost", async () => {
    let isLost = true;
    await mount(async () => {
        if (isLost) {
            throw new ConnectionLostError();
        }
    });
    expect(".o_mining_progress").toHaveText(/Score/);
    await advanceTime(2100);
    isLost = false;
    await advanceTime(2100);
    await advanceTime(2100);
    expect.verifySteps(["load", "load", "load"]);
});

test("nothing is looked at when the bar has gone meanwhile", async () => {
    const reading = new Deferred();
    const form = await mount(() => reading);
    await advanceTime(2100);
    form.state.isShown = false;
    await animationFrame();
    expect(".o_mining_progress").toHaveCount(0);
    reading.resolve();
    await animationFrame();
    await advanceTime(10000);
    expect.verifySteps(["load"]);
});
