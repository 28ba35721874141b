import { expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class CtiSound extends models.Model {
    _name = "cti.sound";

    recorded = fields.Datetime();
    seconds = fields.Integer();
    deleted = fields.Datetime();

    _records = [
        { id: 1, recorded: "2026-03-02 08:00:00", seconds: 65 },
        { id: 2, recorded: "2026-03-02 09:00:00", seconds: 7, deleted: "2026-06-02 08:00:00" },
    ];
}

class CtiTask extends models.Model {
    _name = "cti.task";

    sound_ids = fields.Many2many({ relation: "cti.sound" });

    _records = [{ id: 1, sound_ids: [1, 2] }];
}

defineMailModels();
defineModels([CtiSound, CtiTask]);

/** Show something to somebody who is no agent. */
async function mount(params) {
    onRpc("cti.agent", "get_desk", () => false);
    await mountView(params);
}

test("a task plays what its callers said, and fetches nothing by itself", async () => {
    await mount({
        type: "form",
        resModel: "cti.task",
        resId: 1,
        arch: `<form><field name="sound_ids" widget="cti_player_list"/></form>`,
    });
    expect(queryAllTexts(".o_cti_player .o_cti_time")).toEqual(["01:05", "00:07"]);
    expect(queryAllAttributes(".o_cti_player audio", "src")).toEqual(["/crm_cti/sound/1"]);
    expect(".o_cti_player audio").toHaveAttribute("preload", "none");
    expect(".o_cti_player li:last-child").toHaveText(/deleted/);
});

test("a message plays itself", async () => {
    await mount({
        type: "form",
        resModel: "cti.sound",
        resId: 1,
        arch: `<form><field name="seconds" widget="cti_player"/></form>`,
    });
    expect(".o_cti_player audio").toHaveCount(1);
    expect(queryAllTexts(".o_cti_player .o_cti_time")).toEqual(["01:05"]);
});

test("durations are minutes and seconds, their sum as well", async () => {
    await mount({
        type: "list",
        resModel: "cti.sound",
        arch: `<list><field name="seconds" widget="cti_duration" sum="Length"/></list>`,
    });
    expect(queryAllTexts(".o_data_row td[name=seconds]")).toEqual(["01:05", "00:07"]);
    expect(".o_list_footer .o_list_number").toHaveText("01:12");
});
