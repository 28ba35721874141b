/**
 * Places for the nodes of a network: rings around one node, no randomness, no DOM.
 *
 * The rings follow the distance from the root; each node gets a sector as wide as the
 * leaves behind it (the radial tree drawing of Eades, 1992), so that branches never cross
 * and the same network always looks the same, whatever the order of its input.
 */

const TURN = 2 * Math.PI;

function byId(a, b) {
    return a - b;
}

/**
 * Give the neighbours of each node, sorted.
 *
 * @param {{id: number}[]} nodes
 * @param {{source: number, target: number}[]} edges
 * @returns {Map<number, number[]>}
 */
export function neighbours(nodes, edges) {
    const map = new Map(nodes.map((node) => [node.id, new Set()]));
    for (const { source, target } of edges) {
        if (source !== target && map.has(source) && map.has(target)) {
            map.get(source).add(target);
            map.get(target).add(source);
        }
    }
    return new Map([...map].map(([id, set]) => [id, [...set].sort(byId)]));
}

/** Walk from the root, breadth first; every node hangs on the first that finds it. */
function spanningTree(rootId, links) {
    const tree = new Map([[rootId, { depth: 0, children: [] }]]);
    const order = [rootId];
    for (const id of order) {
        for (const next of links.get(id)) {
            if (!tree.has(next)) {
                tree.set(next, { depth: tree.get(id).depth + 1, children: [] });
                tree.get(id).children.push(next);
                order.push(next);
            }
        }
    }
    return { tree, order };
}

function countLeaves(tree, order) {
    const leaves = new Map();
    for (const id of [...order].reverse()) {
        const children = tree.get(id).children;
        leaves.set(id, Math.max(1, children.reduce((sum, child) => sum + leaves.get(child), 0)));
    }
    return leaves;
}

/**
 * Place the nodes on rings around the root.
 *
 * @param {{id: number}[]} nodes
 * @param {{source: number, target: number}[]} edges
 * @param {number} rootId
 * @returns {{positions: Map<number, {x: number, y: number, ring: number}>, rings: number}}
 *  in ring widths, the root at 0, 0; nodes that no edge reaches stand on a ring outside
 */
export function radialLayout(nodes, edges, rootId) {
    const positions = new Map();
    const ids = nodes.map((node) => node.id).sort(byId);
    if (!ids.length) {
        return { positions, rings: 0 };
    }
    const root = ids.includes(rootId) ? rootId : ids[0];
    const { tree, order } = spanningTree(root, neighbours(nodes, edges));
    const leaves = countLeaves(tree, order);
    const sectors = new Map([[root, [-TURN / 4, TURN]]]);
    let rings = 0;
    for (const id of order) {
        const { depth, children } = tree.get(id);
        const [start, width] = sectors.get(id);
        const angle = start + width / 2;
        positions.set(id, {
            x: depth * Math.cos(angle),
            y: depth * Math.sin(angle),
            ring: depth,
        });
        rings = Math.max(rings, depth);
        let at = start;
        const total = children.reduce((sum, child) => sum + leaves.get(child), 0);
        for (const child of children) {
            const share = (width * leaves.get(child)) / total;
            sectors.set(child, [at, share]);
            at += share;
        }
    }
    const lonely = ids.filter((id) => !positions.has(id));
    lonely.forEach((id, index) => {
        const angle = -TURN / 4 + (TURN * index) / lonely.length;
        const ring = rings + 1;
        positions.set(id, { x: ring * Math.cos(angle), y: ring * Math.sin(angle), ring });
    });
    return { positions, rings: lonely.length ? rings + 1 : rings };
}

/**
 * Draw an edge from the rim of one circle to the rim of another, bent when several edges
 * join the same two nodes.
 *
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @param {{fromRadius?: number, toRadius?: number, bend?: number}} [options] `bend` is the
 *  distance of the middle of the edge from the straight line
 * @returns {{path: string, middle: {x: number, y: number}}}
 */
export function edgePath(from, to, { fromRadius = 0, toRadius = 0, bend = 0 } = {}) {
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [dx / length, dy / length];
    const start = { x: from.x + ux * fromRadius, y: from.y + uy * fromRadius };
    const end = { x: to.x - ux * toRadius, y: to.y - uy * toRadius };
    const control = {
        x: (start.x + end.x) / 2 - uy * bend * 2,
        y: (start.y + end.y) / 2 + ux * bend * 2,
    };
    const middle = {
        x: (start.x + end.x) / 2 - uy * bend,
        y: (start.y + end.y) / 2 + ux * bend,
    };
    const round = (value) => Math.round(value * 100) / 100;
    const point = ({ x, y }) => `${round(x)} ${round(y)}`;
    return {
        path: `M ${point(start)} Q ${point(control)} ${point(end)}`,
        middle: { x: round(middle.x), y: round(middle.y) },
    };
}

/**
 * Say how far each edge bends, so that edges between the same nodes do not hide each other.
 *
 * @param {{source: number, target: number}[]} edges
 * @param {number} gap distance between two such edges
 * @returns {number[]} for each edge, relative to its own direction
 */
export function edgeBends(edges, gap) {
    const groups = new Map();
    edges.forEach(({ source, target }, index) => {
        const key = source < target ? `${source}-${target}` : `${target}-${source}`;
        groups.set(key, [...(groups.get(key) || []), index]);
    });
    const bends = new Array(edges.length).fill(0);
    for (const indexes of groups.values()) {
        indexes.forEach((index, place) => {
            const offset = (place - (indexes.length - 1) / 2) * gap;
            bends[index] = edges[index].source < edges[index].target ? offset : -offset;
        });
    }
    return bends;
}
