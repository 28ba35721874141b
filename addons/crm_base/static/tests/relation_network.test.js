import { expect, test } from "@odoo/hoot";
import { hover, leave, press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { RelationNetworkCard } from "@crm_base/relation_network/relation_network_card";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

defineMailModels();

const NETWORK = {
    nodes: [
        { id: 1, name: "Acme", is_company: true, stage: false, depth: 0 },
        { id: 2, name: "Borealis", is_company: true, stage: false, depth: 1 },
        { id: 3, name: "王芳", is_company: false, stage: false, depth: 1 },
    ],
    edges: [
        { source: 1, target: 2, type: 4, label: "dealer of", inverse: "supplied by" },
        { source: 3, target: 1, type: 5, label: "refers", inverse: "referred by" },
    ],
    truncated: true,
};

async function mountCard(network = NETWORK) {
    onRpc("res.partner", "get_relation_network", ({ args, kwargs }) => {
        expect.step(`${args[0]} depth ${kwargs.depth}`);
        return network;
    });
    await mountWithCleanup(RelationNetworkCard, {
        props: { partnerId: 1, onOpen: (id) => expect.step(`open ${id}`) },
    });
}

test("draws nodes and edges with direction, and says when more exist", async () => {
    await mountCard();
    expect.verifySteps(["1 depth 1"]);
    expect(".o_crm_node").toHaveCount(3);
    expect(".o_crm_node_root").toHaveCount(1);
    expect(".o_crm_node_person circle").toHaveCount(1);
    expect(".o_crm_node_company rect").toHaveCount(2);
    expect(queryAllTexts(".o_crm_edge_label")).toEqual(["dealer of", "refers"]);
    expect(".o_crm_edge_line[marker-end]").toHaveCount(2);
    expect("figcaption").toHaveText(/Only the nearest are shown/);
});

test("hover shows the relation, a click and a key open the customer", async () => {
    await mountCard();
    await hover(".o_crm_node[data-id='3']");
    await animationFrame();
    expect(".o_crm_network_caption").toHaveText("王芳: refers → Acme");
    expect(".o_crm_node[data-id='2']").toHaveClass("o_crm_faded");
    await leave(".o_crm_node[data-id='3']");
    await animationFrame();
    await contains(".o_crm_node[data-id='2']").click();
    document.querySelector(".o_crm_node[data-id='3']").focus();
    await press("Enter");
    expect.verifySteps(["1 depth 1", "open 2", "open 3"]);
});

test("expands and shrinks by one step within its limits", async () => {
    await mountCard();
    expect(".o_crm_network_less").not.toBeEnabled();
    await contains(".o_crm_network_more").click();
    await contains(".o_crm_network_more").click();
    await contains(".o_crm_network_more").click();
    expect(".o_crm_network_more").not.toBeEnabled();
    await contains(".o_crm_network_less").click();
    expect.verifySteps(["1 depth 1", "1 depth 2", "1 depth 3", "1 depth 4", "1 depth 3"]);
});

test("explains an empty network", async () => {
    await mountCard({ nodes: [NETWORK.nodes[0]], edges: [], truncated: false });
    expect.verifySteps(["1 depth 1"]);
    expect(".o_crm_network_card p").toHaveText(/No business relationship yet/);
    expect("svg").toHaveCount(0);
});
