import { describe, expect, test } from "@odoo/hoot";
import { edgeBends, edgePath, neighbours, radialLayout } from "@crm_base/relation_network/network_layout";

describe.current.tags("headless");

const NODES = [1, 2, 3, 4, 5, 6].map((id) => ({ id }));
const EDGES = [
    { source: 1, target: 2 },
    { source: 3, target: 1 },
    { source: 2, target: 4 },
    { source: 4, target: 5 },
    { source: 5, target: 1 },
];

function asObject(positions) {
    return Object.fromEntries([...positions].sort(([a], [b]) => a - b));
}

test("the root stands in the middle, the others on the ring of their distance", () => {
    const { positions, rings } = radialLayout(NODES, EDGES, 1);
    expect(positions.get(1)).toEqual({ x: 0, y: 0, ring: 0 });
    for (const [id, ring] of [
        [2, 1],
        [3, 1],
        [5, 1],
        [4, 2],
    ]) {
        const place = positions.get(id);
        expect(place.ring).toBe(ring);
        expect(Math.hypot(place.x, place.y)).toBeCloseTo(ring, { margin: 1e-9 });
    }
    // nobody knows node 6: it waits outside
    expect(positions.get(6).ring).toBe(3);
    expect(rings).toBe(3);
});

test("the same network looks the same, whatever the order of its input", () => {
    const first = asObject(radialLayout(NODES, EDGES, 1).positions);
    const second = asObject(
        radialLayout([...NODES].reverse(), [...EDGES].reverse(), 1).positions
    );
    expect(second).toEqual(first);
});

test("no two nodes share a place, also in a large network", () => {
    const nodes = [];
    const edges = [];
    for (let id = 1; id <= 200; id++) {
        nodes.push({ id });
        if (id > 1) {
            edges.push({ source: Math.floor(id / 3) || 1, target: id });
        }
    }
    const places = [...radialLayout(nodes, edges, 1).positions.values()];
    expect(places.length).toBe(200);
    let closest = Infinity;
    for (let i = 0; i < places.length; i++) {
        for (let j = 0; j < i; j++) {
            const gap = Math.hypot(places[i].x - places[j].x, places[i].y - places[j].y);
            closest = Math.min(closest, gap);
        }
    }
    expect(closest).toBeGreaterThan(0.01);
});

test("loops, doubled edges and edges to nowhere do no harm", () => {
    const edges = [...EDGES, { source: 1, target: 1 }, { source: 2, target: 1 }, { source: 1, target: 99 }];
    expect(asObject(radialLayout(NODES, edges, 1).positions)).toEqual(
        asObject(radialLayout(NODES, EDGES, 1).positions)
    );
    expect(neighbours(NODES, edges).get(1)).toEqual([2, 3, 5]);
    expect(radialLayout([], [], 1).positions.size).toBe(0);
    expect(radialLayout([{ id: 7 }], [], 1).positions.get(7).ring).toBe(0);
});

test("edges between the same two nodes bend to different sides", () => {
    const edges = [
        { source: 1, target: 2 },
        { source: 2, target: 1 },
        { source: 1, target: 3 },
    ];
    const bends = edgeBends(edges, 20);
    expect(bends[2]).toBe(0);
    const middles = edges.slice(0, 2).map(({ source }, index) => {
        const [from, to] = source === 1 ? [{ x: 0, y: 0 }, { x: 100, y: 0 }] : [{ x: 100, y: 0 }, { x: 0, y: 0 }];
        return edgePath(from, to, { bend: bends[index] }).middle;
    });
    expect(middles[0].y).not.toBe(middles[1].y);
});

test("an edge starts and ends at the rim of its nodes", () => {
    const { path, middle } = edgePath({ x: 0, y: 0 }, { x: 100, y: 0 }, { fromRadius: 10, toRadius: 20 });
    expect(path).toBe("M 10 0 Q 45 0 80 0");
    expect(middle).toEqual({ x: 45, y: 0 });
});
