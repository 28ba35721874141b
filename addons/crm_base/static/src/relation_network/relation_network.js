import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { edgeBends, edgePath, radialLayout } from "./network_layout";

const RING = 165;
const RADIUS = { root: 26, company: 20, person: 15 };
const MARGIN = { x: 84, y: 48 };
const LABEL = 20;
// a phone shows the same picture closer together, in larger letters
const PHONE = { ring: 112, label: 13 };

/**
 * The picture of a customer's relations: nodes on rings, labelled edges with direction.
 *
 * Nothing is read here: the parent gives the network and decides what a click does.
 */
export class RelationNetwork extends Component {
    static template = "crm_base.RelationNetwork";
    static props = {
        network: Object,
        rootId: Number,
        onOpen: Function,
    };

    setup() {
        this.state = useState({ node: null, edge: null });
    }

    /** Everything the drawing needs, in the units of the picture. */
    get drawing() {
        const { nodes, edges } = this.props.network;
        const ring = this.env.isSmall ? PHONE.ring : RING;
        const { positions } = radialLayout(nodes, edges, this.props.rootId);
        const drawn = nodes.map((node) => {
            const { x, y } = positions.get(node.id);
            return { ...node, x: x * ring, y: y * ring, radius: this.radius(node) };
        });
        const byId = new Map(drawn.map((node) => [node.id, node]));
        const known = edges.filter((edge) => byId.has(edge.source) && byId.has(edge.target));
        const bends = edgeBends(known, 34);
        const lines = known.map((edge, index) => {
            const [from, to] = [byId.get(edge.source), byId.get(edge.target)];
            const line = edgePath(from, to, {
                fromRadius: from.radius + 2,
                toRadius: to.radius + 7,
                bend: bends[index],
            });
            return { ...edge, ...line, key: index, from, to };
        });
        return { nodes: drawn, lines, viewBox: this.viewBox(drawn) };
    }

    radius(node) {
        if (node.id === this.props.rootId) {
            return RADIUS.root;
        }
        return node.is_company ? RADIUS.company : RADIUS.person;
    }

    viewBox(nodes) {
        const xs = nodes.map((node) => node.x);
        const ys = nodes.map((node) => node.y);
        const [left, top] = [Math.min(...xs, 0) - MARGIN.x, Math.min(...ys, 0) - MARGIN.y];
        const width = Math.max(...xs, 0) + MARGIN.x - left;
        const height = Math.max(...ys, 0) + MARGIN.y - top;
        return [left, top, width, height].map(Math.round).join(" ");
    }

    short(name) {
        const text = name || "";
        // a wide character takes the room of two
        let room = this.env.isSmall ? PHONE.label : LABEL;
        let cut = "";
        for (const char of text) {
            room -= char.charCodeAt(0) > 0x2e7f ? 1.8 : 1;
            if (room < 0) {
                return `${cut.trimEnd()}…`;
            }
            cut += char;
        }
        return text;
    }

    /** A contact comes with its company's name in front: the picture has room for one. */
    ownName(node) {
        const name = (node.name || "").trim();
        return node.is_company ? name : name.split(", ").at(-1);
    }

    initial(node) {
        return [...this.ownName(node)][0]?.toUpperCase() || "?";
    }

    nodeClass(node) {
        const classes = [node.is_company ? "o_crm_node_company" : "o_crm_node_person"];
        if (node.id === this.props.rootId) {
            classes.push("o_crm_node_root");
        }
        if (this.isFaded(node)) {
            classes.push("o_crm_faded");
        }
        return classes.join(" ");
    }

    isFaded(node) {
        const focus = this.state.node;
        if (!focus || node.id === focus) {
            return false;
        }
        return !this.props.network.edges.some(
            ({ source, target }) =>
                (source === focus && target === node.id) ||
                (target === focus && source === node.id)
        );
    }

    isLit(line) {
        return (
            this.state.edge === line.key ||
            [line.source, line.target].includes(this.state.node)
        );
    }

    edgeSentence(line) {
        return _t("%(from)s: %(relation)s → %(to)s", {
            from: line.from.name,
            relation: line.label,
            to: line.to.name,
        });
    }

    nodeSentence(node) {
        const kind = node.is_company ? _t("company") : _t("person");
        return `${node.name} (${kind})`;
    }

    /** What stands under the picture while the pointer or the focus is on something. */
    get caption() {
        const { lines, nodes } = this.drawing;
        const edge = lines.find((line) => line.key === this.state.edge);
        if (edge) {
            return this.edgeSentence(edge);
        }
        const node = nodes.find(({ id }) => id === this.state.node);
        if (!node) {
            return "";
        }
        const relations = lines
            .filter((line) => [line.source, line.target].includes(node.id))
            .map((line) => this.edgeSentence(line));
        return relations.join(" · ") || this.nodeSentence(node);
    }

    onKeydown(ev, node) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.props.onOpen(node.id);
        }
    }
}
