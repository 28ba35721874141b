import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class CtiCall extends models.Model {
    _name = "cti.call";

    number = fields.Char();

    _records = [{ id: 1, number: "13800138000" }];
    _views = {
        list: `<list js_class="cti_waiting_list"><field name="number"/></list>`,
    };
}

defineMailModels();
defineModels([CtiCall]);

/** Show who waits, to somebody who is no agent. */
async function mount() {
    onRpc("cti.agent", "get_desk", () => false);
    await mountView({ type: "list", resModel: "cti.call" });
}

/** Let some seconds pass and give the numbers on the screen. */
async function look() {
    await advanceTime(3100);
    await animationFrame();
    return queryAllTexts(".o_data_row td[name=number]");
}

test("who waits is read again by itself", async () => {
    await mount();
    expect(await look()).toEqual(["13800138000"]);
    MockServer.env["cti.call"].create({ number: "13900139000" });
    expect(await look()).toEqual(["13800138000", "13900139000"]);
    MockServer.env["cti.call"].unlink([1]);
    expect(await look()).toEqual(["13900139000"]);
});

test("lines that somebody has marked stay", async () => {
    await mount();
    await contains(".o_data_row .o_list_record_selector input").click();
    MockServer.env["cti.call"].create({ number: "13900139000" });
    expect(await look()).toEqual(["13800138000"]);
});
