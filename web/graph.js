/** The graph around an object: fetched as data, drawn by Cytoscape, a click leads to the object. */
import cytoscape from './lib/cytoscape.js';
import { color } from './page.js';

/**
 * @typedef {{ id: string, type: string, title: string, path: string, distance: number }} GraphNode
 * @typedef {{ from: string, to: string, label: string }} GraphEdge
 * @typedef {{ nodes: GraphNode[], edges: GraphEdge[], more: boolean }} Graph
 */

const element = document.getElementById('graph');
const steps = document.getElementById('graph-steps');
const status = document.getElementById('graph-note');
if (element !== null && steps !== null && status !== null) {
  element.hidden = false;
  // Cytoscape adds a style element, which the page does not allow, unless one with this id is there; its rule is in our own.
  const styles = document.querySelector('link[rel="stylesheet"]');
  if (styles !== null) styles.id = '__________cytoscape_stylesheet';
  steps.hidden = false;
  const buttons = [...steps.querySelectorAll('button')];
  for (const button of buttons)
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      void show(button.dataset.steps ?? '1');
    });
  void show('1');

  /** @param {string} count */
  async function show(count) {
    const response = await fetch(`${element?.dataset.source}?steps=${count}`, {
      headers: { accept: 'application/json' },
    });
    if (!response.ok || element === null || status === null) return;
    /** @type {Graph} */
    const graph = await response.json();
    status.textContent = graph.more ? (status.dataset.more ?? '') : '';
    drawGraph(element, graph);
  }
}

/** Types that belong together have one colour; the shape tells objects that were observed from those that were judged. */
const GROUPS = [
  { color: '#b3567f', types: ['threat-actor', 'intrusion-set', 'campaign'] },
  { color: '#c25b4a', types: ['malware', 'tool', 'malware-analysis'] },
  { color: '#d08a1d', types: ['indicator', 'sighting', 'observed-data', 'incident'] },
  { color: '#7a6fc0', types: ['attack-pattern', 'vulnerability', 'course-of-action'] },
  { color: '#3f9b6b', types: ['identity', 'location'] },
  { color: '#2f7fa8', types: ['infrastructure', 'report', 'grouping', 'note', 'opinion'] },
];

/** @param {string} type */
function colorOf(type) {
  return GROUPS.find(({ types }) => types.includes(type))?.color ?? '#6b7a86';
}

/** @param {string} text @param {number} length */
function shorten(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** @type {import('cytoscape').Core | undefined} */
let shown;
/** @type {Graph | undefined} */
let last;

/** @param {HTMLElement} element @param {Graph} graph */
function drawGraph(element, graph) {
  last = graph;
  shown?.destroy();
  const text = color('--text');
  const quiet = color('--quiet');
  const panel = color('--panel');
  const font = color('--sans');
  shown = cytoscape({
    container: element,
    elements: [
      ...graph.nodes.map(({ id, type, title, path, distance }) => ({
        group: /** @type {const} */ ('nodes'),
        data: {
          id,
          path,
          label: `${shorten(title, 28)}\n${type}`,
          color: colorOf(type),
          size: distance === 0 ? 34 : 22,
        },
      })),
      ...graph.edges.map(({ from, to, label }) => ({
        group: /** @type {const} */ ('edges'),
        data: { source: from, target: to, label },
      })),
    ],
    style: [
      {
        selector: 'node',
        style: {
          'background-color': 'data(color)',
          width: 'data(size)',
          height: 'data(size)',
          label: 'data(label)',
          'text-wrap': 'wrap',
          'text-valign': 'bottom',
          'text-margin-y': 4,
          'font-family': font,
          'font-size': 10,
          color: text,
          'text-background-color': panel,
          'text-background-opacity': 0.85,
          'text-background-padding': '1px',
        },
      },
      {
        selector: 'edge',
        style: {
          width: 1.2,
          'line-color': quiet,
          'target-arrow-color': quiet,
          'target-arrow-shape': 'triangle',
          'arrow-scale': 0.8,
          'curve-style': 'bezier',
          label: 'data(label)',
          'font-family': font,
          'font-size': 8.5,
          color: quiet,
          'text-rotation': 'autorotate',
          'text-background-color': panel,
          'text-background-opacity': 0.85,
        },
      },
    ],
    layout: {
      name: 'cose',
      animate: false,
      padding: 24,
      nodeRepulsion: () => 60_000,
      idealEdgeLength: () => 90,
      nodeOverlap: 24,
      randomize: true,
    },
    minZoom: 0.2,
    maxZoom: 1.6,
  });
  shown.on('tap', 'node', (event) => {
    location.assign(event.target.data('path'));
  });
  element.dataset.drawn = String(graph.nodes.length);
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  if (element !== null && last !== undefined) drawGraph(element, last);
});
